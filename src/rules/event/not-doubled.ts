import type { Evidence } from '../../evidence/evidence.ts';
import { isConversion } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { doublesAmong, standardEventsSent } from '../../views/doubles.ts';
import type { SiteEvent } from '../../views/events.ts';
import { isAct } from '../../views/steps.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { SINGLE_CLICKS } from '../scenarios.ts';

export const notDoubled = defineRule({
  id: 'event/not-doubled',
  severity: 'critical',
  // Clicking twice in one step is two actions.
  scenarios: SINGLE_CLICKS,
  needs: ['calls', 'steps', 'messages'],
  yieldsTo: [
    // A conversion needs an id, and with one its copies count once.
    { rule: 'event-id/present', sharing: ['place'] },
    { rule: 'event/expected', to: ['count'], sharing: ['event'] },
    { rule: 'pixel/no-duplicate-load', sharing: ['page', 'pixel'] },
  ],
  title: 'A standard event is not sent twice in identical form',
  why: 'TikTok drops a copy only by its event_id. Without one, or with another, every call is a separate event: reports and audiences count it twice.',
  fix:
    "Track the event from one place. The base code, a tag manager and a theme may each track it, and an effect may run twice, as in React's " +
    'strict mode. If both copies are to stay, give them the same event_id: make it once for each view, not at each call.',
  source: 'TikTok help centre, "Event deduplication": pixel, event and event_id are the key',
  messages: {
    twice: ({ event, page, times }: Args<'event' | 'page' | 'times'>) =>
      `${event} was tracked ${times} times on ${page} with the same properties and no event_id, with no action by the visitor in between: TikTok counts each one`,
    apart: ({ event, page, times }: Args<'event' | 'page' | 'times'>) =>
      `${event} was tracked ${times} times as ${page} opened, with the same properties and each time with another event_id: TikTok counts each one`,
  },
  stakes: ({ place }) => [place],
  check(evidence) {
    const events = standardEventsSent(evidence);
    if (events.length === 0) return { inapplicable: 'No standard event was sent' };
    const nameless = events.filter(({ eventId }) => isMissing(eventId));
    return [
      ...doublesAmong(nameless, evidence, anyId).map((copies) => doubled('twice', copies)),
      ...doublesApart(events, evidence).map((copies) => doubled('apart', copies)),
    ];
  },
});

/** Events are compared by everything but their event_id. */
const anyId = () => undefined;

function doubled(code: 'twice' | 'apart', copies: readonly SiteEvent[]) {
  const { event, page, place } = copies[1]!;
  const about = {
    place: copies.map((copy) => copy.place),
    pixel: copies[0]!.sent.map((one) => one.pixel),
  };
  return finding(code, place, {
    args: { event, page: pathOf(page), times: copies.length },
    event,
    page,
    about,
  });
}

/**
 * Copies with an event_id of their own each, of which the page sends several by itself: after an act of the visitor there may be
 * two, as of two products alike. Conversions are left to dedup/counted-once.
 */
function doublesApart(events: readonly SiteEvent[], evidence: Evidence): (readonly SiteEvent[])[] {
  const named = events.filter(
    (one) =>
      !isMissing(one.eventId) &&
      !isConversion(one.canonical) &&
      Object.keys(one.properties).length > 0 &&
      isOfOpening(one, evidence),
  );
  return doublesAmong(named, evidence, anyId)
    .map((copies) => [...new Map(copies.map((copy) => [copy.eventId, copy])).values()])
    .filter(({ length }) => length > 1);
}

function isOfOpening({ call }: SiteEvent, { documents, steps }: Evidence): boolean {
  const opened = documents.find(({ id }) => id === call!.document)?.at;
  return (
    opened !== undefined && !steps.some((step) => isAct(step) && step.at >= opened && step.at <= call!.at)
  );
}
