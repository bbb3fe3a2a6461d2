import { SCENARIOS, type ScenarioName } from '../target/target.ts';

/** The sets of scenarios that rules speak for. */

export const ALL: readonly ScenarioName[] = SCENARIOS;

/** The visitor does the whole journey once, and the pixel may send all of it. */
export const WHOLE_JOURNEY: readonly ScenarioName[] = [
  'organic',
  'ad-click',
  'returning',
  'second-click',
  'sdk-slow',
  'cookies-limited',
  'consent-granted',
  'gpc',
  'mobile',
  'events-api-faults',
];

/** The visitor does some things again, which must not count again. */
export const REPEATING: readonly ScenarioName[] = ['reload-and-back', 'double-click'];

/** The pixel may send during a part of the visit at least. */
export const PIXEL_RUNS: readonly ScenarioName[] = [
  ...WHOLE_JOURNEY,
  ...REPEATING,
  'spa',
  'consent-late',
  'consent-withdrawn',
];

/** Something in the browser keeps the pixel away. */
export const PIXEL_BLOCKED: readonly ScenarioName[] = ['ad-blocked', 'sdk-404', 'csp-blocked'];

/** The visitor denies consent, or withdraws it. */
export const CONSENT_REFUSED: readonly ScenarioName[] = ['consent-denied', 'consent-withdrawn'];

/** The server may send, and is expected to. */
export const SERVER_SENDS: readonly ScenarioName[] = ALL.filter(
  (scenario) => !CONSENT_REFUSED.includes(scenario),
);

/** Browser and server may both send, all the time. */
export const BOTH_SEND: readonly ScenarioName[] = PIXEL_RUNS.filter((scenario) =>
  SERVER_SENDS.includes(scenario),
);

/** The Events API does not answer as it should. */
export const FAULTS: readonly ScenarioName[] = ['events-api-faults'];
