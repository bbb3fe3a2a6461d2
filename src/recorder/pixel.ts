import type { Double } from '../double/server.ts';
import type { DocumentRecord } from '../evidence/evidence.ts';
import { isFrom } from '../views/documents.ts';
import { type SentEvent, sentIn } from '../views/events.ts';
import type { Recording } from './recording.ts';
import type { Tab, Tabs } from './tabs.ts';

/**
 * Milliseconds after a page has loaded, and after the last script that it then requested, for the pixel to appear, for example
 * from a tag manager. A choice: real visitors stay longer, and a page without the pixel costs this time once. The same applies
 * before the visitor answers the banner and after a denial: silence proves something only if the visitor stayed as long as the
 * pixel may take elsewhere.
 */
const LATE_PIXEL = 2_000;

/** The recording, and the ids of documents for which the pixel was awaited. */
interface Watched {
  tabs: Tabs;
  recording: Recording;
  awaited: Set<string>;
  double: Pick<Double, 'isFetching'>;
}

/**
 * Waits until a tab's page has shown the pixel, or its time is over.
 *
 * @param settle milliseconds, the limit for what never comes
 */
export async function awaitPixel(
  { page, navigation }: Tab,
  { tabs, recording, awaited, double }: Watched,
  settle: number,
): Promise<void> {
  const { tab } = tabs.of(page);
  const isThere = () => {
    const documents = recording.mainDocuments(tab);
    // The tap reports a document slightly after the browser has navigated to it.
    if (navigation.pending || documents.length < navigation.documents) return navigation.pending;
    const current = documents.at(-1);
    return current === undefined || awaited.has(current.id) || showsPixel(current, recording);
  };
  const deadline = performance.now() + settle;
  let quietSince = performance.now();
  // A script that is being loaded may bring the pixel, or a call on it. A page gets time for that once.
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
    // A script that has just arrived still has to run, and may request another.
    if (waits) await navigation.sync();
  } while (isLoading() && performance.now() < deadline && !recording.problem);
  const current = recording.mainDocument(tab);
  if (current) awaited.add(current.id);
}

/** Waits for the pixel on the current page again, as on a new one, after the visitor has answered the banner there. */
export function awaitPixelAnew({ page }: Tab, { tabs, recording, awaited }: Watched): void {
  const current = recording.mainDocument(tabs.of(page).tab);
  if (current) awaited.delete(current.id);
}

/**
 * Whether a document called its pixel or sent something from it. If the pixel was only loaded, more may follow, such as the
 * site's own page view. If something else requested the script, such as a worker, calls are not seen, and the first event is
 * awaited.
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

/** Waits until a call of the site shows the pixel on the page or in a frame, or its time is over; returns whether it does. */
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
