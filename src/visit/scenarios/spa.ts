import type { Scenario } from './scenario.ts';

export const spa: Scenario = {
  name: 'spa',
  changes:
    'After the last step the visitor goes back and forward through the routes of a site that loads no documents.',
  after: [{ back: true }, { forward: true }],
};
