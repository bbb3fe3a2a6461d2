import { isSupportedCurrency, wasSupportedCurrency } from '../../tiktok/currencies.ts';
import { type Diagnostic, eventDiagnostics, identifyDiagnostic } from '../../tiktok/diagnostics.ts';
import { PAGEVIEW } from '../../tiktok/event-names.ts';
import { Activity } from './activity.ts';
import { build } from './build.ts';
import { findClickId, findOrganicClickId, writeClickIdCookie } from './click-id.ts';
import { revokeConsent, submit } from './consent.ts';
import { diagnose, guarded } from './console.ts';
import {
  anonymousId,
  enableCookies,
  prolongCookies,
  refreshCookies,
  setLifetime,
  staysDisabled,
} from './cookies.ts';
import { type Content, ownEvent, readPage, readTrack } from './event.ts';
import { observeHistory } from './history.ts';
import {
  type Encoded,
  type IdentifyUtils,
  type Identity,
  merge,
  NOBODY,
  problemsOf,
  userOf,
} from './identity.ts';
import { LANDING, reportVisit } from './landing.ts';
import { watchForms } from './matching.ts';
import { addIdentity, createAction, createMessage, ipv6Copy, type Visitor } from './message.ts';
import { countDocument, pageIndex, urlHasChanged } from './page.ts';
import { type Handle, Reporter } from './reporter.ts';
import { insertScript } from './script-tag.ts';
import { sessionId, touchVisits, type Visits } from './session.ts';
import { readJson, writeJson } from './storage.ts';
import { findTestId } from './test-id.ts';
import { ACTION_URL, EVENT_URL, INTERACTION_URL, IPV6_URL, post } from './transport.ts';
import type { PixelEntry, Ttq } from './ttq.ts';
import { asObject, type Fields, plainObject } from './values.ts';

const IPV6_OF_TAB = 'tt_pixel_is_enrich_ipv6_triggered_by_enrich_am';

/** What the page's calls do, whatever form they come in. */
export class Sdk {
  readonly reporters: Reporter[] = [];
  /** The result of `ttq.instances()`: the live list. */
  readonly handles: Handle[] = [];
  private readonly ttq: Ttq;
  private readonly clickId = findClickId();
  private readonly organicClickId = findOrganicClickId();
  private readonly testId = findTestId();
  private readonly activity: Activity;
  /** Undefined if the identify script cannot be loaded. */
  private readonly utils: Promise<IdentifyUtils | undefined>;
  /** Settles when everything identified so far is hashed. */
  private identity: Promise<Identity> = Promise.resolve(NOBODY);
  private useUtils: (utils: IdentifyUtils | undefined) => void = () => {};
  private known: Identity = NOBODY;
  /** How much is being hashed. A page's first moment counts as hashing, too. */
  private pending = 0;
  /** What is sent as soon as nothing is being hashed, in the order of the calls. */
  private waiting: (() => void)[] = [];
  private observing = false;
  /** Whether the next change of the URL is a Pageview: only after one was sent. */
  private armed = false;
  private sentAny = false;
  /** Whether the page's cookies were read just before, by a call of the same queue. */
  hasLooked = false;

  constructor(ttq: Ttq) {
    this.ttq = ttq;
    countDocument();
    this.utils = new Promise((resolve) => {
      this.useUtils = resolve;
    });
    insertScript(build.identify, { tries: 2, failed: () => this.useUtils(undefined) });
    this.learn(this.identity);
    setLifetime(ttq._cde);
    prolongCookies();
    this.activity = new Activity({
      act: (action, collected) => this.collect(ACTION_URL, action, collected),
      interaction: (collected) => this.collect(INTERACTION_URL, 'Pf', collected),
    });
    watchForms(guarded((fields: Fields) => this.matchForms(fields)));
  }

  /** The identify script finds main through this. */
  getPlugin(name: string): { setIdentifyUtils: (utils: IdentifyUtils) => void } | undefined {
    return name === 'Identify' ? { setIdentifyUtils: (utils) => this.useUtils(utils) } : undefined;
  }

  /** Mounts a pixel that events.js has brought; false if it is mounted already, or TikTok does not know it. */
  mount(code: string, entry: PixelEntry): boolean {
    if (this.find(code) !== undefined) {
      this.complain('DUPLICATE_PIXEL_CODE');
      return false;
    }
    if (code === '' || entry.info?.status !== 0) {
      this.complain(code === '' ? 'MISSING_PIXEL_CODE' : 'INVALID_PIXEL_CODE', entry);
      return false;
    }
    const handle: Handle = {
      track: (...args) => this.trackFor(reporter, ...args),
      page: (properties) => this.pageFor([reporter], properties),
      identify: (fields, more) => this.identify(fields, more, reporter),
      setPixelInfo: () => {},
    };
    const reporter = new Reporter(code, this.ttq, entry, handle);
    this.reporters.push(reporter);
    this.handles.push(handle);
    if (reporter.firstPartyCookies && !staysDisabled()) enableCookies();
    writeClickIdCookie();
    refreshCookies(); // a browser may refuse them
    return true;
  }

