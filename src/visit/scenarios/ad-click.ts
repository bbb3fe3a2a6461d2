import type { Scenario } from './scenario.ts';

export const adClick: Scenario = {
  name: 'ad-click',
  changes: 'The visitor comes by a click URL with a fresh ttclid: one visit for each of the target.',
};
