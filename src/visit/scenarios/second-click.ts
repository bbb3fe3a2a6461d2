import type { Scenario } from './scenario.ts';

export const secondClick: Scenario = {
  name: 'second-click',
  changes:
    'The visitor has come by an ad before: lands by the first click URL, closes the tab, and comes again in a new tab by a second ' +
    'click, with a ttclid of its own.',
};
