import type { Page } from '@playwright/test';
import { answers } from '../recorder/answers.ts';
import { firstLine } from '../recorder/errors.ts';
import { TRAITS } from '../target/scenarios.ts';
import { isTyping, type Step } from '../target/target.ts';
import { answerBanner, answerOnLanding } from './consent.ts';
import { openPage } from './open-page.ts';
import { absolute, perform, signOf, stepRecord } from './steps.ts';
import { openTab, type Visit } from './visit.ts';
import { followWindow } from './windows.ts';

/** Arrival, then the steps, then what the scenario adds. */
export async function travel(visit: Visit): Promise<void> {
  const { plan, scenario, recorder } = visit;
  const { recording, target, tabs } = recorder;
  if (!(await comeBefore(visit)) || !(await arrive(visit))) return;
  const steps = [...plan.journey.steps, ...(scenario.after ?? []), ...furtherSteps(visit)];
  const landing = recording.mainDocument(tabs.of(visit.tab.page).tab);
  let owesAnswer = TRAITS[plan.scenario].consent === 'late' && target.consent !== undefined;
  for (const [index, step] of steps.entries()) {
    if (owesAnswer && hasMovedOn(visit, landing?.id)) {
      owesAnswer = false;
      await answerBanner('grant', visit);
    }
    if (recording.problem) return;
    try {
      const isShown = await followWindow(signOf(step), visit);
      await perform(step, visit.tab, recorder, {
        clicksTwice: TRAITS[plan.scenario].again === 'clicks',
        isShown,
      });
    } catch (error) {
      // A window may close before the step done in it has finished.
      if (visit.tab.page.isClosed() && tabs.live.length > 0) continue;
      if (!(await answers(visit.tab.page))) {
        recording.fail('page-busy', { page: visit.tab.page.url(), ...reportedBy(visit) });
        return;
      }
      recording.fail('step', {
        index: index + 1,
        of: steps.length,
        step: stepRecord(step).text,
        page: visit.tab.page.url(),
        error: firstLine(error),
        ...reportedBy(visit),
        ...refusalOf(visit),
      });
      return;
    }
    // A step that types is followed by one that asks the page by itself: to find its element, or before it may leave.
    if (owesAnswer || !isTyping(step)) await visit.tab.navigation.sync();
  }
  if (visit.tab.page.isClosed()) await followWindow(undefined, visit);
  if (owesAnswer) await answerBanner('grant', visit);
  await visit.recorder.settle();
}

/** A journey without steps would end with the refusal. Its effect shows on the next page, so the same one is opened again. */
function furtherSteps({ plan, recorder }: Visit): Step[] {
  const isRefused = ['deny', 'withdraw'].includes(TRAITS[plan.scenario].consent);
  return isRefused && plan.journey.steps.length === 0 && recorder.target.consent ? [{ reload: true }] : [];
}

/** What the page itself has reported since it was opened: usually why a step cannot be done there. */
function reportedBy({ recorder: { recording, tabs }, tab: { page } }: Visit): { reported?: string } {
  const opened = recording.mainDocument(tabs.of(page).tab)?.at ?? 0;
  const error = recording.errors.find(({ at }) => at >= opened);
  return error ? { reported: error.message } : {};
}

/** The status of the page, where it is one that refuses. */
function refusalOf({ recorder: { recording, tabs }, tab: { page } }: Visit): { status?: number } {
  const status = recording.mainDocument(tabs.of(page).tab)?.hops.at(-1)?.status ?? 0;
  return status >= 400 ? { status } : {};
}

/** Whether the visitor has left the first page, for another document or another route in it. */
function hasMovedOn(
  { recorder: { recording, tabs }, tab: { page } }: Visit,
  landing: string | undefined,
): boolean {
  const document = recording.mainDocument(tabs.of(page).tab);
  return document?.id !== landing || (document?.routes ?? []).length > 0;
}

/** An earlier visit, if the scenario asks for one: from an ad, in a tab that is closed again. */
async function comeBefore(visit: Visit): Promise<boolean> {
  const { recorder } = visit;
  const { comes } = TRAITS[visit.plan.scenario];
  if (comes !== 'returning' && comes !== 'second-click') return true;
  if (!(await openPage(clickUrl(visit.earlierClickId ?? visit.clickId!, visit), visit.tab.page, recorder)))
    return false;
  await visit.recorder.settle();
  await answerOnLanding(visit);
  await recorder.pixelShows(visit.tab);
  await recorder.settle();
  const { page } = visit.tab;
  await recorder.leavePage(page);
  visit.tab = await openTab(recorder, visit.scenario);
  await page.close();
  return !recorder.recording.problem;
}

/** Opens the start or click URL and follows it to where the journey begins; returns whether it got there. */
async function arrive(visit: Visit): Promise<boolean> {
  const { plan, recorder, tab } = visit;
  const { recording, target } = recorder;
  const { comes } = TRAITS[plan.scenario];
  const start = absolute(plan.journey.start, target);
  // A returning visitor came from the ad earlier.
  const byAd = plan.clickUrl !== undefined && comes !== 'returning';
  const url = byAd ? clickUrl(visit.clickId!, visit) : start;
  if (!(await openPage(url, tab.page, recorder))) return false;
  await visit.recorder.settle();
  if (recording.consent.length === 0) await answerOnLanding(visit);
  const [first] = plan.journey.steps;
  // Without a step, the events that the journey expects are awaited anyway.
  if (first || plan.journey.expect.length === 0) await landed(first, visit);
  if (first && url !== start && !samePath(tab.page.url(), start) && !(await isVisible(first, tab.page))) {
    // The ad leads elsewhere on the site: the visitor goes on to where the journey starts.
    await visit.recorder.settle();
    recording.steps.push({ at: recording.at(), ...stepRecord({ goto: plan.journey.start }) });
    tab.navigation.expect('goto');
    if (!(await openPage(start, tab.page, recorder))) return false;
  }
  return !recording.problem;
}

function clickUrl(clickId: string, { plan, recorder }: Visit): string {
  const url = (plan.clickUrl ?? plan.journey.start).replaceAll('{ttclid}', clickId);
  return absolute(url, recorder.target);
}

/** Waits until the journey's first step can be done; without one, until the pixel appears. */
async function landed(first: Step | undefined, visit: Visit): Promise<void> {
  const selector = signOf(first);
  if (selector === undefined) return void (await visit.recorder.pixelShows(visit.tab));
  const { tab, recorder } = visit;
  await tab.page
    .locator(selector)
    .first()
    .waitFor({ timeout: recorder.target.timeouts.settle })
    .catch(() => undefined);
}

async function isVisible(step: Step, page: Page): Promise<boolean> {
  const selector = signOf(step);
  return selector === undefined || (await page.locator(selector).first().isVisible());
}

function samePath(left: string, right: string): boolean {
  return new URL(left).pathname === new URL(right).pathname;
}
