import type { Scenario } from './scenario.ts';

export const sdkSlow: Scenario = {
  name: 'sdk-slow',
  changes: "Each of TikTok's scripts arrives a second late.",
  interference: { kind: 'slow-scripts', delay: 1_000 },
};
