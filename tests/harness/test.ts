import * as playwright from '@playwright/test';

/**
 * Playwright's `test` without the fixtures that it prepares for every test that may open a page: they cost 15 ms of CPU a test, and
 * these tests open their browsers themselves. Playwright exports it for packages of its own and does not document it; should it
 * go, the tests are slower, and the same.
 */
const { _baseTest: bare } = playwright as { _baseTest?: playwright.TestType<object, object> };

export const test: playwright.TestType<object, object> = bare ?? playwright.test;
