import { defineConfig } from '@playwright/test';

/** A suite whose visits were recorded before: the test is about its reporters. */
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
