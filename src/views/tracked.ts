import { PAGEVIEW } from '../tiktok/event-names.ts';
import { type SiteEvent, siteEvents } from './events.ts';
import { perEvidence } from './memo.ts';

/** An event of the site other than the page view of `ttq.page()`. */
export interface TrackedEvent extends SiteEvent {
  /** The name as it was passed to `ttq.track`, of whatever type. */
  name: unknown;
}

/** The events that the site tracked, in order. A Pageview request without a call may be either kind, and is left out. */
export const trackedEvents = perEvidence((evidence): readonly TrackedEvent[] => {
  return siteEvents(evidence).flatMap((event): TrackedEvent[] => {
    if (!event.call) return event.event === PAGEVIEW ? [] : [{ ...event, name: event.event }];
    const { method, args } = evidence.calls[Number(event.call.place.replace('/calls/', ''))]!;
    return method === 'page' ? [] : [{ ...event, name: args[0] }];
  });
});

/** The first event of each name: a wrong name is reported once, however often it is tracked. */
export function firstOfEachName(events: readonly TrackedEvent[]): TrackedEvent[] {
  return [...Map.groupBy(events, ({ name }) => JSON.stringify(name) ?? '').values()].map(([first]) => first!);
}
