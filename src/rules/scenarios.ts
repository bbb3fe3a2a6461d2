import { refusesConsent, type ScenarioName, scenariosThat, type Traits } from '../target/scenarios.ts';

/** In which scenarios rules are asked, by traits. No rule names a scenario. */

const pixelRuns = ({ pixel, consent }: Traits) =>
  pixel === 'runs' && consent !== 'deny' && consent !== 'ignore';

/** The pixel may send during the whole visit. */
const pixelRunsThroughout = (traits: Traits) => pixelRuns(traits) && traits.consent === 'grant';

const serverSends = (traits: Traits) => !refusesConsent(traits);

const bothSend = (traits: Traits) => pixelRuns(traits) && serverSends(traits);

export const ALL: readonly ScenarioName[] = scenariosThat(() => true);

/** The pixel may send all the time. */
export const PIXEL_RUNS_THROUGHOUT = scenariosThat(pixelRunsThroughout);

/** The pixel may send, and the visitor clicks once where one click is meant. */
export const SINGLE_CLICKS = scenariosThat((traits) => pixelRuns(traits) && traits.again !== 'clicks');

/** The visitor does the whole journey once, and the pixel may send all of it. */
export const WHOLE_JOURNEY = scenariosThat(
  (traits) => pixelRunsThroughout(traits) && traits.again === 'nothing',
);

/** The same, or the visitor repeats something, except routes within a document. */
export const JOURNEY_OF_PAGES = scenariosThat(
  (traits) => pixelRunsThroughout(traits) && traits.again !== 'routes',
);

/** The visitor repeats something, which must not count again. */
export const REPEATING = scenariosThat((traits) => pixelRunsThroughout(traits) && traits.again !== 'nothing');

/** The pixel may send during at least a part of the visit. */
export const PIXEL_RUNS = scenariosThat(pixelRuns);

/** The browser keeps the cookies that the pixel sets, and nothing asks for their deletion. */
export const COOKIES_KEPT = scenariosThat((traits) => bothSend(traits) && traits.cookies === 'kept');

/** The site may keep the click id, and only the visit itself asks for it. */
export const CLICK_ID_KEPT = scenariosThat(
  (traits) => bothSend(traits) && !comesAgain(traits) && !traits.privacyControl,
);

/** Something in the browser blocks the pixel. */
export const PIXEL_BLOCKED = scenariosThat(({ pixel }) => pixel === 'blocked');

/** The server may send, and is expected to. */
export const SERVER_SENDS = scenariosThat(serverSends);

/** The same, and the visitor came by the click of this visit. */
export const SERVER_SENDS_CLICK_ID = scenariosThat(
  (traits) => serverSends(traits) && traits.comes !== 'returning',
);

/** Browser and server may both send, all the time. */
export const BOTH_SEND = scenariosThat(bothSend);

/** The Events API fails. */
export const FAULTS = scenariosThat(({ eventsApi }) => eventsApi === 'faulty');

/** The visitor is in the web view of TikTok's app, and may open the page in a browser. */
export const IN_APP = scenariosThat((traits) => traits.view === 'in-app' && pixelRuns(traits));

export const RETURNING = scenariosThat(({ comes }) => comes === 'returning');
export const SECOND_CLICK = scenariosThat(({ comes }) => comes === 'second-click');
export const CONSENT_DENIED = scenariosThat(({ consent }) => consent === 'deny');
export const CONSENT_WITHDRAWN = scenariosThat(({ consent }) => consent === 'withdraw');
export const PRIVACY_CONTROL = scenariosThat(({ privacyControl }) => privacyControl);

/** The visitor has come before, in another tab. */
export function comesAgain({ comes }: Traits): boolean {
  return comes === 'returning' || comes === 'second-click';
}
