import type { Scenario } from './scenario.ts';

export const organic: Scenario = {
  name: 'organic',
  changes: 'Nothing: the visitor comes by the start URL and does the journey.',
};
