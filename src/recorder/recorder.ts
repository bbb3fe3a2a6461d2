import type { BrowserContext, Page } from '@playwright/test';
import { VISIT_COOKIE } from '../double/events-api/preload-settings.ts';
import { OWN_HOST } from '../double/routes.ts';
import type { Double } from '../double/server.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { withoutPort } from '../target/hosts.ts';
import type { Target } from '../target/target.ts';
import { PIXEL_HOST } from '../tiktok/hosts.ts';
import { answers } from './answers.ts';
import { readCookies } from './assemble.ts';
import { bounded } from './bounded.ts';
import { pagesWithToken } from './exposure.ts';
import { obstacle } from './fence.ts';
import { leavePage } from './leave.ts';
import { type Companion, listen, takeReport } from './listen.ts';
import { awaitPixel, awaitPixelAnew, pixelShows } from './pixel.ts';
import { evidenceOf, noteCrash, type Prepared } from './prepare.ts';
import type { Recording } from './recording.ts';
import { settle } from './settle.ts';
import { readStorage } from './storage.ts';
import { type Tab, Tabs } from './tabs.ts';
import { tapScript } from './tap-script.ts';

export interface AttachOptions {
  /** Number of the tab in which the journey begins, 0 by default: earlier tabs are what led there. */
  arrivalTab?: number;
  /** Whether a page that has not shown the pixel gets time for it; true by default. */
  awaitsPixel?: boolean;
  /** What else is watched in the pages. */
  companion?: (recorder: Recorder) => Companion;
}

/** Resolves behind all messages that are queued in a page. */
const BEHIND_MESSAGES = `new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => resolve();
  port2.postMessage(0);
})`;

/** Watches a browser context that somebody else opened and drives, and ends with evidence. */
export class Recorder {
  readonly prepared: Prepared;
  readonly context: BrowserContext;
  readonly recording: Recording;
  readonly double: Double;
  readonly target: Target;
  readonly tabs: Tabs;
  /** Ids of the documents for which the pixel was awaited. */
  readonly awaited = new Set<string>();
  readonly arrivalTab: number;
  private readonly awaitsPixel: boolean;
  companion: Companion | undefined;

  /** @param context opened with the `contextOptions` of `prepared`, without a page so far */
  static async attach(
    prepared: Prepared,
    context: BrowserContext,
    { arrivalTab = 0, awaitsPixel = true, companion }: AttachOptions = {},
  ): Promise<Recorder> {
    const recorder = new Recorder(prepared, context, { arrivalTab, awaitsPixel });
    recorder.companion = companion?.(recorder);
    await Promise.all([nameVisit(prepared.id, context, recorder.target), recorder.tap()]);
    return recorder;
  }

  private constructor(
    prepared: Prepared,
    context: BrowserContext,
    { arrivalTab, awaitsPixel }: Required<Omit<AttachOptions, 'companion'>>,
  ) {
    this.prepared = prepared;
    this.context = context;
    this.recording = prepared.recording;
    this.double = prepared.double;
    this.target = prepared.options.target;
    this.arrivalTab = arrivalTab;
    this.awaitsPixel = awaitsPixel;
    this.tabs = new Tabs(context, (page, text) => takeReport(text, page, this));
  }

  /** In this order: the scripts look for their binding only once, and the tap removes it. */
  private async tap(): Promise<void> {
    const { context, companion } = this;
    await listen(context, this);
    if (companion) await context.addInitScript(companion.script);
    await context.addInitScript(tapScript());
  }

  /** Opens a tab for the driver. `newPage`: the context's own, if somebody has replaced it. */
  async openTab(newPage = () => this.context.newPage()): Promise<Tab> {
    const { recording } = this;
    recording.stepsBefore = recording.steps.length;
    const tab = await this.tabs.open(newPage);
    return tab;
  }

  /**
   * Checks, before a page of the site is opened, that the browser reaches the double directly. If not, that becomes the visit's
   * problem.
   */
  async reachesDouble(page: Page): Promise<boolean> {
    const between = await this.obstacle(page, OWN_HOST);
    if (between === undefined) return true;
    await noteCrash(this.prepared);
    this.recording.fail('double-unreached', { obstacle: between });
    return false;
  }

  /** What keeps requests of the browser from the double; undefined if all have arrived. */
  private async undrained(): Promise<string | undefined> {
    const { step } = this.target.timeouts;
    const drained = this.double.drain().then(() => undefined);
    return bounded<string | undefined>(drained, step, `a connection was still silent after ${step / 1000} s`);
  }

  private obstacle(page: Page, host: string): Promise<string | undefined> {
    const { navigation } = this.tabs.of(page);
    return obstacle(page, this.double, host, this.target.timeouts.step, (expression) =>
      navigation.evaluate(expression),
    );
  }

