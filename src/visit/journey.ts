import { stripVTControlCharacters } from 'node:util';
import type { BrowserContext, Page } from 'playwright';
import type { Step, Target } from '../target/target.ts';
import { PIXEL_HOST } from '../tiktok/hosts.ts';
import { bounded } from './bounded.ts';
import type { PlannedVisit } from './plan.ts';
import type { Recording } from './recording.ts';
import type { Session } from './session.ts';
import { settle } from './settle.ts';
import { absolute, perform, type Stage, selectorOf, stepRecord } from './steps.ts';

/** Path of the last request of a visit, which proves that the double can be reached. */
export const FENCE = '/ttq-conformance/fence';

/** The state of one visit. */
export interface Visit extends Stage {
  session: Session;
  plan: PlannedVisit;
  recording: Recording;
  context: BrowserContext;
  /** Names the visit to the site's server. */
  id: string;
  clickId?: string;
}

/** Arrival, then the steps. */
export async function travel(visit: Visit): Promise<void> {
  const { plan, recording, page, navigation } = visit;
  const { steps } = plan.journey;
  if (!(await arrive(visit))) return;
  for (const [index, step] of steps.entries()) {
    if (recording.problem) return;
    recording.steps.push({ at: recording.at(), ...stepRecord(step) });
    try {
      await perform(step, visit);
    } catch (error) {
      const where = `step ${index + 1} of ${steps.length}, ${JSON.stringify(step)}`;
      recording.fail('step', `The journey broke off at ${where}, on ${page.url()}: ${firstLine(error)}`);
      return;
    }
    await navigation.sync();
  }
  await settlePage(visit);
}

/** Opens the start or click URL and follows it to where the journey begins; tells whether it got there. */
async function arrive(visit: Visit): Promise<boolean> {
  const { plan, recording, target, page, navigation } = visit;
  const start = absolute(plan.journey.start, target);
  const url =
    visit.clickId && plan.clickUrl
      ? absolute(plan.clickUrl.replaceAll('{ttclid}', visit.clickId), target)
      : start;
  if (!(await open(url, visit))) return false;
  await settlePage(visit);
  const [first] = plan.journey.steps;
  // Without a step, what the journey expects is waited for anyway.
  if (first || plan.journey.expect.length === 0) await landed(first, visit);
  if (first && url !== start && !samePath(page.url(), start) && !(await isVisible(first, page))) {
    // The ad leads elsewhere on the site: the visitor goes on to where the journey starts.
    await settlePage(visit);
    recording.steps.push({ at: recording.at(), text: JSON.stringify({ goto: plan.journey.start }) });
    navigation.expect('goto');
    if (!(await open(start, visit))) return false;
  }
  return !recording.problem;
}

async function open(url: string, { page, recording, target }: Visit): Promise<boolean> {
  try {
    const response = await page.goto(url, { waitUntil: 'commit', timeout: target.timeouts.step });
    const status = response?.status() ?? 200;
    if (status >= 400) recording.fail('step', `${response!.url()} answered HTTP ${status}.`);
  } catch (error) {
    // A redirect by script or meta refresh, which is followed.
    if (isInterrupted(error)) return true;
    const message = firstLine(error);
    const reason = /net::(\w+)/.exec(message)?.[1] ?? message;
    recording.fail(
      'unreachable',
      `${new URL(url).origin} cannot be reached (${reason}). Is the site up, and does baseURL name it?`,
    );
  }
  return !recording.problem;
}

/** Waits until the visitor is where the journey's first step can be done; without one, until the pixel shows itself. */
async function landed(first: Step | undefined, visit: Visit): Promise<void> {
  const { page, recording, target } = visit;
  const timeout = target.timeouts.settle;
  const selector = selectorOf(first);
  if (selector !== undefined) {
    await page
      .locator(selector)
      .first()
      .waitFor({ timeout })
      .catch(() => undefined);
    return;
  }
  await recording.until(() => {
    const document = recording.documents.findLast(({ frame }) => frame === 'main');
    return !visit.navigation.pending && recording.calls.some((call) => call.document === document?.id);
  }, timeout);
}

async function isVisible(step: Step, page: Page): Promise<boolean> {
  const selector = selectorOf(step);
  return selector === undefined || (await page.locator(selector).first().isVisible());
}

/** Until the page is loaded, no navigation is under way, and what it called is sent. */
export async function settlePage({ page, navigation, recording, session, target }: Visit): Promise<void> {
  const timeout = target.timeouts.settle;
  await navigation.sync();
  await recording.until(() => !navigation.pending, timeout);
  await page.waitForLoadState('load', { timeout }).catch(() => undefined);
  await settle(recording, session.double, timeout);
}

/** Leaves every page, so that what it sends while it is left is sent, and makes sure that it arrived. */
export async function leave(visit: Visit): Promise<void> {
  const { context, page, recording, session, target, id } = visit;
  if (page.isClosed()) recording.fail('crash', 'The page was closed before the visit was over.');
  if (recording.problem?.kind === 'crash') return;
  if (recording.documents.length === 0) recording.fail('recorder', 'The call tap ran in no page.');
  // The last call may have been followed by a navigation.
  await settlePage(visit);
  for (const open of context.pages()) await leavePage(open, target);
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
async function leavePage(page: Page, { timeouts }: Target): Promise<void> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    try {
      await page.goto('about:blank', { timeout: timeouts.step });
      return;
    } catch (error) {
      if (!isInterrupted(error)) return;
    }
  }
}

/** Whether another navigation took over. */
function isInterrupted(error: unknown): boolean {
  return /interrupted by another navigation|ERR_ABORTED/.test(firstLine(error));
}

function samePath(left: string, right: string): boolean {
  return new URL(left).pathname === new URL(right).pathname;
}

/** An error's message in one line of plain text. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Playwright colours its messages and prefixes them with the method.
  return stripVTControlCharacters(message)
    .split('\n', 1)[0]!
    .replace(/^\w+\.\w+: /, '');
}
