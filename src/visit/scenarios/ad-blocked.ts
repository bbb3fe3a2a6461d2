import type { Scenario } from './scenario.ts';

export const adBlocked: Scenario = {
  name: 'ad-blocked',
  changes: "No request of the browser to TikTok's hosts is answered, as with an ad blocker.",
  interference: { kind: 'refuse' },
};
