import type { BrowserContext, Page } from '@playwright/test';
import { OWN_HOST } from '../double/routes.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { mask, withShortMasks } from '../masking/mask.ts';
import { seal } from '../masking/seal.ts';
import type { VisitFacts } from '../recorder/assemble.ts';
import { bounded } from '../recorder/bounded.ts';
import { obstacle } from '../recorder/fence.ts';
import { brokenEvidence, evidenceOf, type Prepared } from '../recorder/prepare.ts';
import { Recorder } from '../recorder/recorder.ts';
import { secretsOf } from '../recorder/secrets.ts';
import type { ScenarioName } from '../target/scenarios.ts';
import type { Target } from '../target/target.ts';
import { watchActs } from './acts.ts';
import { answerConsent, type TtqAnswer } from './consent.ts';
import { Elsewhere } from './elsewhere.ts';

/** Milliseconds for leaving all pages of a context. */
const LEAVING = 5_000;

/** Milliseconds for a picture of a page. */
const SCREENSHOT = 5_000;

/** How a context was opened, which may be why the double is not reached. */
export interface Opened {
  by: 'launch' | 'connect';
  offline: boolean;
  /** Without JavaScript nothing can be proved, and no pixel runs. */
  javaScriptEnabled: boolean;
}

/** The visit of a browser context that a test opened. */
export class ContextVisit {
  readonly recorder: Recorder;
  readonly facts: VisitFacts;
  /** Matchers skip what was recorded before. Milliseconds since the visit began. */
  since = 0;
  /** The evidence, once the visit is over; undefined if no page of a site was seen, or nobody asked for it. */
  evidence: Evidence | undefined;
  private readonly prepared: Prepared;
  private readonly opened: Opened;
  private readonly elsewhere: Elsewhere;
  private readonly newPage: () => Promise<Page>;
  private readonly own: WeakSet<Page>;
  /** Whether the next page that the test opens is the ad's. */
  private readonly landing: { isAhead: boolean };
  private ignoresBanner = false;
  private reached: boolean | undefined;
  private over = false;

  static async begin(prepared: Prepared, context: BrowserContext, opened: Opened): Promise<ContextVisit> {
    const { target } = prepared.options;
    const own = new WeakSet<Page>();
    const landing = { isAhead: false };
    const isLanding = () => {
      const { isAhead } = landing;
      landing.isAhead = false;
      return isAhead;
    };
    const elsewhere = new Elsewhere(context, prepared.double, target.pixelHosts);
    const recorder = await Recorder.attach(prepared, context, {
      companion: ({ recording, tabs }) =>
        watchActs({ recording, tabs, target, isOpenedByTest: (page) => own.has(page), isLanding }),
    });
    return new ContextVisit(recorder, elsewhere, own, landing, opened);
  }

  private constructor(
    recorder: Recorder,
    elsewhere: Elsewhere,
    own: WeakSet<Page>,
    landing: { isAhead: boolean },
    opened: Opened,
  ) {
    this.landing = landing;
    this.recorder = recorder;
    this.prepared = recorder.prepared;
    this.facts = recorder.prepared.options.visit;
    this.elsewhere = elsewhere;
    this.own = own;
    this.opened = opened;
    this.newPage = recorder.context.newPage.bind(recorder.context);
  }

  get context(): BrowserContext {
    return this.recorder.context;
  }

  get target(): Target {
    return this.recorder.target;
  }

  get isOver(): boolean {
    return this.over;
  }

  /** @throws if its first page does not reach the double */
  async openPage(): Promise<Page> {
    const { page } = await this.recorder.openTab(this.newPage);
    this.own.add(page);
    if (!this.opened.javaScriptEnabled) return page;
    this.reached ??= await this.recorder.reachesDouble(page);
    if (!this.reached) throw new Error(`${this.recorder.recording.problem?.message} ${this.setting()}`);
    return page;
  }

  /** The setting of the suite that keeps the browser from the double. */
  private setting(): string {
    if (this.opened.offline)
      return 'The context is opened with offline: true; call context.setOffline(true) later.';
    if (this.opened.by === 'connect')
      return 'The browser is one that was started elsewhere (connectOptions, or chromium.connect): it has to run on this machine and to be started with the key of the test double of TikTok, so let Playwright launch it.';
    return 'Look for a route on the context, for a proxy among launchOptions.args, and for an extension of the browser.';
  }

  /** From now on the visitor comes from an ad. */
  follow(clickId: string, clickUrl: string): void {
    const { facts } = this;
    const { recording } = this.recorder;
    if (facts.clickId !== undefined) facts.earlierClickId = facts.clickId;
    Object.assign(facts, { clickId, clickUrl });
    facts.scenario = this.scenario();
    this.landing.isAhead = true;
    // Documents before the click did not lead anywhere.
    for (const document of recording.documents) document.arrival = false;
    this.prepared.events.note('click-id', clickId);
  }

