import { canonicalEvent, isConversion } from '../../tiktok/event-names.ts';
import type { DigestedEvent } from '../../views/digest.ts';
import { quoted } from '../finding.ts';
import { keptPage, keptPageFindings } from '../kept-page.ts';
import type { Args } from '../rule.ts';
import { defineRunRule, ONE_VISIT, REPORTED_IN_VISITS, type RunVisit, sharedBy } from '../run-rule.ts';

export const uniqueAcrossVisits = defineRunRule({
  id: 'event-id/unique-across-visits',
  severity: 'critical',
  needs: ['messages'],
  yieldsTo: [...REPORTED_IN_VISITS, { rule: 'dedup/counted-once', sharing: ['id'] }],
  title: 'An event_id is used once: conversions of different visitors do not share one',
  why: 'For 48 hours TikTok drops every further event with that name and id, from any visitor: of all orders, only one is counted.',
  fix: 'Make the id from what happened, for example the order number, or use a new UUID, made when the page is rendered for this visitor or in the browser.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  messages: {
    kept: keptPage,
    repeated: ({ event, id, visits }: Args<'event' | 'id' | 'visits'>) =>
      `${event} carries event_id ${quoted(id)} in ${visits} visits`,
    'repeated-elsewhere': ({ event, id }: Args<'event' | 'id'>) =>
      `${event} carries event_id ${quoted(id)}, which another visit of the same run also sent`,
  },
  // The first is counted.
  stakes: ({ code, seen }) => (code === 'repeated' ? seen.slice(1) : []),
  check(visits) {
    const told = visits.flatMap(elsewhere);
    const kept = keptPageFindings(visits, ({ event }) => isConversion(event));
    if (visits.length === 1 && told.length + kept.length === 0) return ONE_VISIT;
    const hasIds = visits.some(({ digest }) => conversions(digest.events).length > 0);
    if (!hasIds) return { inapplicable: 'No conversion carried an event_id' };
    const inBrowser = new Set(
      visits.flatMap(({ digest }) => digest.events.filter(({ side }) => side === 'browser').map(keyOf)),
    );
    // A queue that is flushed during a later visit still contains events of an earlier one.
    const own = (rows: readonly DigestedEvent[]) =>
      conversions(rows).filter((row) => !row.loose || !inBrowser.has(keyOf(row)));
    const repeated = sharedBy(
      visits,
      ({ events }) => own(events),
      (row) => [keyOf(row)],
    ).map(({ first: { event, id }, seen }) => ({
      code: 'repeated' as const,
      args: { event: canonicalEvent(event), id, visits: seen.length },
      event: canonicalEvent(event),
      seen,
    }));
    const known = new Set(repeated.map(({ args: { id } }) => id));
    return [
      ...repeated,
      ...kept.filter(({ args: { id } }) => !known.has(id)),
      ...told
        .filter(({ row }) => !known.has(row.id))
        .map(({ visit, row: { event, id, place, page } }) => ({
          code: 'repeated-elsewhere' as const,
          args: { event: canonicalEvent(event), id },
          event: canonicalEvent(event),
          seen: [{ visit, place, ...(page ? { page } : {}) }] as const,
        })),
    ];
  },
});

function conversions(rows: readonly DigestedEvent[]): DigestedEvent[] {
  return rows.filter(({ event }) => isConversion(event));
}

/** By which TikTok identifies an event within a pixel. */
function keyOf({ event, id }: DigestedEvent): string {
  return JSON.stringify([canonicalEvent(event), id]);
}

/** Conversions whose id, according to older evidence itself, another visit also sent. */
function elsewhere<V extends RunVisit>(visit: V): { visit: V; row: DigestedEvent }[] {
  const { events, repeated = [] } = visit.digest;
  const ids = new Set(repeated);
  return conversions(events)
    .filter(({ side, id }) => side === 'browser' && ids.has(id))
    .map((row) => ({ visit, row }));
}
