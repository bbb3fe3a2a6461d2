import { knownConversions } from '../../views/identify-calls.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const queueRescued = defineRule({
  id: 'order/queue-rescued',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'messages'],
  title: "No conversion depends on the SDK's queue to put ttq.identify before it",
  why:
    'The SDK runs the first queued identify before everything else. If its script arrives a little earlier, for example from the ' +
    'cache, the calls are no longer queued, and the conversion is sent without the customer.',
  fix: 'Move ttq.identify before ttq.track.',
  source:
    'Measured on SDK builds of 2024 to 2026: the queue is replayed with identify first, later calls run in the order they are made',
  messages: {
    rescued: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked on ${page} before ttq.identify, and was sent with the customer only because the SDK replays queued identify calls first`,
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
