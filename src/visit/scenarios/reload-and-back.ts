import type { Scenario } from './scenario.ts';

export const reloadAndBack: Scenario = {
  name: 'reload-and-back',
  changes: 'After the last step the visitor reloads the page, goes back, and forward again.',
  after: [{ reload: true }, { back: true }, { forward: true }],
};
