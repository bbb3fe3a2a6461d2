import type { Page } from '@playwright/test';
import { isInterrupted } from './errors.ts';
import type { Tabs } from './tabs.ts';

/**
 * Leaves a page so that its dismissal handlers run, even if the site starts a navigation at the same moment.
 *
 * @param timeout milliseconds
 */
export async function leavePage(page: Page, tabs: Tabs, timeout: number): Promise<void> {
  tabs.leave(page);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    try {
      await page.goto('about:blank', { timeout });
      return;
    } catch (error) {
      if (!isInterrupted(error)) return;
    }
  }
}
