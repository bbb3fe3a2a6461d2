import type { Locator, Page } from '@playwright/test';
import type { Evidence } from '../../evidence/evidence.ts';
import type { Problem } from '../../evidence/problem.ts';
import type { Recorder } from '../../recorder/recorder.ts';
import type { Session } from '../../recorder/session.ts';
import type { Tab } from '../../recorder/tabs.ts';
import type { Step, Target } from '../../target/target.ts';
import { sentEvents } from '../../views/events.ts';
import { openPage } from '../open-page.ts';
import { perform } from '../steps.ts';
import { openTab } from '../visit.ts';
import { asVisitor } from '../visitor.ts';
import type { Answer } from './consent-tool.ts';
import {
  findInMarkup,
  findLink,
  findLinks,
  findNamed,
  findOption,
  findOptionsBefore,
  findProduct,
  findSize,
} from './find.ts';
import { formSteps, framesOf, hasFields, isOfBuyer } from './form.ts';
import { unshown } from './unshown.ts';
import {
  ADD_IN_MARKUP,
  ADD_TO_CART,
  AS_GUEST,
  BUY,
  CART,
  CART_PATH,
  CHECKOUT,
  CHECKOUT_PATH,
  CLOSE,
  DENY,
  GRANT,
  LIST_PATH,
  NOTED,
  ONWARD,
  ORDER,
  ORDER_IN_MARKUP,
  PICTURED_PATH,
  SAVE,
  SETTINGS,
} from './words.ts';

/** The result of exploring a shop, up to the button that places the order, which is not clicked. */
export interface Explored {
  /** The steps of an order; the last one places it, if that button was found. */
  steps: Step[];
  consent: Answers;
  /** What was not found, and what would help. */
  missing: string[];
  hasOrder: boolean;
  /** Why the page could not be opened. */
  problem?: Problem;
  evidence: Evidence;
}

/** What is known about a consent banner: the steps of each answer that closed it for good. */
export interface Answers {
  /** The name of its tool, if known. */
  tool?: string;
  grant?: Found;
  deny?: Found;
}

/** An answer after which the banner did not come back. */
export interface Found {
  steps: Step[];
  /** How the page behaved against the answer, so that it may not be an answer of this kind. */
  unshown?: string;
  /** Whether its label only says that something was read, on a page that had sent before: then it may close a mere notice. */
  isNoted?: true;
}

/** Where to look. */
export interface Place {
  session: Session;
  target: Target;
  start: string;
  logs: string;
}

/** Pages on the way to a product, at the most. */
const MOST_LISTS = 3;
/** Links that are tried, at the most, where none says where it leads. */
const MOST_TRIED = 4;
/** In place of a link: it is this page. */
const HERE = '';
/** Most pages of a checkout. */
const MOST_PAGES = 5;
/** Milliseconds for an answered banner to close. */
const GOES = 2_000;
/** Milliseconds for an element to appear: pages are built by scripts. */
const APPEARS = 2_500;
/** Milliseconds by which a banner's delay may vary between pages. */
const SLACK = 500;
const POLL = 100;

/** @returns what was found, and the result of `act`, if the page could be opened */
export function inVisit<T>(
  { session, target, start, logs }: Place,
  act: (look: Look) => Promise<T>,
): Promise<Explored & { result?: T }> {
  return asVisitor({ session, target, logs, journey: 'look' }, async (recorder) => {
    const look = new Look(recorder, await openTab(recorder), start);
    const result = (await look.open()) ? await act(look) : undefined;
    const { steps, consent, missing, hasOrder } = look;
    const { problem } = recorder.recording;
    const evidence = await recorder.look();
    return {
      steps,
      consent,
      missing,
      hasOrder,
      evidence,
      ...(problem ? { problem } : {}),
      ...(result === undefined ? {} : { result }),
    };
  });
}

export class Look {
  readonly steps: Step[] = [];
  readonly consent: Answers = {};
  readonly missing: string[] = [];
  hasOrder = false;
  private readonly recorder: Recorder;
  private readonly tab: Tab;
  private readonly start: string;

