import type { Scenario } from './scenario.ts';

export const organic: Scenario = {
  name: 'organic',
  changes: 'Nothing: the visitor begins at the start URL and completes the journey.',
};
