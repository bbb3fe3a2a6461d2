import type { BrowserContext, Cookie } from '@playwright/test';
import type { CallRecord, Evidence, Hop } from '../evidence/evidence.ts';
import { newClickId } from '../recorder/new-click-id.ts';
import { type Timeline, timelineOf } from '../report/timeline/model.ts';
import { timelineText } from '../report/timeline/text.ts';
import { taggedUrl } from '../tiktok/click-id.ts';
import { isTikTokCookie } from '../tiktok/cookies.ts';
import type { VisitVerdicts } from '../verdict/verdict.ts';
import { eventsIn, receivedIn } from '../views/events.ts';
import type { TtqAnswer } from './consent.ts';
import { judge } from './judge.ts';
import type { SuiteSession } from './session.ts';
import type { ContextVisit } from './visit.ts';

/** An event of the site, as its pages sent or called it. */
export interface TtqEvent {
  /** Milliseconds since its context was opened. */
  at: number;
  /** As the site named it, such as `Purchase`; `Pageview` for `ttq.page()`. */
  event: string;
  /** TikTok's current name for it. */
  canonical: string;
  eventId: unknown;
  /** As it was sent; if it was only called, as it was called. */
  params: Record<string, unknown>;
  /** URL of its page. */
  page: string;
  /** Ids of the pixels that it was sent to, one for each request; empty if it was called but not sent. */
  pixels: string[];
  /** Where the site called it: url:line:column. */
  source?: string;
}

/** An event that the site's server sent to the Events API. */
export interface TtqServerEvent extends Omit<TtqEvent, 'pixels' | 'source'> {
  /** Whether the Events API accepted it. */
  taken: boolean;
}

/** A call of `ttq`, such as `{ method: 'track', args: ['Purchase', { … }, { event_id: '…' }] }`. */
export type TtqCall = Pick<CallRecord, 'at' | 'method' | 'args' | 'pixel' | 'source'>;

/** The tracking of one browser context: by default the first that the test opens. */
export class Ttq {
  readonly #session: SuiteSession;
  readonly #own: ContextVisit | undefined;

  /** @internal */
  constructor(session: SuiteSession, visit?: ContextVisit) {
    this.#session = session;
    this.#own = visit;
  }

  /**
   * The URL by which an ad leads to a page, with a fresh click id, which is then followed through the site.
   *
   * @param path absolute or relative to the base URL; `{ttclid}` in it is replaced by the click id; without it, the click id is
   * added as a parameter
   */
  adClick(path = '/'): string {
    const id = newClickId();
    const visit = this.#own ?? this.#session.current();
    const clickUrl = path.includes('{ttclid}') ? path : taggedUrl(path);
    if (visit && !visit.isOver) visit.follow(id, clickUrl);
    else this.#session.click = { id, url: clickUrl };
    const { baseURL } = visit?.target ?? this.#session.target();
    return new URL(clickUrl.replace('{ttclid}', id), baseURL).href;
  }

  /**
   * Answers the consent banner of the page that was opened last: the rules then check whether the site respects the answer.
   *
   * @param answer `ignore`: the banner is left alone in the whole visit, so that nothing may be sent
   * @param give how the test answers it, such as `() => banner.reject()`; by default the steps of `ttqTarget.consent`
   */
  consent(answer: TtqAnswer, give?: () => Promise<unknown>): Promise<void> {
    return this.#visit.consent(answer, give);
  }

  /** The calls of `ttq` so far, in order, including page views, `identify` and `load`. */
  calls(): TtqCall[] {
    const { recorder, since } = this.#visit;
    return recorder.recording.callsInOrder().filter(({ at }) => at >= since);
  }

  /** The events that pages sent or called so far, in order. */
  events(): TtqEvent[] {
    const { recorder, since } = this.#visit;
    const events = eventsIn(recorder.recording).filter(({ at }) => at >= since);
    return events.map(({ at, event, canonical, eventId, properties, page, call, sent }) => ({
      at,
      event,
      canonical,
      eventId,
      params: sent[0]?.properties ?? properties,
      page,
      pixels: sent.map(({ pixel }) => pixel),
      ...(call?.source === undefined ? {} : { source: call.source }),
    }));
  }

  /** The events that the site's server has sent to the Events API because of this context. */
  serverEvents(): TtqServerEvent[] {
    const { recorder, since } = this.#visit;
    const received = receivedIn(recorder.prepared.events.read()).filter(({ at }) => at >= since);
    return received.map(({ at, event, canonical, eventId, properties, page, taken }) => {
      return { at, event, canonical, eventId, params: properties, page, taken };
    });
  }

  /** The requests that led from page to page so far, including redirects. */
  hops(): Hop[] {
    const { recorder, since } = this.#visit;
    const documents = recorder.recording.documents.filter(({ at, frame }) => at >= since && frame === 'main');
    return documents.flatMap(({ hops }) => hops);
  }

  /** TikTok's cookies: `_ttp`, `ttclid` and the like. */
  async cookies(): Promise<Cookie[]> {
    return (await this.#visit.context.cookies()).filter(({ name }) => isTikTokCookie(name));
  }

  /** Clears the lists; event matchers then count only what comes later. The whole visit is still judged. */
  clear(): void {
    const visit = this.#visit;
    visit.since = visit.recorder.recording.at();
  }

  /** The tracking of another context that the test opened, for example by `browser.newContext`. */
  attach(context: BrowserContext): Ttq {
    const visit = this.#session.visitOf(context);
    if (visit) return new Ttq(this.#session, visit);
    throw new Error(
      'This context is not recorded, because it was not opened with browser.newContext: use that, on the browser fixture or on a browser of chromium.launch.',
    );
  }

  /** Everything recorded so far, with personal data and secrets masked. Waits until everything called is sent. */
  evidence(): Promise<Evidence> {
    return this.#visit.look();
  }

  /** The verdict of every rule so far. */
  async verdicts(): Promise<VisitVerdicts> {
    const visit = this.#visit;
    return judge(await visit.look(), visit.target).waived;
  }

  /** What happened so far, in lines for people. */
  async timeline(): Promise<string> {
    const visit = this.#visit;
    const evidence = await visit.look();
    const timeline: Timeline = timelineOf(evidence, judge(evidence, visit.target).waived);
    return timelineText(timeline);
  }

  get #visit(): ContextVisit {
    const visit = this.#own ?? this.#session.current();
    if (visit) return visit;
    throw new Error('No page is open yet: ttq shows what the pages of a test do.');
  }

  /** @internal */
  get visit(): ContextVisit {
    return this.#visit;
  }
}
