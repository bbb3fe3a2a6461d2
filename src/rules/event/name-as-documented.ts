import { nameDiagnostics } from '../../tiktok/diagnostics.ts';
import { isCustomNameAsDocumented, meansPageview } from '../../tiktok/event-names.ts';
import { nearMissOf } from '../../tiktok/near-miss.ts';
import { firstOfEachName, trackedEvents } from '../../views/tracked.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const nameAsDocumented = defineRule({
  id: 'event/name-as-documented',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: "Custom events are named as TikTok's help centre asks",
  why: 'The SDK accepts blanks and a leading digit, but nothing guarantees that every report and audience does.',
  fix: 'Use only letters, digits, underscores and dashes, and start with a letter: quiz_completed.',
  source: 'TikTok help centre, "Custom events"',
  messages: {
    loose: ({ event, page }: Args<'event' | 'page'>) =>
      `"${event}" was tracked on ${page}: TikTok asks for letters, digits, _ and - only, starting with a letter`,
  },
  check(evidence) {
    const events = trackedEvents(evidence);
    if (events.length === 0) return { inapplicable: 'No event was tracked' };
    // Names that the SDK refuses are left to event/name-valid; names that mean another event, to the rule for it.
    return firstOfEachName(events)
      .filter(({ event }) => nameDiagnostics(event).length === 0 && !isCustomNameAsDocumented(event))
      .filter(({ event }) => nearMissOf(event) === undefined && !meansPageview(event))
      .map(({ event, page, place }) =>
        finding('loose', place, { args: { event, page: pathOf(page) }, event, page }),
      );
  },
});