  constructor(recorder: Recorder, tab: Tab, start: string) {
    this.recorder = recorder;
    this.tab = tab;
    this.start = start;
  }

  get page(): Page {
    return this.tab.page;
  }

  async open(): Promise<boolean> {
    this.tab.navigation.expect('goto');
    const isOpen = await openPage(this.start, this.tab.page, this.recorder);
    await this.recorder.settle();
    return isOpen && !this.recorder.recording.problem;
  }

  async answerByWords(kind: Answer): Promise<void> {
    const named = (words: readonly RegExp[]) => findNamed(this.page, ['button', 'link'], words);
    const selector = await this.appears(() => named(kind === 'grant' ? GRANT : DENY));
    if (selector === undefined) {
      if (kind === 'deny') await this.refuseInSettings();
      return;
    }
    const isNoted =
      kind === 'grant' &&
      selector === (await named([NOTED])) &&
      sentEvents(await this.recorder.look()).length > 0;
    await this.answer(kind, [{ click: selector }], kind === 'deny');
    const answer = this.consent[kind];
    if (answer && isNoted) answer.isNoted = true;
  }

  /** A banner that asks for consent may refuse it only in its settings: by a button there, or by keeping what is not chosen. */
  private async refuseInSettings(): Promise<void> {
    const named = (words: readonly RegExp[]) => findNamed(this.page, ['button', 'link'], words);
    const [banner, settings] = [await named(GRANT), await named([SETTINGS])];
    if (banner === undefined || settings === undefined || !(await this.does({ click: settings }))) return;
    const refuses = await this.appears(() => named(DENY));
    const click = refuses ?? (await named([SAVE]));
    if (click === undefined || !(await this.open())) return;
    await this.answer('deny', [{ click: settings }, { click }], refuses !== undefined, { click: banner });
  }

  /**
   * Answers the banner. The answer counts if the banner closes and is not shown when the page is opened again.
   *
   * @param isRefusal whether the clicked label says that it refuses
   * @param banner clicks a part of the banner; a link to the settings may stay on the page
   */
  async answer(kind: Answer, steps: Step[], isRefusal: boolean, banner = steps[0]!): Promise<void> {
    const { recorder, tab, page } = this;
    const { recording } = recorder;
    const [first, last] = [banner, steps.at(-1)!].map((step) => elementOf(step, page));
    const at = recording.at();
    const before = performance.now();
    await isSoon('visible', first!, APPEARS);
    const comes = performance.now() - before + SLACK;
    for (const step of steps) if (!(await this.does(step))) return;
    const isGone = await isSoon('hidden', last!, GOES);
    recorder.awaitPixelAnew(tab);
    await recorder.settle();
    const isElsewhere = new URL(page.url()).pathname !== new URL(this.start).pathname;
    await this.open();
    const said = `consent.${kind}: ${JSON.stringify(steps.at(-1))} was done`;
    // A link to another page is not an answer.
    if (isGone && !(await isSoon('visible', first!, comes)))
      this.consent[kind] = { steps, ...unshown(kind, { at, isRefusal, evidence: await recorder.look() }) };
    else if (!isElsewhere)
      this.missing.push(
        `${said}, and the banner ${isGone ? 'came back when the page was opened again' : 'stayed'}`,
      );
  }

  async walk(): Promise<void> {
    const { page } = this.tab;
    if (!(await this.reachProduct())) return;
    // Without a cart, whoever buys is at the checkout.
    const cart = (await this.chosen()) ?? (await findNamed(page, ['button', 'link'], [BUY]));
    if (cart === undefined) return void this.missing.push('the button that adds to the cart');
    if (await this.step({ click: cart })) await this.checkOut();
  }

  private async adds(): Promise<string | undefined> {
    const { page } = this.tab;
    return (await findNamed(page, ['button', 'link'], [ADD_TO_CART])) ?? findInMarkup(page, ADD_IN_MARKUP);
  }

