import type { Double } from '../double/server.ts';
import type { DocumentRecord } from '../evidence/evidence.ts';
import { isFrom } from '../views/documents.ts';
import { type SentEvent, sentIn } from '../views/events.ts';
import type { Recording } from './recording.ts';
import type { Tab, Tabs } from './tabs.ts';

/**
 * Milliseconds after a page is loaded, and after the last script that it then asked for, in which it may still bring in the pixel, for
 * example by a tag manager. A choice: real visitors stay longer, and a page without the pixel costs this time once. It is the
 * same before the visitor has answered the banner and after a denial: silence says something only if the visitor stayed as long as the
 * pixel may take elsewhere.
 */
const LATE_PIXEL = 2_000;

/** What is watched, and for which documents the pixel was waited for, by their ids. */
interface Watched {
  tabs: Tabs;
  recording: Recording;
  awaited: Set<string>;
  double: Pick<Double, 'isFetching'>;
}

/**
 * Waits until a tab's page has shown the pixel, or has been given the time for it.
 *
 * @param settle milliseconds, the bound for what never comes
 */
export async function awaitPixel(
  { page, navigation }: Tab,
  { tabs, recording, awaited, double }: Watched,
  settle: number,
): Promise<void> {
  const { tab } = tabs.of(page);
  const isThere = () => {
    const documents = recording.mainDocuments(tab);
    // The tap reports a document some moments after the browser has gone to it.
    if (navigation.pending || documents.length < navigation.documents) return navigation.pending;
    const current = documents.at(-1);
    return current === undefined || awaited.has(current.id) || showsPixel(current, recording);
  };
  const deadline = performance.now() + settle;
  let quietSince = performance.now();
  // A script that is on its way may bring the pixel, or what is called on it. A page is given time for that once.
  const isLoading = () => {
    const current = recording.mainDocument(tab);
    if (navigation.pending || (current && awaited.has(current.id))) return false;
    return navigation.loadsScripts || double.isFetching;
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

/** Waits for the pixel on the current page again, as on a new one: the visitor has answered the banner there. */
export function awaitPixelAnew({ page }: Tab, { tabs, recording, awaited }: Watched): void {
  const current = recording.mainDocument(tabs.of(page).tab);
  if (current) awaited.delete(current.id);
}

/**
 * Whether something was called on the pixel of a document, or sent from it: if it was only loaded, the site may have more to send,
 * such as its own page view some moments later. If something else has asked for the script, for example a worker, calls are
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

/** Waits until a call of the site shows the pixel on the page or in one of its frames, or the time for it is over; returns which. */
export async function pixelShows(
  { page, navigation }: Tab,
  { tabs, recording }: Watched,
  timeout: number,
): Promise<boolean> {
  const { tab } = tabs.of(page);
  return recording.until(() => {
    const since = recording.mainDocument(tab)?.at ?? Number.POSITIVE_INFINITY;
    const shown = recording.documents.filter((document) => document.tab === tab && document.at >= since);
    const ids = new Set(shown.map(({ id }) => id));
    return !navigation.pending && recording.calls.some((call) => ids.has(call.document));
  }, timeout);
}
