import { stripVTControlCharacters } from 'node:util';
import type { BrowserContext } from 'playwright';
import type { Double } from '../double/server.ts';
import type { DocumentRecord } from '../evidence/evidence.ts';
import { isSilent, refusesConsent, TRAITS } from '../target/scenarios.ts';
import { isFrom } from '../views/documents.ts';
import { type SentEvent, sentIn } from '../views/events.ts';
import { bounded } from './bounded.ts';
import type { PlannedVisit } from './plan.ts';
import type { Recording } from './recording.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { settle } from './settle.ts';
import type { Stage } from './steps.ts';
import type { Tab, Tabs } from './tabs.ts';

/** The state of one visit. */
export interface Visit extends Stage {
  double: Double;
  plan: PlannedVisit;
  scenario: Scenario;
  recording: Recording;
  context: BrowserContext;
  tabs: Tabs;
  /** Names the visit to the site's server. */
  id: string;
  /** Ids of the documents whose pixel was waited for. */
  awaited: Set<string>;
  /** The ttclid of the click that the visit is about. */
  clickId?: string;
  /** That of a click before it. */
  earlierClickId?: string;
}

/** Opens a tab, in which the visit goes on. */
export async function openTab(visit: Visit): Promise<void> {
  visit.recording.stepsBefore = visit.recording.steps.length;
  const { page, navigation } = await visit.tabs.open(visit.context);
  page.on('crash', () => visit.recording.fail('page-crashed', {}));
  await visit.scenario.prepare?.(page, visit.target);
  Object.assign(visit, { page, navigation });
}

/** Until every tab is loaded, no navigation is under way, and what was called is sent. */
export async function settlePage(visit: Visit): Promise<void> {
  const { navigation, tabs, recording, double, target } = visit;
  const timeout = target.timeouts.settle;
  await navigation.sync();
  if (!(await recording.until(() => !tabs.isOpening, timeout))) tabs.giveUp();
  for (const tab of tabs.live) {
    if (tab.page !== visit.page) {
      await bounded(tab.navigation.ready, timeout, undefined);
      await tab.navigation.sync();
    }
    await recording.until(() => !tab.navigation.pending, timeout);
    await tab.page.waitForLoadState('load', { timeout }).catch(() => undefined);
    await awaitPixel(tab, visit);
  }
  await settle(recording, double, timeout);
}

/**
 * Milliseconds after it is loaded, and after the last script that it then asked for, within which a page that has shown no sign of
 * the pixel may bring it in, by a tag manager for example. A choice: a visitor stays for longer, and a page without the pixel costs
 * as much once. It is the same before the visitor has answered the banner and after a denial: that nothing came says something only
 * of a visitor who stayed for as long as the pixel has elsewhere.
 */
const LATE_PIXEL = 2_000;

async function awaitPixel({ page, navigation }: Tab, visit: Visit): Promise<void> {
  const { tabs, recording, plan, target, awaited } = visit;
  const traits = TRAITS[plan.scenario];
  // There is none to come, unless the site breaks the visitor's word.
  if (isSilent(traits) && !(refusesConsent(traits) && target.consent)) return;
  const { tab } = tabs.of(page);
  const isThere = () => {
    const documents = recording.mainDocuments(tab);
    // The tap tells of a document some moments after the browser has gone to it.
    if (navigation.pending || documents.length < navigation.documents) return navigation.pending;
    const current = documents.at(-1);
    return current === undefined || awaited.has(current.id) || showsPixel(current, recording);
  };
  const { settle } = target.timeouts;
  const deadline = performance.now() + settle;
  let quietSince = performance.now();
  // A script that is on its way may bring the pixel, or what is called on it. A page is given time for that once.
  const isLoading = () => {
    const current = recording.mainDocument(tab);
    return navigation.loadsScripts && !navigation.pending && !(current && awaited.has(current.id));
  };
  const isOver = () => {
    if (isLoading()) {
      quietSince = performance.now();
      return false;
    }
    return isThere() || performance.now() - quietSince >= Math.min(LATE_PIXEL, settle);
  };
  do {
    const waits = isLoading();
    await recording.until(isOver, deadline - performance.now());
    // A script that has just come has still to run, and may ask for another.
    if (waits) await navigation.sync();
  } while (isLoading() && performance.now() < deadline && !recording.problem);
  const current = recording.mainDocument(tab);
  if (current) awaited.add(current.id);
}

/** Waits for the pixel on the present page anew, as on a new one: the visitor has answered the banner there. */
export function awaitPixelAnew({ tabs, page, recording, awaited }: Visit): void {
  const current = recording.mainDocument(tabs.of(page).tab);
  if (current) awaited.delete(current.id);
}

/**
 * Whether something was called on the pixel of a document, or sent from it: where it was only loaded, the site may have more to say,
 * as a page view of its own some moments later. Where something else has asked for the script, a worker for example, the calls are
 * not seen: then the first event is waited for.
 */
function showsPixel(document: DocumentRecord, recording: Recording): boolean {
  const isCalled = recording.calls.some(
    ({ document: id, method }) => id === document.id && (method === 'page' || method === 'track'),
  );
  return isCalled || isFrom(document, recording, recording.see(sentSoFar));
}

function sentSoFar({ requests }: Recording): SentEvent[] {
  return sentIn(requests);
}

/** Until the pixel shows itself on the page, or in a frame of it, by a call of the site, or the time for it is over; tells which. */
export async function pixelShows({ tabs, page, navigation, recording, target }: Visit): Promise<boolean> {
  const { tab } = tabs.of(page);
  return recording.until(() => {
    const since = recording.mainDocument(tab)?.at ?? Number.POSITIVE_INFINITY;
    const shown = recording.documents.filter((document) => document.tab === tab && document.at >= since);
    const ids = new Set(shown.map(({ id }) => id));
    return !navigation.pending && recording.calls.some((call) => ids.has(call.document));
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