  /** The visitor answers the consent banner, or leaves it alone; what is judged depends on it. */
  async consent(answer: TtqAnswer, give?: () => Promise<unknown>): Promise<void> {
    if (answer === 'ignore') this.ignoresBanner = true;
    else await answerConsent(answer, this.recorder, give);
    this.facts.scenario = this.scenario();
  }

  /** The visit's scenario, as an audit names it, from what the visitor has done so far. */
  private scenario(): ScenarioName {
    const { consent, documents } = this.recorder.recording;
    const last = consent.at(-1);
    if (last?.answer === 'denied') return 'consent-denied';
    if (last?.answer === 'withdrawn') return 'consent-withdrawn';
    const landing = documents.find(({ frame }) => frame === 'main');
    const isFirst = (at: number) => !(landing?.routes ?? []).some((route) => route.at < at);
    // On earlier pages the pixel was not allowed to send.
    if (last && !(consent.length === 1 && last.document === landing?.id && isFirst(last.at)))
      return 'consent-late';
    if (!last && this.ignoresBanner) return 'consent-ignored';
    const { clickId, earlierClickId } = this.facts;
    if (clickId === undefined) return 'organic';
    return earlierClickId === undefined ? 'ad-click' : 'second-click';
  }

  /** A text or value in the form for messages and reports. */
  shown<T>(value: T): T {
    const secrets = [...secretsOf(this.target), ...this.recorder.recording.secrets];
    return JSON.parse(withShortMasks(JSON.stringify(seal(mask(value, secrets)) ?? null))) as T;
  }

  /** The evidence so far. */
  async look(): Promise<Evidence> {
    if (this.evidence) return this.evidence;
    await this.recorder.settle();
    await this.noteElsewhere();
    return this.recorder.look();
  }

  /** What broke the visit, such as a route of the test that answers for TikTok. */
  async problem(): Promise<string | undefined> {
    await this.noteElsewhere();
    return this.recorder.recording.problem?.message;
  }

  /** The setting of the suite because of which nothing can be tracked. */
  get handicap(): string | undefined {
    return this.opened.javaScriptEnabled
      ? undefined
      : 'The context is opened with javaScriptEnabled: false, so no pixel runs.';
  }

  /** Whether any page so far has called `ttq`, or asked TikTok for anything. */
  get hasPixel(): boolean {
    const { calls, requests } = this.recorder.recording;
    return calls.length > 0 || requests.length > 0;
  }

  /** Why something that was not seen may have been sent anyway, as the end of a sentence; undefined if it cannot have been. */
  async doubt(timeout: number): Promise<string | undefined> {
    const problem = await this.problem();
    if (problem !== undefined) return problem;
    const page = this.context.pages().at(-1);
    if (!page) return 'no page is open any more';
    const between = await obstacle(page, this.recorder.double, OWN_HOST, timeout);
    return between === undefined ? undefined : `the test double of TikTok cannot be reached: ${between}`;
  }

  /**
   * Ends it, before its context is closed.
   *
   * @param broken why the visit is incomplete; then its pages are not left, so that a report can show them
   */
  async end(wants: 'evidence' | 'nothing', broken?: string): Promise<void> {
    if (this.over) return;
    this.over = true;
    try {
      const isSeen = this.recorder.recording.documents.length > 0 || this.reached === false;
      if (wants === 'evidence' && isSeen) this.evidence = await this.collect(broken);
      else await this.prepared.deliveries.finish();
    } catch (error) {
      this.evidence = await brokenEvidence(this.prepared, error);
    }
  }

  /** Pictures of its pages as they are. */
  async screenshots(): Promise<Buffer[]> {
    const pages = this.recorder.recording.documents.length > 0 ? this.context.pages() : [];
    const shots = await Promise.all(
      pages.map((page) => page.screenshot({ timeout: SCREENSHOT }).catch(() => undefined)),
    );
    return shots.filter((shot) => shot !== undefined);
  }

  /** Closes its door, after its context. */
  close(): Promise<void> {
    return this.prepared.close();
  }

  private async collect(broken: string | undefined): Promise<Evidence> {
    const { recorder, context } = this;
    const { recording } = recorder;
    if (this.reached === false) return evidenceOf(this.prepared);
    if (broken !== undefined) {
      await this.noteElsewhere();
      recording.fail('test-failed', { error: broken });
      return recorder.look();
    }
    await context.setOffline(false);
    await recorder.settle();
    await this.noteElsewhere();
    const page = context.pages().at(-1) ?? (await this.newPage());
    const collected = recorder.collect(page).catch((error: unknown) => brokenEvidence(this.prepared, error));
    const evidence = await bounded<Evidence | undefined>(collected, LEAVING, undefined);
    if (evidence) return evidence;
    recording.fail('leaving-took-too-long', { seconds: LEAVING / 1000 });
    return evidenceOf(this.prepared);
  }

  private async noteElsewhere(): Promise<void> {
    const { recording } = this.recorder;
    const first = await this.elsewhere.first(recording.requests);
    if (first) recording.fail('answered-by-test', first);
  }
}
