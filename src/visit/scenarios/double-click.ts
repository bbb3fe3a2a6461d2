import type { Scenario } from './scenario.ts';

export const doubleClick: Scenario = {
  name: 'double-click',
  changes: 'Every click is a double click.',
};
