import { scenariosThat } from '../target/scenarios.ts';

/**
 * The scenarios that a visit may have been made under which nobody but a browser recorded: a condition of the whole visit, or how
 * the visitor came. What is done in the middle of one, such as a second click, is not told by a HAR.
 */
export const HAR_SCENARIOS = scenariosThat(
  ({ comes, consent, again, eventsApi }) =>
    (comes === 'start' || comes === 'ad') &&
    consent === 'grant' &&
    again === 'nothing' &&
    eventsApi === 'sound',
);
