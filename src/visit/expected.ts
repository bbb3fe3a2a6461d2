import type { Evidence } from '../evidence/evidence.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { Recording } from '../recorder/recording.ts';
import { isSilent, refusesConsent, TRAITS } from '../target/scenarios.ts';
import type { Expectation } from '../target/target.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';
import { isPassing } from '../tiktok/events-api/faults.ts';
import { eventsIn, type ReceivedEvent, receivedIn } from '../views/events.ts';
import type { PlannedVisit } from './plan.ts';

/** Milliseconds between reads of the stub's log. */
const POLL = 20;

/**
 * Milliseconds without a call, under a lasting fault, after which the server counts as having given up. A choice between an
 * answer in seconds and retries with long pauses: a later retry is not seen.
 */
const RETRY_WINDOW = 2_000;

/**
 * Milliseconds after the last page has settled in which a page or server without consent shows that it sends anyway. A choice:
 * what is sent later is not seen.
 */
const REFUSAL_WINDOW = 2_000;

type Condition = (server: Evidence['server']) => boolean;

/** Waits for what the journey must cause: browser events first, then the server's, then their delivery. */
export async function awaitExpected(plan: PlannedVisit, recorder: Recorder): Promise<void> {
  const { recording, target } = recorder;
  const traits = TRAITS[plan.scenario];
  const { settle, delivery } = target.timeouts;
  const { expect } = plan.journey;
  const enough = (count: (event: string) => number) =>
    expect
      .filter(({ browser }) => browser !== false)
      .every(({ event, count: wanted = 1 }) => count(canonicalEvent(event)) >= wanted);
  const isSent = () => {
    const seen = recording.see(timesSent);
    return enough((name) => seen.get(name) ?? 0);
  };
  const isRefused = refusesConsent(traits);
  const fromServer = expect.filter(({ server }) => server);
  const longest = (expected: readonly Expectation[]) =>
    Math.max(settle, ...expected.map((one) => one.settle ?? settle));
  if (!isSilent(traits)) await recording.until(isSent, longest(expect.filter(({ server }) => !server)));

  const wanted = fromServer.map(({ event }) => canonicalEvent(event));
  if (wanted.length === 0 || target.eventsApi.transport === 'none') {
    if (isRefused && target.consent) await recording.until(isSent, Math.min(REFUSAL_WINDOW, settle));
    return;
  }
  const until = (condition: Condition, timeout: number) => untilServer(condition, timeout, recorder);
  const start = performance.now();
  const isOver: Condition = (server) => {
    const events = receivedIn(server);
    const waited = performance.now() - start;
    return fromServer.every(
      (one) => areAll([canonicalEvent(one.event)], events) || waited > (one.settle ?? settle),
    );
  };
  await until(isOver, isRefused ? REFUSAL_WINDOW : longest(fromServer));
  if (!plan.fault || !areAll(wanted, receivedIn(recorder.prepared.events.read()))) return;
  const isDelivered: Condition = isPassing(plan.fault)
    ? (server) => areAll(wanted, delivered(server, recording.at()))
    : (server) => recording.at() > lastAnswer(server) + RETRY_WINDOW;
  await until(isDelivered, delivery);
}

/** How often each event was sent, by its current name. */
function timesSent(recording: Recording): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { canonical, sent } of eventsIn(recording))
    if (sent.length > 0) times.set(canonical, (times.get(canonical) ?? 0) + 1);
  return times;
}

/** Waits until `condition` holds, or the visit is broken, or the time is over; returns whether it holds. */
async function untilServer(
  condition: Condition,
  timeout: number,
  { recording, prepared: { events } }: Recorder,
): Promise<boolean> {
  const deadline = performance.now() + timeout;
  while (!condition(events.read())) {
    if (recording.problem || performance.now() > deadline) return false;
    // Another process writes the log, so nothing wakes this one.
    await recording.until(() => false, POLL);
  }
  return true;
}

function areAll(wanted: string[], events: readonly ReceivedEvent[]): boolean {
  const names = new Set(events.map(({ canonical }) => canonical));
  return wanted.every((name) => names.has(name));
}

/** Events that were taken, and whose sender knows it by now. */
function delivered(server: Evidence['server'], now: number): ReceivedEvent[] {
  return receivedIn(server).filter(
    ({ taken, request }) => taken && answeredAt(server.requests[request]!) <= now,
  );
}

function lastAnswer({ requests }: Evidence['server']): number {
  return Math.max(0, ...requests.map(answeredAt));
}

function answeredAt({ at, delay = 0 }: Evidence['server']['requests'][number]): number {
  return at + delay;
}
