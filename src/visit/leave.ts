import type { Page } from 'playwright';
import { PIXEL_HOST } from '../tiktok/hosts.ts';
import { obstacle } from './fence.ts';
import { settle } from './settle.ts';
import { isInterrupted, settlePage, type Visit } from './visit.ts';

/** Leaves every page, so that what it sends while it is left is sent, and makes sure that it arrived. */
export async function leave(visit: Visit): Promise<void> {
  const { context, page, recording, double, target } = visit;
  if (page.isClosed()) recording.fail('page-closed', {});
  if (recording.problem?.kind === 'crash') return;
  if (recording.documents.length === 0) recording.fail('no-tap', {});
  // The last call may have been followed by a navigation.
  await settlePage(visit);
  for (const open of context.pages()) await leavePage(open, visit);
  // Sent after the beacons, through the same network service: if it does not come through, neither did they.
  const between = await obstacle(page, double, PIXEL_HOST, target.timeouts.step);
  if (between !== undefined) recording.fail('last-request-lost', { obstacle: between });
  await settle(recording, double, target.timeouts.settle);
}

/** Leaves although the site may start a navigation of its own at the same moment. */
export async function leavePage(page: Page, { tabs, target }: Visit): Promise<void> {
  tabs.leave(page);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    try {
      await page.goto('about:blank', { timeout: target.timeouts.step });
      return;
    } catch (error) {
      if (!isInterrupted(error)) return;
    }
  }
}
