import type { Scenario } from './scenario.ts';

export const sdk404: Scenario = {
  name: 'sdk-404',
  changes: "TikTok's scripts are answered with 404.",
  interference: { kind: 'no-scripts' },
};
