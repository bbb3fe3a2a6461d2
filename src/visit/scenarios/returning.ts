import type { Scenario } from './scenario.ts';

export const returning: Scenario = {
  name: 'returning',
  changes:
    'The visitor has clicked an ad before: they arrive through the first click URL and close the tab. They complete the journey in a ' +
    'new tab that starts without ttclid.',
};
