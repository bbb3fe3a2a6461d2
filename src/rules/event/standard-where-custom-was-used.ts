import { nearMisses, sameAs } from '../../views/near-misses.ts';
import { trackedEvents } from '../../views/tracked.ts';
import { wantedNames } from '../expected-events.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const standardWhereCustomWasUsed = defineRule({
  id: 'event/standard-where-custom-was-used',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  needsToPass: ['server'],
  title: 'Events that TikTok has a standard event for are tracked under its exact name',
  why: 'TikTok treats any other spelling as a custom event: campaigns cannot optimise for it, and it does not count as a conversion.',
  fix: "Track the event under TikTok's name, with the same upper and lower case: ttq.track('Purchase', { … }).",
  source:
    'TikTok help centre, "Supported standard events"; measured: apart from a list of old names, the SDK sends a name as written',
  messages: {
    'near-miss': ({ event, page, standard }: Args<'event' | 'page' | 'standard'>) =>
      `${event} was tracked on ${page}, which is a custom event to TikTok; the standard event is ${standard}`,
  },
  check(evidence, target) {
    if (trackedEvents(evidence).length === 0) return { inapplicable: 'No event was tracked' };
    return nearMisses(evidence, wantedNames(evidence, target)).map(
      ({ tracked: { event, page, place }, standard }) =>
        finding('near-miss', place, {
          args: { event, page: pathOf(page), standard },
          event,
          page,
          about: { event: [event, ...sameAs(standard)] },
        }),
    );
  },
});
