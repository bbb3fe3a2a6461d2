import type { Scenario } from './scenario.ts';

export const adClick: Scenario = {
  name: 'ad-click',
  changes:
    'The visitor arrives through a click URL with a fresh ttclid: one visit for each click URL of the target.',
};
