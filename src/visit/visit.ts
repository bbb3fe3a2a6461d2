import { stripVTControlCharacters } from 'node:util';
import type { BrowserContext } from 'playwright';
import type { PlannedVisit } from './plan.ts';
import type { Recording } from './recording.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { Session } from './session.ts';
import { settle } from './settle.ts';
import type { Stage } from './steps.ts';
import type { Tabs } from './tabs.ts';

/** The state of one visit. */
export interface Visit extends Stage {
  session: Session;
  plan: PlannedVisit;
  scenario: Scenario;
  recording: Recording;
  context: BrowserContext;
  tabs: Tabs;
  /** Names the visit to the site's server. */
  id: string;
  /** The ttclid of the click that the visit is about. */
  clickId?: string;
  /** That of a click before it. */
  earlierClickId?: string;
}

/** Opens a tab, in which the visit goes on. */
export async function openTab(visit: Visit): Promise<void> {
  const page = await visit.context.newPage();
  page.on('crash', () => visit.recording.fail('crash', 'The page crashed.'));
  const { navigation } = visit.tabs.of(page);
  await Promise.all([navigation.ready, visit.scenario.prepare?.(page, visit.target)]);
  Object.assign(visit, { page, navigation });
}

/** Until the page is loaded, no navigation is under way, and what it called is sent. */
export async function settlePage({ page, navigation, recording, session, target }: Visit): Promise<void> {
  const timeout = target.timeouts.settle;
  await navigation.sync();
  await recording.until(() => !navigation.pending, timeout);
  await page.waitForLoadState('load', { timeout }).catch(() => undefined);
  await settle(recording, session.double, timeout);
}

/** Until the pixel shows itself on the page by a call of the site, or the time for it is over. */
export async function pixelShows({ tabs, page, navigation, recording, target }: Visit): Promise<void> {
  const { tab } = tabs.of(page);
  await recording.until(() => {
    const document = recording.mainDocument(tab);
    return !navigation.pending && recording.calls.some((call) => call.document === document?.id);
  }, target.timeouts.settle);
}

/** An error's message in one line of plain text. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Playwright colours its messages and prefixes them with the method.
  return stripVTControlCharacters(message)
    .split('\n', 1)[0]!
    .replace(/^\w+\.\w+: /, '');
}

/** Whether another navigation took over. */
export function isInterrupted(error: unknown): boolean {
  return /interrupted by another navigation|ERR_ABORTED/.test(firstLine(error));
}
