import { createRequire } from 'node:module';

/** The names that Playwright gives devices. It is loaded where they are asked for: judging needs no browser. */
export function deviceNames(): string[] {
  const { devices } = createRequire(import.meta.url)('@playwright/test') as typeof import('@playwright/test');
  return Object.keys(devices);
}
