import type { Scenario } from './scenario.ts';

export const returning: Scenario = {
  name: 'returning',
  changes:
    'The visitor has come by an ad before: lands by the first click URL, closes the tab, and does the journey in a new tab that ' +
    'starts without ttclid.',
};
