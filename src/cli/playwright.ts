import { createRequire, enableCompileCache } from 'node:module';
import { outliveOutput } from '../report/exit-code.ts';
import { NAMES_REPORTERS } from '../report/named-reporters.ts';

/*
 * `playwright test`, as run-playwright.ts starts it. Node keeps what it compiles of Playwright in the folder for temporary files, which
 * is half of the time that Playwright takes to start. In this process alone, which loads no module of a target; a reporter that a user
 * named may hold anything.
 */
if (!NAMES_REPORTERS && !process.env.PW_TEST_REPORTER) enableCompileCache();

outliveOutput();
const require = createRequire(import.meta.url);
const end = () => process.exit();
process.once('disconnect', end);
process.once('message', (environment: Record<string, string>) => {
  process.off('disconnect', end);
  Object.assign(process.env, environment);
  require('@playwright/test/cli');
});
// Most of what its command line needs.
require('@playwright/test');
