/** The traits of a scenario: which rules apply to it follows from them, and much of how it is visited. */
export interface Traits {
  /**
   * How the visitor arrives. start: at the start URL. ad: through the click URL. returning: through the click URL, in a tab that is
   * closed; then at the start URL in a new one, where the journey is done. second-click: the same, but both times from an ad, each with
   * its own click id.
   */
  comes: 'start' | 'ad' | 'returning' | 'second-click';
  /** in-app: the web view of TikTok's app, in which ads open. */
  view: 'browser' | 'in-app';
  /** Whether a visit is made for each click URL of the target, or only for its first. Only relevant with an ad. */
  everyAd: boolean;
  /** blocked: something in the browser blocks TikTok's scripts or requests. */
  pixel: 'runs' | 'blocked';
  /** How the visitor answers the consent banner, if there is one. late: on the second page. ignore: not at all. */
  consent: 'grant' | 'deny' | 'late' | 'withdraw' | 'ignore';
  /** limited: cookies that scripts write expire sooner, and the pixel's own are refused. */
  cookies: 'kept' | 'limited';
  /** Whether the browser sends Global Privacy Control, which asks that data are not sold or shared. */
  privacyControl: boolean;
  /** What the visitor repeats. pages: loading pages and coming back to them. routes: the same within a document. */
  again: 'nothing' | 'clicks' | 'pages' | 'routes';
  /** faulty: the Events API fails; a visit is made for each fault of the target. */
  eventsApi: 'sound' | 'faulty';
  /** Members that a target must set for it. */
  needs: readonly ('consent.grant' | 'consent.deny' | 'consent.withdraw' | 'spa')[];
}

/** Every scenario by its name; src/visit/scenarios has a file for each, with what is to be done for it. */
// biome-ignore format: read by its columns
export const TRAITS = {
  organic:             { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'ad-click':          { comes: 'ad',           view: 'browser', everyAd: true,  pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  returning:           { comes: 'returning',    view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'second-click':      { comes: 'second-click', view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'ad-blocked':        { comes: 'start',        view: 'browser', everyAd: false, pixel: 'blocked', consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'sdk-slow':          { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'sdk-404':           { comes: 'start',        view: 'browser', everyAd: false, pixel: 'blocked', consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'csp-blocked':       { comes: 'start',        view: 'browser', everyAd: false, pixel: 'blocked', consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'cookies-limited':   { comes: 'ad',           view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'limited', privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'consent-denied':    { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'deny',     cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: ['consent.deny'] },
  'consent-granted':   { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: ['consent.grant'] },
  'consent-late':      { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'late',     cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: ['consent.grant'] },
  'consent-withdrawn': { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'withdraw', cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: ['consent.grant', 'consent.withdraw'] },
  'consent-ignored':   { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'ignore',   cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: ['consent.grant'] },
  gpc:                 { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: true,  again: 'nothing', eventsApi: 'sound',  needs: [] },
  'reload-and-back':   { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'pages',   eventsApi: 'sound',  needs: [] },
  'double-click':      { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'clicks',  eventsApi: 'sound',  needs: [] },
  spa:                 { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'routes',  eventsApi: 'sound',  needs: ['spa'] },
  mobile:              { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'in-app':            { comes: 'ad',           view: 'in-app',  everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'in-app-ios':        { comes: 'ad',           view: 'in-app',  everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'sound',  needs: [] },
  'events-api-faults': { comes: 'start',        view: 'browser', everyAd: false, pixel: 'runs',    consent: 'grant',    cookies: 'kept',    privacyControl: false, again: 'nothing', eventsApi: 'faulty', needs: [] },
} as const satisfies Record<string, Traits>;

/** The conditions of a visit. */
export type ScenarioName = keyof typeof TRAITS;

export const SCENARIOS = Object.keys(TRAITS) as ScenarioName[];

/** The traits of a scenario in evidence; undefined for an unknown one. */
export function traitsOf(name: string): Traits | undefined {
  return Object.hasOwn(TRAITS, name) ? TRAITS[name as ScenarioName] : undefined;
}

/** The scenarios for which a condition holds. */
export function scenariosThat(holds: (traits: Traits) => boolean): readonly ScenarioName[] {
  return SCENARIOS.filter((name) => holds(TRAITS[name]));
}

/** The visitor denies or withdraws consent, or never gives it. */
export function refusesConsent({ consent }: Traits): boolean {
  return consent === 'deny' || consent === 'withdraw' || consent === 'ignore';
}

/** It is about the answer to the consent banner, so the visitor may also come from an ad. */
export function isAboutConsent({ needs }: Traits): boolean {
  return needs.some((need) => need.startsWith('consent.'));
}

/** Nothing that the pages call can be sent in the end. */
export function isSilent(traits: Traits): boolean {
  return traits.pixel === 'blocked' || refusesConsent(traits);
}
