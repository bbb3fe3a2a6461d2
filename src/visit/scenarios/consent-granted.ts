import type { Scenario } from './scenario.ts';

export const consentGranted: Scenario = {
  name: 'consent-granted',
  changes:
    'The visitor grants consent on the first page, as in every other scenario of a target that has `consent`.',
};
