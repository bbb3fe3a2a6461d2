import type { Scenario } from './scenario.ts';

export const consentWithdrawn: Scenario = {
  name: 'consent-withdrawn',
  changes: 'The visitor grants consent on the first page, withdraws it there, and completes the journey.',
};
