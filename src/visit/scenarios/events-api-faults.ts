import type { Scenario } from './scenario.ts';

export const eventsApiFaults: Scenario = {
  name: 'events-api-faults',
  changes: 'The Events API fails: one visit for each fault of the target.',
};
