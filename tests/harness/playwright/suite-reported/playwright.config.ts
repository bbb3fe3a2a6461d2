import { defineConfig } from '@playwright/test';

/** A suite whose visits were recorded before: what is asked is what its reporters make of them. */
const { SUITE_OUTPUT = 'test-results', SUITE_REPORTERS = 'json ttq' } = process.env;

const REPORTERS = {
  list: ['list'],
  html: ['html', { open: 'never', outputFolder: `${SUITE_OUTPUT}-html` }],
  json: ['json'],
  junit: ['junit', { outputFile: `${SUITE_OUTPUT}.xml` }],
  blob: ['blob'],
  ttq: ['../../../../src/playwright/reporter.ts', { outputFolder: `${SUITE_OUTPUT}-ttq` }],
} as const;

export default defineConfig({
  outputDir: SUITE_OUTPUT,
  fullyParallel: true,
  reporter: SUITE_REPORTERS.split(' ').map(
    (name) => [...REPORTERS[name as keyof typeof REPORTERS]] as [string],
  ),
});
