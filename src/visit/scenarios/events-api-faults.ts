import type { Scenario } from './scenario.ts';

export const eventsApiFaults: Scenario = {
  name: 'events-api-faults',
  changes: 'The Events API does not answer as it should: one visit for each fault of the target.',
};
