import type { Page } from 'playwright';
import { OWN_PATH } from '../double/server.ts';
import { PIXEL_HOST } from '../tiktok/hosts.ts';
import { bounded } from './bounded.ts';
import { settle } from './settle.ts';
import { isInterrupted, settlePage, type Visit } from './visit.ts';

/** Path of the last request of a visit, which proves that the double can be reached. */
export const FENCE = `${OWN_PATH}fence`;

/** Leaves every page, so that what it sends while it is left is sent, and makes sure that it arrived. */
export async function leave(visit: Visit): Promise<void> {
  const { context, page, recording, session, target, id } = visit;
  if (page.isClosed()) recording.fail('crash', 'The page was closed before the visit was over.');
  if (recording.problem?.kind === 'crash') return;
  if (recording.documents.length === 0) recording.fail('recorder', 'The call tap ran in no page.');
  // The last call may have been followed by a navigation.
  await settlePage(visit);
  for (const open of context.pages()) await leavePage(open, visit);
  // Sent after the beacons, through the same network service: if it does not come through, neither did they.
  const fence = `https://${PIXEL_HOST}${FENCE}/${id}`;
  const asked = page.evaluate(
    (url) => fetch(url, { mode: 'no-cors', cache: 'no-store' }).then(() => true),
    fence,
  );
  const reached = await bounded(asked, target.timeouts.step, false);
  if (!reached)
    recording.fail('recorder', 'The browser could not reach the double that stands in for TikTok.');
  await settle(recording, session.double, target.timeouts.settle);
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
