import { knownConversions } from '../../views/identify-calls.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const queueRescued = defineRule({
  id: 'order/queue-rescued',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'messages'],
  title: "No conversion needs the SDK's queue to put ttq.identify before it",
  why:
    'The SDK makes the first identify that it finds in the queue before all else. Where its script comes a little earlier, from ' +
    'the cache for example, the calls are not queued any more, and the conversion goes out without the customer.',
  fix: 'Move ttq.identify before ttq.track.',
  source:
    'Measured on SDK builds of 2024 to 2026: the queue is replayed with identify first, later calls are made as they come',
  messages: {
    rescued: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked on ${page} before ttq.identify; only the SDK's queue, which replays identify first, saved it`,
  },
  check(evidence) {
    const conversions = knownConversions(evidence);
    if (!Array.isArray(conversions)) return conversions;
    return conversions
      .filter(({ identified }) => identified === 'rescued')
      .map(({ event: { event, page }, place }) =>
        finding('rescued', place, { args: { event, page: pathOf(page) }, event, page }),
      );
  },
});
