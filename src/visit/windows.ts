import type { Page } from '@playwright/test';
import { bounded } from '../recorder/bounded.ts';
import type { Tab } from '../recorder/tabs.ts';
import type { Visit } from './visit.ts';

/** Milliseconds between checks of several windows: what appears in them is not announced. */
const POLL = 50;

/** Milliseconds for a check; a page that is busy for longer shows nothing. */
const LOOK = 2_000;

/**
 * Switches to the window that shows what the next step needs: a pop-up or tab that has opened, or the previous one once that has
 * closed. If several show it, the visitor stays; otherwise the newest is used.
 *
 * @param selector undefined if any window will do
 * @returns whether the window was seen to show it
 * @throws if none of them shows it in time
 */
export async function followWindow(selector: string | undefined, visit: Visit): Promise<boolean> {
  const { tabs, recording, target } = visit.recorder;
  const { step: timeout } = target.timeouts;
  const deadline = performance.now() + timeout;
  for (;;) {
    const windows = openWindows(visit);
    for (const window of windows) {
      if (selector !== undefined && !(await shows(window.page, selector))) continue;
      visit.tab = window;
      return selector !== undefined;
    }
    const [only] = windows;
    if (selector === undefined || only === undefined) return false;
    if (windows.length > 1 || tabs.isOpening) {
      if (performance.now() > deadline || recording.problem)
        throw new Error(`None of the ${windows.length} open windows shows ${selector}`);
      await recording.until(() => false, POLL);
      continue;
    }
    await eitherComes(only, selector, timeout, visit);
    if (recording.problem) return false;
  }
}

/** Waits until the only window shows it, or is no longer the only one. */
async function eitherComes(only: Tab, selector: string, timeout: number, visit: Visit): Promise<void> {
  const { tabs, recording } = visit.recorder;
  let isOver = false;
  const isOther = () => tabs.isOpening || tabs.live.length !== 1 || only.page.isClosed();
  const appears = only.page
    .locator(selector)
    .first()
    .waitFor({ timeout })
    .catch((error: unknown) => {
      if (!isOther()) throw error;
    })
    .finally(() => {
      isOver = true;
    });
  await Promise.race([appears, recording.until(() => isOver || isOther(), 2 * timeout)]);
}

/** The visitor's current window first, then the newest. */
function openWindows({ recorder: { tabs }, tab: { page } }: Visit): Tab[] {
  const open = tabs.live.toReversed();
  return [...open.filter((tab) => tab.page === page), ...open.filter((tab) => tab.page !== page)];
}

async function shows(page: Page, selector: string): Promise<boolean> {
  return bounded(page.locator(selector).first().isVisible(), LOOK, false);
}
