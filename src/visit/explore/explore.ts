import type { BrowserContext } from '@playwright/test';
import type { Evidence } from '../../evidence/evidence.ts';
import type { Problem } from '../../evidence/problem.ts';
import { prepare } from '../../recorder/prepare.ts';
import { Recorder } from '../../recorder/recorder.ts';
import type { Session } from '../../recorder/session.ts';
import type { Tab } from '../../recorder/tabs.ts';
import type { Step, Target } from '../../target/target.ts';
import { openPage } from '../open-page.ts';
import { perform } from '../steps.ts';
import { addCookies, closeVisitor, openVisitor } from '../visitor.ts';
import { findLink, findNamed } from './find.ts';
import { formSteps } from './form.ts';
import {
  ADD_TO_CART,
  CART,
  CHECKOUT,
  DENY,
  GRANT,
  ONWARD,
  ORDER,
  PICTURED_PATH,
  PRODUCT_PATH,
} from './words.ts';

/** What was found in a shop, up to the button that orders, which is not clicked. */
export interface Explored {
  /** What a visitor does to order; the last of them orders, where that button was found. */
  steps: Step[];
  /** Answers to the consent banner, each of which closed it. */
  consent: { grant?: Step[]; deny?: Step[] };
  /** What was not found, and what would be needed. */
  missing: string[];
  hasOrder: boolean;
  /** Why the page could not be opened. */
  problem?: Problem;
  evidence: Evidence;
}

/** Pages of a checkout, at the most. */
const MOST_PAGES = 5;
/** Milliseconds that an answered banner has to close. */
const GOES = 2_000;
/** Milliseconds for what is looked for to appear: pages are built by scripts. */
const APPEARS = 2_500;
const POLL = 100;

/** Explores a shop like a visitor who means to buy, behind the same doors as a visit: nothing reaches TikTok, nothing is ordered. */
export async function explore(
  session: Session,
  target: Target,
  start: string,
  logs: string,
): Promise<Explored> {
  const denied = await inVisit(session, target, start, logs, (look) => look.answer('deny', DENY));
  return inVisit(session, target, start, logs, async (look) => {
    if (denied.consent.deny) look.consent.deny = denied.consent.deny;
    await look.answer('grant', GRANT);
    await look.walk();
  });
}

/** What grants consent on a page; undefined if nothing does and closes its banner. */
export async function findGrant(
  session: Session,
  target: Target,
  start: string,
  logs: string,
): Promise<Step[] | undefined> {
  const { consent } = await inVisit(session, target, start, logs, (look) => look.answer('grant', GRANT));
  return consent.grant;
}

async function inVisit(
  session: Session,
  target: Target,
  start: string,
  logs: string,
  act: (look: Look) => Promise<void>,
): Promise<Explored> {
  const prepared = await prepare({
    browser: await session.browser(),
    target,
    visit: { journey: 'look', scenario: 'organic' },
    logs,
    scripts: session.scripts(target.sdk),
    fetch: session.fetch,
  });
  let context: BrowserContext | undefined;
  try {
    context = await openVisitor(prepared);
    await addCookies(context, target);
    const recorder = await Recorder.attach(prepared, context);
    const look = new Look(recorder, await recorder.openTab());
    if (await look.open(start)) await act(look);
    const { steps, consent, missing, hasOrder } = look;
    const { problem } = recorder.recording;
    const evidence = await recorder.look();
    return { steps, consent, missing, hasOrder, evidence, ...(problem ? { problem } : {}) };
  } finally {
    await closeVisitor(context, prepared);
  }
}

class Look {
  readonly steps: Step[] = [];
  readonly consent: Explored['consent'] = {};
  readonly missing: string[] = [];
  hasOrder = false;
  private readonly recorder: Recorder;
  private readonly tab: Tab;

  constructor(recorder: Recorder, tab: Tab) {
    this.recorder = recorder;
    this.tab = tab;
  }

  async open(url: string): Promise<boolean> {
    const isOpen = await openPage(url, this.tab.page, this.recorder);
    await this.recorder.settle();
    return isOpen && !this.recorder.recording.problem;
  }

