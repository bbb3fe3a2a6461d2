import { scenariosThat } from '../target/scenarios.ts';

/**
 * Scenarios that a visit recorded only by a browser may belong to: a condition of the whole visit, or how the visitor came.
 * Actions in the middle of a visit, such as a second click, cannot be recognised in a HAR.
 */
export const HAR_SCENARIOS = scenariosThat(
  ({ comes, consent, again, eventsApi }) =>
    (comes === 'start' || comes === 'ad') &&
    consent === 'grant' &&
    again === 'nothing' &&
    eventsApi === 'sound',
);
