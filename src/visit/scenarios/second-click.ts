import type { Scenario } from './scenario.ts';

export const secondClick: Scenario = {
  name: 'second-click',
  changes:
    'The visitor has clicked an ad before: they arrive through the first click URL and close the tab. They come back in a new tab ' +
    'by a second click, with a new ttclid.',
};
