import type { Scenario } from './scenario.ts';

export const consentGranted: Scenario = {
  name: 'consent-granted',
  changes:
    'The visitor grants consent on the first page, as under every other scenario of a target with "consent".',
};
