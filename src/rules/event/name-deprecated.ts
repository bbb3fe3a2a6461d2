import { firstOfEachName, trackedEvents } from '../../evidence/tracked.ts';
import { canonicalEvent, LEAVING, STANDARD_EVENTS } from '../../tiktok/event-names.ts';
import { finding, pathOf } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const nameDeprecated: Rule = {
  id: 'event/name-deprecated',
  severity: 'trivial',
  scenarios: PIXEL_RUNS,
  title: 'Events are tracked under their current names',
  why: 'The SDK replaces old names since 2025, so that reports show another name than the code; what is not replaced goes away.',
  mend: 'Track the event under the name that is given; where none is, plan for another event before 2027.',
  source: 'TikTok help centre, "Supported standard events"; the replaced names measured, or read in SDK code',
  messages: {
    replaced: ({ event, page, now }) =>
      `${event} was tracked on ${page}; since 2025 the SDK sends it as ${now}`,
    leaving: ({ event, page }) => `${event} was tracked on ${page}; TikTok supports it until 2027`,
  },
  check(evidence) {
    const events = trackedEvents(evidence);
    if (events.length === 0) return { inapplicable: 'No event was tracked' };
    return firstOfEachName(events).flatMap(({ event, canonical: now, page, place }) => {
      // SubmitForm is replaced, too, but still stands on TikTok's list.
      const isListed = (STANDARD_EVENTS as readonly string[]).includes(event);
      const code =
        canonicalEvent(event) !== event && !isListed
          ? 'replaced'
          : LEAVING.includes(event)
            ? 'leaving'
            : undefined;
      return code ? [finding(code, place, { args: { event, now, page: pathOf(page) }, event, page })] : [];
    });
  },
};
