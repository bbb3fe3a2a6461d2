import { hasSent } from '../../evidence/documents.ts';
import { eventCalls } from '../../evidence/events.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { PAGEVIEW } from '../../tiktok/event-names.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const pageFirst = defineRule({
  id: 'order/page-first',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'messages'],
  title: 'ttq.page() is called before any event is tracked on a page',
  why: 'Without a page view first, the event belongs to no page, and SPA page views never start.',
  mend: 'Call ttq.page() in the base code, right after ttq.load.',
  source: "TikTok's base code; measured: without page() no Pageview is sent",
  messages: {
    missing: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked on ${page}, where ttq.page() was never called`,
    late: ({ event, page }: Args<'event' | 'page'>) => `${event} was tracked on ${page} before ttq.page()`,
  },
  check(evidence) {
    const calls = eventCalls(evidence);
    const tracking = new Set(calls.filter(({ event }) => event !== PAGEVIEW).map(({ document }) => document));
    if (tracking.size === 0) return { inapplicable: 'ttq.track was never called' };
    return [...tracking].flatMap((document) => {
      const own = calls.filter((call) => call.document === document);
      const [first] = own;
      if (!first || first.event === PAGEVIEW) return [];
      const { event, page, place } = first;
      const code = own.some((call) => call.event === PAGEVIEW) ? 'late' : 'missing';
      if (code === 'missing' && isCalledUnseen(document, evidence)) return [];
      return [finding(code, place, { args: { event, page: pathOf(page) }, event, page })];
    });
  },
});

/**
 * Whether a worker has the page's base code: its calls are not tapped. Then the wire tells, where anything was sent at all: a
 * Pageview is that of a call.
 */
function isCalledUnseen(id: string, evidence: Evidence): boolean {
  const document = evidence.documents.find((one) => one.id === id);
  const isLoadedHere = evidence.calls.some((call) => call.document === id && call.method === 'load');
  if (!document || isLoadedHere) return false;
  return hasSent(document, evidence, PAGEVIEW) || !hasSent(document, evidence);
}