  find(code: string): Reporter | undefined {
    return this.reporters.find((reporter) => reporter.code === code);
  }

  /** Sent by each loaded pixel, or the one that the third argument names: an empty or null `pixel_code` names none. */
  track(name: unknown, properties: unknown, options: unknown): void {
    this.lookAround();
    const { pixel_code } = asObject(options);
    const content = readTrack(name, properties, options);
    this.reporters
      .filter(({ code }) => pixel_code === undefined || code === pixel_code)
      .forEach((reporter, index) => void this.report(reporter, content, { checked: index === 0 }));
  }

  page(properties: unknown): void {
    this.pageFor(this.reporters, properties);
  }

  /**
   * Later calls add to earlier ones. The second argument is added to the first, in the caller's own object.
   *
   * @param only the pixel on whose instance it was called
   */
  identify(first: unknown, second?: unknown, only?: Reporter): void {
    this.lookAround();
    const given =
      typeof first === 'string' || typeof first === 'number' ? { external_id: first } : plainObject(first);
    const more = plainObject(second);
    const fields = Object.assign(given, more);
    if (Object.keys(fields).length === 0) return;
    const snapshot = { ...fields };
    this.learn(
      Promise.all([this.identity, this.utils]).then(([known, utils]) => {
        if (utils === undefined) return known;
        const encoded = utils.encode(snapshot);
        const identity = merge(known, encoded, only?.code);
        guarded(() => this.identified(encoded, identity, snapshot, more, only))();
        return identity;
      }),
    );
  }

  private learn(identity: Promise<Identity>): void {
    this.pending += 1;
    this.identity = identity.then((known) => {
      this.pending -= 1;
      this.known = known;
      if (this.pending === 0) for (const send of this.waiting.splice(0)) send();
      return known;
    });
  }

  /**
   * Runs at once, or when everything being hashed is known: after several identifies, the last one also applies to what waited
   * for the first (measured).
   */
  private whenKnown(send: () => void): Promise<void> {
    if (this.pending > 0)
      return new Promise((resolve) => {
        this.waiting.push(() => resolve(send()));
      });
    if (!build.sendsAtOnce) return Promise.resolve().then(send);
    send();
    return Promise.resolve();
  }

  /** Newer builds report it to TikTok, the only message that is still sent. */
  revokeConsent(): void {
    revokeConsent();
    if (build.tellsRevocation) this.collect(ACTION_URL, 'Click', { page_trigger: 'RevokeConsent' }, post);
  }

  /**
   * Prints a diagnostic. One pixel with `diagnostics: false` silences them for the page.
   *
   * @param entry of a pixel that is not mounted
   */
  complain(code: Diagnostic, entry?: PixelEntry): void {
    const options = [...this.reporters.map(({ options }) => options), entry?.options ?? {}];
    if (options.every(({ diagnostics }) => diagnostics === undefined || diagnostics)) diagnose(code);
  }

  /** Sends a Pageview for the URL in each of these pixels that has not reported it yet. */
  private pageFor(reporters: readonly Reporter[], properties: unknown): void {
    this.lookAround();
    const content = readPage(properties, PAGEVIEW);
    const due = reporters.filter((reporter) => reporter.takePageview());
    for (const reporter of due) void this.report(reporter, content);
    if (due.length > 0) this.activity.metadataSoon('PageView');
  }

  private trackFor(
    reporter: Reporter,
    name?: unknown,
    properties?: unknown,
    options?: unknown,
  ): Promise<unknown> {
    this.lookAround();
    return this.report(reporter, readTrack(name, properties, options), { checked: true });
  }

  /**
   * Sends an event as soon as nothing is being hashed. Its page data are those of that moment.
   *
   * @param checked whether diagnostics are printed
   * @param of the session, for an event that does not prolong one
   */
  private report(
    reporter: Reporter,
    content: Content,
    { checked = false, of }: { checked?: boolean; of?: Visits } = {},
  ): Promise<void> {
    const keepsVisits = build.sessions && reporter.firstPartyCookies;
    const visits = of ?? (keepsVisits ? touchVisits(reporter.code) : undefined);
    if (visits && !of)
      reportVisit(reporter, visits, (event) =>
        this.reportOwn(reporter, { ...event, page: content.page }, visits),
      );
    // If no cookie keeps the session, each page starts one.
    else if (keepsVisits && !visits && reporter.takeLanding())
      this.reportOwn(reporter, { ...LANDING, page: content.page });
    if (/^pageview$/i.test(String(content.name))) this.armed = true;
    if (build.observesHistory && reporter.watchesHistory) this.observe();
    const send = guarded(() => {
      const visitor = this.visitor();
      const message = createMessage(reporter, content, visitor, visits);
      const complete = addIdentity(message, this.known, reporter, visitor);
      if (checked) this.check(complete, this.known);
      this.send(complete);
    });
    return this.whenKnown(send);
  }

