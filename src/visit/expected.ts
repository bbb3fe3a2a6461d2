import { receivedEvents, siteEvents } from '../evidence/events.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';
import type { Visit } from './journey.ts';
import type { ServerEvents } from './server-events.ts';

/** Milliseconds between looks at the stub's log. */
const POLL = 20;

/** Gives what the journey must cause the time to come: browser events first, then the server's. */
export async function awaitExpected(visit: Visit, events: ServerEvents): Promise<void> {
  const { plan, recording, target } = visit;
  const timeout = target.timeouts.settle;
  const { expect } = plan.journey;
  const enough = (count: (event: string) => number) =>
    expect.every(({ event, count: wanted = 1 }) => count(canonicalEvent(event)) >= wanted);
  await recording.until(() => {
    const seen = siteEvents(recording).filter(({ sent }) => sent.length > 0);
    return enough((name) => seen.filter(({ canonical }) => canonical === name).length);
  }, timeout);

  const fromServer = expect.filter(({ server }) => server);
  if (fromServer.length === 0 || target.eventsApi.transport === 'none') return;
  const deadline = performance.now() + timeout;
  for (;;) {
    const names = new Set(receivedEvents({ server: events.read() }).map(({ canonical }) => canonical));
    if (fromServer.every(({ event }) => names.has(canonicalEvent(event))) || performance.now() > deadline)
      return;
    if (recording.problem) return;
    await recording.until(() => false, POLL);
  }
}
