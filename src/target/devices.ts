import { createRequire } from 'node:module';

/** Playwright's device names. It is loaded only for them, as judging needs no browser. */
export function deviceNames(): string[] {
  const { devices } = createRequire(import.meta.url)('@playwright/test') as typeof import('@playwright/test');
  return Object.keys(devices);
}
