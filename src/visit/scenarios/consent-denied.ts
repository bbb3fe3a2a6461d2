import type { Scenario } from './scenario.ts';

export const consentDenied: Scenario = {
  name: 'consent-denied',
  changes: 'The visitor denies consent on the first page and completes the journey.',
};
