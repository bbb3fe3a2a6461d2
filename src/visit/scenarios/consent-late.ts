import type { Scenario } from './scenario.ts';

export const consentLate: Scenario = {
  name: 'consent-late',
  changes: 'The visitor ignores the consent banner on the first page and grants consent on the second.',
};
