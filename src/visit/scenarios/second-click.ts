import type { Scenario } from './scenario.ts';

export const secondClick: Scenario = {
  name: 'second-click',
  changes:
    'The visitor has come by an ad before: they land by the first click URL, close the tab, and come back in a new tab by a second ' +
    'click, with a new ttclid.',
};
