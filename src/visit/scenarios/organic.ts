import type { Scenario } from './scenario.ts';

export const organic: Scenario = {
  name: 'organic',
  changes: 'Nothing: the visitor arrives by the start URL and completes the journey.',
};
