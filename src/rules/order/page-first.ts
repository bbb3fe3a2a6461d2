import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { PAGEVIEW } from '../../tiktok/event-names.ts';
import { answerOf } from '../../views/consent.ts';
import { endOf, hasSent, pagesSeen } from '../../views/documents.ts';
import { type EventCall, eventCalls } from '../../views/events.ts';
import { absent, finding, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  missing: ({ event, page }: Args<'event' | 'page'>) =>
    `${event} was tracked on ${page}, where ttq.page() was never called`,
  late: ({ event, page }: Args<'event' | 'page'>) => `${event} was tracked on ${page} before ttq.page()`,
  never: ({ page }: Args<'page'>) =>
    `${page} loads the pixel but calls neither ttq.page() nor ttq.track: it sends nothing`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const pageFirst = defineRule({
  id: 'order/page-first',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'pages', 'steps', 'consent', 'messages'],
  yieldsTo: [{ rule: 'consent/released-after-grant', yielding: ['never'], sharing: ['page'] }],
  title: 'ttq.page() is called on every page that has the pixel, before any event is tracked there',
  why:
    'Without a page view first, the event belongs to no page, and automatic page views of single-page applications never start. A page ' +
    'that never calls it counts no visitors.',
  fix: 'Call ttq.page() in the base code, right after ttq.load.',
  source: "TikTok's base code; measured: without page() no Pageview is sent",
  messages,
  check(evidence, target) {
    const calls = eventCalls(evidence);
    const byDocument = Map.groupBy(calls, ({ document }) => document);
    const silent = silentDocuments(evidence, target).filter(({ id }) => !byDocument.has(id));
    const tracking = [...byDocument].filter(([, own]) => own.some(({ event }) => event !== PAGEVIEW));
    if (tracking.length === 0 && silent.length === 0) return { inapplicable: 'ttq.track was never called' };
    return [
      ...tracking.flatMap(([document, own]) => ofTracking(document, own, evidence)),
      ...[...Map.groupBy(silent, ({ url }) => pathOf(url)).values()].map(([first]) => {
        const { url: page } = first!;
        const place = `/documents/${evidence.documents.indexOf(first!)}`;
        return absent('never', place, { args: { page: pathOf(page) }, page });
      }),
    ];
  },
});

function ofTracking(document: string, own: readonly EventCall[], evidence: Evidence): Found[] {
  const [first] = own;
  if (!first || first.event === PAGEVIEW) return [];
  const { event, page, place } = first;
  const code = own.some((call) => call.event === PAGEVIEW) ? 'late' : 'missing';
  if (code === 'missing' && isCalledUnseen(document, evidence)) return [];
  return [finding(code, place, { args: { event, page: pathOf(page) }, event, page })];
}

/** Pages whose SDK had nothing to send. Before consent, and after a withdrawal, a page may have its reasons. */
function silentDocuments(evidence: Evidence, target: Target): DocumentRecord[] {
  const [granted, withdrawn] = [answerOf(evidence, 'granted'), answerOf(evidence, 'withdrawn')];
  return pagesSeen(evidence, target).filter((document) => {
    const { mountedAt, ttqIs } = document;
    // Calls on anything but an array may not be seen.
    if (mountedAt === undefined || ttqIs !== undefined || hasSent(document, evidence)) return false;
    const end = endOf(document, evidence);
    return !(granted && end <= granted.at) && !(withdrawn && end > withdrawn.at);
  });
}

/**
 * Whether a worker runs the page's base code, so that its calls are not tapped. Then the wire shows whether they were made, if
 * anything was sent at all: a Pageview comes from a call.
 */
function isCalledUnseen(id: string, evidence: Evidence): boolean {
  const document = evidence.documents.find((one) => one.id === id);
  const isLoadedHere = evidence.calls.some((call) => call.document === id && call.method === 'load');
  if (!document || isLoadedHere) return false;
  return hasSent(document, evidence, PAGEVIEW) || !hasSent(document, evidence);
}
