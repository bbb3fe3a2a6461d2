import { isFinalConversion } from '../../tiktok/event-names.ts';
import { siteEvents } from '../../views/events.ts';
import { sameAs } from '../../views/near-misses.ts';
import { expectedEvents } from '../expected-events.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { WHOLE_JOURNEY } from '../scenarios.ts';

export const unexpected = defineRule({
  id: 'event/unexpected',
  severity: 'normal',
  scenarios: WHOLE_JOURNEY,
  needs: ['messages'],
  title: 'No conversion is sent that did not happen in the journey',
  why: 'A conversion that nobody made teaches the campaign to look for the wrong people, and is paid for as a success.',
  fix: 'Track the conversion only where the visitor completes it. If this journey does complete it, add it to the events that the target expects.',
  source: 'The target file: journeys[].expect',
  messages: {
    unearned: ({ event, page, times, journey }: Args<'event' | 'page' | 'times' | 'journey'>) =>
      `${event} was sent ${times}, first from ${page}, though the journey ${journey} does not expect it`,
  },
  check(evidence, target) {
    const expected = expectedEvents(evidence, target);
    if (expected.length === 0) return { inapplicable: 'The journey expects no event' };
    // Either of two events may report an order; one that is listed with a count of 0 is left to event/expected.
    const named = new Set(expected.flatMap(({ canonical }) => sameAs(canonical)));
    const unearned = siteEvents(evidence).filter(
      ({ canonical, sent }) => sent.length > 0 && isFinalConversion(canonical) && !named.has(canonical),
    );
    return [...Map.groupBy(unearned, ({ canonical }) => canonical).values()].map((same) => {
      const { event, page, place } = same[0]!;
      const times = same.length === 1 ? 'once' : `${same.length} times`;
      const args = { event, page: pathOf(page), times, journey: evidence.journey };
      return finding('unearned', place, { args, event, page });
    });
  },
});