  /** An event about the session, from the page of the site's own event. */
  private reportOwn(reporter: Reporter, event: Content, visits?: Visits): void {
    const content = { ...event, properties: { ...event.properties, trigger_source: 'pixel_self' } };
    void this.report(reporter, content, {
      checked: true,
      ...(visits && { of: { ...visits, opened: false } }),
    });
  }

  private send(message: Fields): void {
    if (build.copiesForIpv6 && this.needsIpv6Copy(message)) submit(IPV6_URL, ipv6Copy(message));
    submit(EVENT_URL, message);
  }

  /** The first event of the tab's first page, and its first EnrichAM. */
  private needsIpv6Copy({ event }: Fields): boolean {
    const first = !this.sentAny && pageIndex() === 0;
    this.sentAny = true;
    if (event !== 'EnrichAM' || readJson(IPV6_OF_TAB) === true) return first;
    writeJson(IPV6_OF_TAB, true);
    return true;
  }

  /** What the SDK does once an identify is hashed. EnrichAM is sent after the events that waited for it. */
  private identified(
    encoded: Encoded,
    identity: Identity,
    fields: Fields,
    properties: Fields,
    only: Reporter | undefined,
  ): void {
    const diagnostic = identifyDiagnostic(problemsOf(encoded, { isNew: true }));
    if (diagnostic) this.complain(diagnostic);
    const isIdOnly = Object.keys(fields).every((field) => field === 'external_id');
    if (isIdOnly || Object.keys(identity.user).length === 0) return;
    const reporter = only ?? this.enriching(identity);
    if (reporter) void this.report(reporter, ownEvent('EnrichAM', properties), { checked: true });
  }

  /** The one pixel that sends EnrichAM for all. */
  private enriching(identity: Identity): Reporter | undefined {
    const isAutomatic = ['auto_email', 'auto_phone_number'].some((field) => field in identity.user);
    return this.reporters.find((reporter) => {
      if (isAutomatic && reporter.automaticMatching) return true;
      const { external_id, email, phone_number } = userOf(identity, reporter.code);
      return Boolean(external_id || email || phone_number || this.organicClickId);
    });
  }

  private matchForms(fields: Fields): void {
    if (!this.reporters.some((reporter) => reporter.automaticMatching)) return;
    if (Object.keys(fields).length > 0) this.identify(fields);
  }

  private collect(url: string, action: string, collected: Fields, deliver = submit): void {
    const collecting = this.reporters.filter((reporter) => reporter.collects);
    const [first] = collecting;
    if (first === undefined) return;
    const codes = collecting.map(({ code }) => code);
    const visitor = this.visitor();
    const message = createAction(first, codes, action, collected, visitor);
    void this.whenKnown(guarded(() => deliver(url, addIdentity(message, this.known, first, visitor))));
  }

  private check(message: Fields, identity: Identity): void {
    if (message.event === PAGEVIEW) return;
    const user = asObject(asObject(message.context).user);
    const contact = { known: Boolean(user.email || user.phone_number), ...problemsOf(identity) };
    const isSupported = build.knowsNewCurrencies ? isSupportedCurrency : wasSupportedCurrency;
    for (const code of eventDiagnostics(message.event, asObject(message.properties), contact, isSupported))
      this.complain(code);
  }

  private observe(): void {
    if (this.observing) return;
    this.observing = true;
    observeHistory(() => this.noticeUrl('hc'));
  }

  /** Before each call: the page may have changed its cookies, or its URL unnoticed. */
  private lookAround(): void {
    if (!this.hasLooked) refreshCookies();
    this.noticeUrl('uc');
  }

  /**
   * Since 2025 a changed URL sends a Pageview, slightly later: a call of the page's own comes before it.
   *
   * @param how hc: a history event reported it; uc: an API call noticed it
   */
  private noticeUrl(how: 'hc' | 'uc'): void {
    if (!urlHasChanged() || !build.observesHistory) return;
    const properties = how === 'hc' ? { tf: how } : { tf: how, event_experiment: 'pageview' };
    const watching = this.armed ? this.reporters.filter(({ reportsChanges }) => reportsChanges) : [];
    setTimeout(guarded(() => this.pageFor(watching, properties)));
    this.activity.metadataSoon('UrlChange');
  }

  private visitor(): Visitor {
    const { clickId, organicClickId, testId, ttq } = this;
    return {
      anonymousId: anonymousId(),
      clickId,
      organicClickId,
      testId,
      sessionId: sessionId(ttq._server_unique_id),
      variation: ttq._variation_id,
      experiments: ttq._vids,
    };
  }
}
