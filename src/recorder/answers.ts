import type { Page } from '@playwright/test';
import { bounded } from './bounded.ts';

/** Milliseconds for a page to answer: it is asked only after something has used up its time. */
const TIMEOUT = 2_000;

/** Whether a page still runs code: one whose script never ends does not. */
export function answers(page: Page): Promise<boolean> {
  return bounded(
    // A page that navigates or closes in the meantime is still working.
    page.evaluate(() => true).catch(() => true),
    TIMEOUT,
    false,
  );
}
