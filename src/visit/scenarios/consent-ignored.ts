import type { Scenario } from './scenario.ts';

export const consentIgnored: Scenario = {
  name: 'consent-ignored',
  changes: 'The visitor does the journey and leaves the consent banner alone all the time.',
};