  /** Waits until every tab is loaded, no navigation is in progress, and everything called is sent. */
  async settle(): Promise<void> {
    const { tabs, recording, double, target } = this;
    const timeout = target.timeouts.settle;
    const known = new Set(tabs.live);
    for (const tab of known) await follow(tab, timeout);
    if (!(await recording.until(() => !tabs.isOpening, timeout))) tabs.giveUp();
    for (const tab of tabs.live) {
      if (!known.has(tab)) await follow(tab, timeout);
      await recording.until(() => !tab.navigation.pending, timeout);
      await tab.navigation.load(timeout);
      if (this.awaitsPixel) await awaitPixel(tab, this, timeout);
    }
    await settle(recording, double, timeout);
  }

  /** Waits until a call of the site shows the pixel in a tab, or its time is over; returns whether it does. */
  pixelShows(tab: Tab): Promise<boolean> {
    return pixelShows(tab, this, this.target.timeouts.settle);
  }

  /**
   * Gives the current page of a tab time for the pixel again, like a new page, after the visitor has answered the banner there.
   */
  awaitPixelAnew(tab: Tab): void {
    awaitPixelAnew(tab, this);
  }

  /** Leaves a page, so that its dismissal handlers run. */
  leavePage(page: Page): Promise<void> {
    return leavePage(page, this.tabs, this.target.timeouts.step);
  }

  /**
   * Leaves every page and gathers what the visit left behind.
   *
   * @param page where the visitor is
   */
  async collect(page: Page): Promise<Evidence> {
    await this.readPages();
    await this.leave(page);
    return this.gather();
  }

  /** Gathers what the visit has left behind so far, and leaves its pages as they are. */
  async look(): Promise<Evidence> {
    await this.runPending();
    await this.settle();
    await this.readPages();
    return this.gather();
  }

  /** Waits until the messages between frames that the last act has caused are delivered: Chromium defers them behind input. */
  private async runPending(): Promise<void> {
    const { tabs, target } = this;
    const pending = tabs.live.map(({ navigation }) => navigation.evaluate(BEHIND_MESSAGES));
    await bounded(Promise.allSettled(pending), target.timeouts.settle, undefined);
  }

  private async readPages(): Promise<void> {
    const { tabs, recording, prepared } = this;
    [recording.exposed, recording.storage] = await Promise.all([
      pagesWithToken(tabs.live, prepared.events.read()),
      // A page that broke the visit off may never answer, and what is missing there proves nothing.
      recording.problem ? [] : readStorage(tabs.live, prepared.options.visit.clickId),
    ]);
  }

  private async gather(): Promise<Evidence> {
    const { context, recording, tabs, prepared } = this;
    const { clickId } = prepared.options.visit;
    const [cookies] = await Promise.all([readCookies(context, recording, clickId), tabs.finish()]);
    prepared.events.note('ttp', cookies.find(({ name }) => name === '_ttp')?.value);
    return evidenceOf(prepared, cookies);
  }

  /** Leaves every page, and makes sure that what was sent while leaving has arrived. */
  private async leave(page: Page): Promise<void> {
    const { context, recording, double, target } = this;
    if (page.isClosed()) recording.fail('page-closed', {});
    // A page that is gone, or that does not answer, cannot be left.
    if (recording.problem?.kind === 'crash' || recording.problem?.code === 'page-busy') return;
    if (recording.documents.length === 0) recording.fail('no-tap', {});
    await this.runPending();
    // The last call may have been followed by a navigation.
    await this.settle();
    for (const open of context.pages()) await this.leavePage(open);
    // If a request to where the beacons go does not arrive, neither did they. It may overtake them.
    const between = (await this.obstacle(page, PIXEL_HOST)) ?? (await this.undrained());
    if (between !== undefined) {
      const last = recording.documents.findLast(({ frame }) => frame === 'main')?.url ?? '';
      if (await answers(page)) recording.fail('last-request-lost', { obstacle: between });
      else recording.fail('page-busy', { page: last });
    }
    await settle(recording, double, target.timeouts.settle);
  }
}

/** Afterwards, everything that a tab had announced is known. */
async function follow({ navigation }: Tab, timeout: number): Promise<void> {
  await bounded(navigation.ready, timeout, undefined);
  await navigation.sync();
}

/** For cookies: the domain of a host pattern, if it has one. */
function domainOf(host: string): string[] {
  if (!host.includes('*')) return [host];
  return /^\*\.[^*]+$/.test(host) ? [host.slice(1)] : [];
}

/** Identifies the visit to the site's server. */
function nameVisit(id: string, context: BrowserContext, { baseURL, hosts }: Target): Promise<void> {
  const cookie = { name: VISIT_COOKIE, value: id, path: '/', httpOnly: true };
  const own = new Set([new URL(baseURL).hostname, ...Object.keys(hosts).map(withoutPort)]);
  return context.addCookies([...own].flatMap(domainOf).map((domain) => ({ ...cookie, domain })));
}