  /** To a page where something can be bought: past lists of products, and lists of these. */
  private async reachProduct(): Promise<boolean> {
    const { page } = this.tab;
    for (let pages = 0; pages <= MOST_LISTS; pages += 1) {
      const next = await this.appears(async () => ((await this.sells()) ? HERE : findProduct(page)));
      if (next === HERE) return true;
      const link = next ?? (await findLink(page, LIST_PATH));
      if (pages === MOST_LISTS) break;
      if (link === undefined) {
        if (await this.tryLinks()) continue;
        break;
      }
      if (!(await this.step({ click: link }))) return false;
    }
    this.missing.push('a link to a product on the given page');
    return false;
  }

  /** Follows the first link that leads to a page with products. The others are left out of the journey. */
  private async tryLinks(): Promise<boolean> {
    const { page } = this.tab;
    const here = page.url();
    const within = (place: string) => findLinks(page, PICTURED_PATH, { among: place, most: MOST_TRIED });
    const links = [...(await within('main a[href]')), ...(await within('a[href]'))];
    for (const link of [...new Set(links)].slice(0, MOST_TRIED)) {
      if (!(await this.does({ click: link }))) continue;
      if ((await this.appears(async () => ((await this.sells()) ? HERE : findProduct(page)))) !== undefined) {
        this.steps.push({ click: link });
        return true;
      }
      if (page.url() !== here && !(await this.does({ goto: here }))) return false;
    }
    return false;
  }

  /** Whether a page sells something. The button may come, or be enabled, only when a size was chosen. */
  private async sells(): Promise<boolean> {
    const { page } = this.tab;
    return (
      (await this.adds()) !== undefined ||
      (await findNamed(page, ['button', 'link'], [BUY])) !== undefined ||
      (await this.waiting().count()) > 0 ||
      (await findOption(page)) !== undefined
    );
  }

  /** Buttons that add to the cart, and are disabled. */
  private waiting(): Locator {
    return this.tab.page.getByRole('button', { name: ADD_TO_CART, disabled: true });
  }

  /** The button that adds to the cart, after a size or a colour was chosen, which many shops ask for before there is one. */
  private async chosen(): Promise<string | undefined> {
    const { page } = this.tab;
    await this.appears(async () => (await this.adds()) ?? (await findOption(page)));
    for (const step of (await formSteps(page, 'choices')).steps) await this.step(step);
    const size = await findSize(page);
    if (size !== undefined && !(await this.step({ click: size }))) return undefined;
    const cart = await this.adds();
    if (cart !== undefined) return cart;
    const option = await findOption(page);
    if (option !== undefined)
      return (await this.step({ click: option })) ? this.appears(() => this.adds()) : undefined;
    // What is chosen may look like any button.
    const waiting = this.waiting().first();
    if (!(await waiting.isVisible())) return undefined;
    for (const before of await findOptionsBefore(waiting)) {
      const enabled = (await this.step({ click: before })) ? await this.adds() : undefined;
      if (enabled !== undefined) return enabled;
    }
    return undefined;
  }

  private async checkOut(): Promise<void> {
    const { page } = this.tab;
    const checkout = async () =>
      (await findNamed(page, ['link', 'button'], [CHECKOUT])) ?? findLink(page, CHECKOUT_PATH);
    const order = () => findNamed(page, ['button'], [ORDER]);
    let onward = (await asksWho(page)) ? HERE : await this.appears(checkout);
    // Product pages have a button of that name, too: it orders only where the buyer's details are asked for.
    if (onward === undefined && (await order()) !== undefined && (await asksWho(page, 1))) onward = HERE;
    if (onward === undefined) {
      const cart = (await findNamed(page, ['link', 'button'], [CART])) ?? (await findLink(page, CART_PATH));
      if (cart === undefined) return void this.missing.push('the way to the cart, or to the checkout');
      if (!(await this.step({ click: cart }))) return;
      onward = (await this.appears(checkout)) ?? (await findNamed(page, ['button', 'link'], [ONWARD]));
    }
    if (onward === undefined) return void this.missing.push('the way to the checkout');
    const isThere = onward === HERE || (await asksWho(page));
    if (!isThere && !(await this.step({ click: onward }))) return;
    await this.fillIn();
  }

