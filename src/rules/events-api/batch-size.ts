import { contractFindings } from '../../views/contract.ts';
import { receivedEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

export const batchSize = defineRule({
  id: 'events-api/batch-size',
  severity: 'minor',
  scenarios: ALL,
  needs: ['server'],
  title: 'A request carries no more events than advised',
  why: 'A large batch waits until it is full, and is lost as a whole if one of its events is refused.',
  fix: 'Send the events as they happen, or in batches of at most 50. If larger batches are intended, set eventsApi.maxBatch.',
  source:
    'Campaign requirements: at most 50 events; TikTok Events API reference: a request with 1,001 or more is refused, which ' +
    'events-api/accepted reports',
  messages: {
    large: ({ count, limit }: Args<'count' | 'limit'>) =>
      `A request carries ${count} events; at most ${limit} are advised`,
  },
  check(evidence, target) {
    const byRequest = Map.groupBy(receivedEvents(evidence), ({ request }) => request);
    if (byRequest.size === 0) return { inapplicable: 'The server sent no event' };
    const refused = new Set(
      contractFindings(evidence)
        .filter(({ code }) => code === 'batch-size')
        .map(({ request }) => request),
    );
    const limit = target.eventsApi.maxBatch;
    return [...byRequest].flatMap(([request, { length }]) => {
      // Events of other visits were sent with them.
      const count = length + (evidence.server.requests[request]!.otherEvents ?? 0);
      if (count <= limit || refused.has(request)) return [];
      return [finding('large', `/server/requests/${request}`, { args: { count, limit } })];
    });
  },
});
