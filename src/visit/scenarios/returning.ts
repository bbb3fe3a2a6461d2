import type { Scenario } from './scenario.ts';

export const returning: Scenario = {
  name: 'returning',
  changes:
    'The visitor has come by an ad before: they land by the first click URL, close the tab, and complete the journey in a new tab that starts without ttclid.',
};