  /** Goes through the pages of the checkout until the button that orders is found. */
  private async fillIn(): Promise<void> {
    const { page } = this.tab;
    let before = '';
    let isKnown = false;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      await this.appears(() => findNamed(page, ['button', 'link'], [ORDER, AS_GUEST, ONWARD, CHECKOUT]));
      const { steps, unknown } = await formSteps(page);
      this.missing.push(...unknown.map((field) => `what to enter in ${field}, which is required`));
      for (const step of steps) await this.step(step);
      isKnown ||= steps.some(isOfBuyer);
      const { order, onward } = await this.buttons(isKnown);
      if (order !== undefined) {
        this.steps.push(order);
        this.hasOrder = true;
        return;
      }
      const here = await shownOn(page);
      if (here === before) {
        // It was clicked and led nowhere: the form does not accept what was filled in.
        this.steps.pop();
        break;
      }
      before = here;
      if (!onward || !(await this.step(onward))) break;
    }
    this.missing.push('the button that places the order');
  }

  /**
   * The button that orders, otherwise the one that goes on. A page may enable them only when all is filled in.
   *
   * @param isKnown whether the visitor has said who they are: then a button that leads to the checkout elsewhere orders
   */
  private async buttons(isKnown: boolean): Promise<{ order?: Step; onward?: Step }> {
    const { page } = this.tab;
    const any = [ORDER, AS_GUEST, ONWARD, CHECKOUT];
    await this.appears(() => findNamed(page, ['button', 'link'], any));
    const onward = await findNamed(page, ['button', 'link'], [AS_GUEST, ONWARD]);
    const order = await findNamed(
      page,
      ['button'],
      isKnown && onward === undefined ? [ORDER, CHECKOUT] : [ORDER],
    );
    if (order !== undefined && (isKnown || onward === undefined)) return { order: { click: order } };
    if (isKnown) {
      for (const [frame, inside] of await framesOf(page)) {
        if (!(await hasFields(inside))) continue;
        const orders = await findNamed(inside, ['button'], [ORDER]);
        if (orders !== undefined) return { order: { click: orders, frame } };
        const goesOn = await findNamed(inside, ['button'], [ONWARD]);
        if (goesOn !== undefined) return { onward: { click: goesOn, frame } };
      }
      const marked = onward === undefined ? await findInMarkup(page, ORDER_IN_MARKUP) : undefined;
      if (marked !== undefined) return { order: { click: marked } };
    }
    const click = onward ?? (await findNamed(page, ['button', 'link'], [CHECKOUT]));
    return click === undefined ? {} : { onward: { click } };
  }

  /** Does a step and keeps it; if that fails, it is reported as missing. */
  private async step(step: Step): Promise<boolean> {
    let isDone = await this.does(step);
    if (!isDone) {
      // A dialog of the site's may lie over it, such as one that offers a newsletter.
      const close = await findNamed(this.tab.page, ['button'], [CLOSE]);
      if (close !== undefined && (await this.does({ click: close }))) {
        this.steps.push({ click: close });
        isDone = await this.does(step);
      }
    }
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

/** Whether a page asks for the buyer's details. A single field may be there for anything. */
async function asksWho(page: Page, fields = 2): Promise<boolean> {
  return (await formSteps(page)).steps.filter(isOfBuyer).length >= fields;
}

/** What a page shows, to know it from the next one. */
async function shownOn(page: Page): Promise<string> {
  const texts = [page.url(), await page.locator('body').innerText()];
  for (const [, frame] of await framesOf(page)) texts.push(await frame.locator('body').innerText());
  return texts.join(' ');
}

/** The element that a step of an answer acts on. */
function elementOf(step: Step, page: Page): Locator {
  const place = 'frame' in step && step.frame !== undefined ? page.frameLocator(step.frame) : page;
  return place.locator('click' in step ? step.click : 'body').first();
}

function isSoon(state: 'hidden' | 'visible', element: Locator, timeout: number): Promise<boolean> {
  return element.waitFor({ state, timeout }).then(
    () => true,
    () => false,
  );
}