  /** Answers the banner, if there is one. The answer counts only if the banner closes. */
  async answer(kind: 'grant' | 'deny', words: readonly RegExp[]): Promise<void> {
    const { page } = this.tab;
    const selector = await this.appears(() => findNamed(page, ['button', 'link'], words));
    if (selector === undefined) return;
    const step = { click: selector };
    if (!(await this.does(step))) return;
    const isGone = await page
      .locator(selector)
      .first()
      .waitFor({ state: 'hidden', timeout: GOES })
      .then(() => true)
      .catch(() => false);
    if (isGone) this.consent[kind] = [step];
    else this.missing.push(`consent.${kind}: ${selector} was clicked, but the banner stayed`);
  }

  async walk(): Promise<void> {
    const { page } = this.tab;
    const add = () => findNamed(page, ['button', 'link'], [ADD_TO_CART]);
    let cart = await this.appears(add);
    if (cart === undefined) {
      // Where its path says nothing, a product is what has a picture.
      const product =
        (await findLink(page, PRODUCT_PATH)) ?? (await findLink(page, PICTURED_PATH, 'a[href]:has(img)'));
      if (!product) return void this.missing.push('a link to a product on the given page');
      if (!(await this.step({ click: product }))) return;
      await this.options();
      cart = await this.appears(add);
    } else await this.options();
    if (cart === undefined) return void this.missing.push('the button that adds to the cart');
    if (await this.step({ click: cart })) await this.checkOut();
  }

  /** A size or a colour has to be chosen. */
  private async options(): Promise<void> {
    for (const step of (await formSteps(this.tab.page)).steps)
      if ('select' in step || ('check' in step && /radio/.test(step.check))) await this.step(step);
  }

  private async checkOut(): Promise<void> {
    const { page } = this.tab;
    const checkout = () => findNamed(page, ['link', 'button'], [CHECKOUT]);
    const order = () => findNamed(page, ['button'], [ORDER]);
    let onward = await this.appears(async () => (await checkout()) ?? (await order()));
    if (onward === undefined) {
      const cart = await findNamed(page, ['link', 'button'], [CART]);
      if (cart === undefined) return void this.missing.push('the way to the cart, or to the checkout');
      if (!(await this.step({ click: cart }))) return;
      onward = await this.appears(async () => (await checkout()) ?? (await order()));
    }
    if (onward === undefined) return void this.missing.push('the way to the checkout');
    if (onward !== (await order()) && !(await this.step({ click: onward }))) return;
    await this.fillIn();
  }

  /** One page of the checkout after another, until the button that orders is there. */
  private async fillIn(): Promise<void> {
    const { page } = this.tab;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const button = await this.appears(() => findNamed(page, ['button'], [ORDER, ONWARD, CHECKOUT]));
      const { steps, unknown } = await formSteps(page);
      this.missing.push(...unknown.map((field) => `what to enter in ${field}, which is required`));
      for (const step of steps) await this.step(step);
      const order = await findNamed(page, ['button'], [ORDER]);
      if (order !== undefined) {
        this.steps.push({ click: order });
        this.hasOrder = true;
        return;
      }
      const onward = button && (await findNamed(page, ['button', 'link'], [ONWARD, CHECKOUT]));
      if (!onward || !(await this.step({ click: onward }))) break;
    }
    this.missing.push('the button that places the order');
  }

  /** Does a step and keeps it; one that cannot be done is noted as missing. */
  private async step(step: Step): Promise<boolean> {
    const isDone = await this.does(step);
    if (isDone) this.steps.push(step);
    else this.missing.push(`a step that can be done: ${JSON.stringify(step)} failed`);
    return isDone;
  }

  private async does(step: Step): Promise<boolean> {
    try {
      await perform(step, this.tab, this.recorder);
      await this.tab.navigation.sync();
      await this.recorder.settle();
      return !this.recorder.recording.problem;
    } catch {
      return false;
    }
  }

  private async appears(find: () => Promise<string | undefined>): Promise<string | undefined> {
    const deadline = performance.now() + APPEARS;
    for (;;) {
      const found = await find().catch(() => undefined);
      if (found !== undefined || performance.now() > deadline) return found;
      await this.recorder.recording.until(() => false, POLL);
    }
  }
}
