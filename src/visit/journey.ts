import type { Page } from 'playwright';
import { TRAITS } from '../target/scenarios.ts';
import type { Step } from '../target/target.ts';
import { answerBanner, answerOnLanding } from './consent.ts';
import { leavePage } from './leave.ts';
import { absolute, perform, selectorOf, stepRecord } from './steps.ts';
import { firstLine, isInterrupted, openTab, pixelShows, settlePage, type Visit } from './visit.ts';
import { followWindow } from './windows.ts';

/** Arrival, then the steps, then what the scenario adds. */
export async function travel(visit: Visit): Promise<void> {
  const { plan, scenario, recording, target } = visit;
  if (!(await comeBefore(visit)) || !(await arrive(visit))) return;
  const steps = [...plan.journey.steps, ...(scenario.after ?? [])];
  const landing = recording.mainDocument(visit.tabs.of(visit.page).tab);
  let owesAnswer = TRAITS[plan.scenario].consent === 'late' && target.consent !== undefined;
  for (const [index, step] of steps.entries()) {
    if (owesAnswer && hasMovedOn(visit, landing?.id)) {
      owesAnswer = false;
      await answerBanner('grant', visit);
    }
    if (recording.problem) return;
    recording.steps.push({ at: recording.at(), ...stepRecord(step) });
    try {
      await followWindow(selectorOf(step), visit);
      await perform(step, visit);
    } catch (error) {
      // A window may close before what was done in it has come to its end.
      if (visit.page.isClosed() && visit.tabs.live.length > 0) continue;
      recording.fail('step', {
        index: index + 1,
        of: steps.length,
        step: stepRecord(step).text,
        page: visit.page.url(),
        error: firstLine(error),
        ...reportedBy(visit),
      });
      return;
    }
    await visit.navigation.sync();
  }
  if (visit.page.isClosed()) await followWindow(undefined, visit);
  if (owesAnswer) await answerBanner('grant', visit);
  await settlePage(visit);
}

/** What the page itself reported since it was opened, which is mostly why a step cannot be done there. */
function reportedBy({ recording, tabs, page }: Visit): { reported?: string } {
  const opened = recording.mainDocument(tabs.of(page).tab)?.at ?? 0;
  const error = recording.errors.find(({ at }) => at >= opened);
  return error ? { reported: error.message } : {};
}

/** Whether the visitor has left the first page, for another document or another route of it. */
function hasMovedOn({ recording, tabs, page }: Visit, landing: string | undefined): boolean {
  const document = recording.mainDocument(tabs.of(page).tab);
  return document?.id !== landing || (document?.routes ?? []).length > 0;
}

/** The visit before this one, which the scenario may ask for: by an ad, in a tab that is closed again. */
async function comeBefore(visit: Visit): Promise<boolean> {
  const { comes } = TRAITS[visit.plan.scenario];
  if (comes !== 'returning' && comes !== 'second-click') return true;
  if (!(await open(clickUrl(visit.earlierClickId ?? visit.clickId!, visit), visit))) return false;
  await settlePage(visit);
  await answerOnLanding(visit);
  await pixelShows(visit);
  await settlePage(visit);
  const { page } = visit;
  await leavePage(page, visit);
  await openTab(visit);
  await page.close();
  return !visit.recording.problem;
}

/** Opens the start or click URL and follows it to where the journey begins; tells whether it got there. */
async function arrive(visit: Visit): Promise<boolean> {
  const { plan, recording, target, page, navigation } = visit;
  const { comes } = TRAITS[plan.scenario];
  const start = absolute(plan.journey.start, target);
  const byAd = comes === 'ad' || comes === 'second-click';
  const url = byAd ? clickUrl(visit.clickId!, visit) : start;
  if (!(await open(url, visit))) return false;
  await settlePage(visit);
  if (recording.consent.length === 0) await answerOnLanding(visit);
  const [first] = plan.journey.steps;
  // Without a step, what the journey expects is waited for anyway.
  if (first || plan.journey.expect.length === 0) await landed(first, visit);
  if (first && url !== start && !samePath(page.url(), start) && !(await isVisible(first, page))) {
    // The ad leads elsewhere on the site: the visitor goes on to where the journey starts.
    await settlePage(visit);
    recording.steps.push({ at: recording.at(), ...stepRecord({ goto: plan.journey.start }) });
    navigation.expect('goto');
    if (!(await open(start, visit))) return false;
  }
  return !recording.problem;
}

function clickUrl(clickId: string, { plan, target }: Visit): string {
  return absolute((plan.clickUrl ?? plan.journey.start).replaceAll('{ttclid}', clickId), target);
}

async function open(url: string, { page, recording, target, double }: Visit): Promise<boolean> {
  try {
    const response = await page.goto(url, { waitUntil: 'commit', timeout: target.timeouts.step });
    const status = response?.status() ?? 200;
    if (status >= 400) recording.fail('http-error', { url: response!.url(), status });
  } catch (error) {
    // A redirect by script or meta refresh, which is followed.
    if (isInterrupted(error)) return true;
    const message = firstLine(error);
    const reason = double.refusal(url) ?? /net::(\w+)/.exec(message)?.[1] ?? message;
    recording.fail('no-answer', { origin: new URL(url).origin, error: reason });
  }
  return !recording.problem;
}

/** Waits until the visitor is where the journey's first step can be done; without one, until the pixel shows itself. */
async function landed(first: Step | undefined, visit: Visit): Promise<void> {
  const selector = selectorOf(first);
  if (selector === undefined) return void (await pixelShows(visit));
  await visit.page
    .locator(selector)
    .first()
    .waitFor({ timeout: visit.target.timeouts.settle })
    .catch(() => undefined);
}

async function isVisible(step: Step, page: Page): Promise<boolean> {
  const selector = selectorOf(step);
  return selector === undefined || (await page.locator(selector).first().isVisible());
}

function samePath(left: string, right: string): boolean {
  return new URL(left).pathname === new URL(right).pathname;
}
