import { canonicalEvent, STANDARD_EVENTS, supportedUntil } from '../../tiktok/event-names.ts';
import { receivedEvents } from '../../views/events.ts';
import { firstOfEachName, trackedEvents } from '../../views/tracked.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const nameDeprecated = defineRule({
  id: 'event/name-deprecated',
  severity: 'trivial',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'messages'],
  title: 'Events are tracked under their current names',
  why: 'Since 2025 the SDK replaces old names, so reports show a different name than your code. Old names that are not replaced will be dropped.',
  fix: 'Use the current name if one is given. Otherwise, plan to move to a different event before 2027.',
  source: 'TikTok help centre, "Supported standard events"; the replaced names measured, or read in SDK code',
  messages: {
    replaced: ({ event, page, now }: Args<'event' | 'page' | 'now'>) =>
      `${event} was tracked on ${page}; since 2025 the SDK has sent it as ${now}`,
    leaving: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked on ${page}; TikTok supports it until 2027`,
    server: ({ event, now }: Args<'event' | 'now'>) =>
      `The server sent ${event}; TikTok's current name for this event is ${now}`,
  },
  check(evidence) {
    const events = trackedEvents(evidence);
    const received = receivedEvents(evidence);
    if (events.length + received.length === 0) return { inapplicable: 'No event was tracked' };
    const tracked = firstOfEachName(events).flatMap(({ event, canonical: now, page, place }) => {
      const code = isReplaced(event) ? 'replaced' : supportedUntil(event) ? 'leaving' : undefined;
      return code ? [finding(code, place, { args: { event, now, page: pathOf(page) }, event, page })] : [];
    });
    // A name that both sides use is reported once.
    const known = new Set(events.map(({ event }) => event));
    const byServer = Map.groupBy(
      received.filter(({ event }) => isReplaced(event) && !known.has(event)),
      ({ event }) => event,
    );
    return [
      ...tracked,
      ...[...byServer.values()].map(([first]) => {
        const { event, canonical: now, page, place, places } = first!;
        return finding('server', places.event ?? place, { args: { event, now }, event, page });
      }),
    ];
  },
});

/** SubmitForm is replaced, too, but is still on TikTok's list. */
function isReplaced(event: string): boolean {
  return canonicalEvent(event) !== event && !STANDARD_EVENTS.includes(event);
}
