import { readVisitLog } from '../double/visit-log.ts';
import { receivedEvents, siteEvents } from '../evidence/events.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';
import type { Visit } from './journey.ts';

/** Milliseconds between looks at the stub's log. */
const POLL = 20;

/** Gives what the journey must cause the time to come: browser events first, then the server's. */
export async function awaitExpected(visit: Visit, logs: string): Promise<void> {
  const { plan, recording, target, id } = visit;
  const timeout = target.timeouts.settle;
  const { expect } = plan.journey;
  const enough = (count: (event: string) => number) =>
    expect.every(({ event, count: wanted = 1 }) => count(canonicalEvent(event)) >= wanted);
  await recording.until(() => {
    const events = siteEvents(recording).filter(({ sent }) => sent.length > 0);
    return enough((name) => events.filter(({ canonical }) => canonical === name).length);
  }, timeout);

  const fromServer = expect.filter(({ server }) => server);
  if (fromServer.length === 0 || target.eventsApi.transport === 'none') return;
  const deadline = performance.now() + timeout;
  for (;;) {
    const server = await readServer({ recording, id }, logs);
    const names = new Set(receivedEvents({ server }).map(({ canonical }) => canonical));
    if (fromServer.every(({ event }) => names.has(canonicalEvent(event))) || performance.now() > deadline)
      return;
    if (recording.problem) return;
    await recording.until(() => false, POLL);
  }
}

/** What the site's server has sent because of this visit so far. */
export async function readServer(
  { recording, id }: Pick<Visit, 'recording' | 'id'>,
  logs: string,
): Promise<Evidence['server']> {
  const { seen, calls } = await readVisitLog(logs, id);
  return { seen, requests: calls.map((call) => ({ ...call, at: recording.at(call.at) })) };
}
