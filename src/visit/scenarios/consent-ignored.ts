import type { Scenario } from './scenario.ts';

export const consentIgnored: Scenario = {
  name: 'consent-ignored',
  changes: 'The visitor completes the journey and never answers the consent banner.',
};
