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
  title: 'What TikTok has a standard event for is tracked under its exact name',
  why: 'To TikTok any other spelling is a custom event: campaigns cannot be optimised for it, and it counts as no conversion.',
  fix: "Track it under TikTok's name, case included: ttq.track('Purchase', { … }).",
  source:
    'TikTok help centre, "Supported standard events"; measured: but for a list of old ones, the SDK sends a name as it is written',
  messages: {
    'near-miss': ({ event, page, standard }: Args<'event' | 'page' | 'standard'>) =>
      `${event} was tracked on ${page}, which is a custom event to TikTok; its name for this is ${standard}`,
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
