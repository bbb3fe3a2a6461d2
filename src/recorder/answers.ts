import type { Page } from '@playwright/test';
import { bounded } from './bounded.ts';

/** Milliseconds that a page has to answer in: it is asked only where something has taken its whole time before. */
const TIMEOUT = 2_000;

/** Whether a page still runs what it is asked to: one whose script never ends does not. */
export function answers(page: Page): Promise<boolean> {
  return bounded(
    // One that navigates or is closed meanwhile is at work.
    page.evaluate(() => true).catch(() => true),
    TIMEOUT,
    false,
  );
}
