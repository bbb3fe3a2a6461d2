import type { Evidence } from '../evidence/evidence.ts';
import type { Target } from '../target/target.ts';
import type { Amounts } from '../tiktok/dedup.ts';
import { isConversion, PAGEVIEW } from '../tiktok/event-names.ts';
import { receivedEvents, type SiteEvent, siteEvents } from '../views/events.ts';
import { type ExpectedEvent, expectedEvents } from './expected-events.ts';
import { listed } from './finding.ts';

/** Why a rule about the server's events does not apply. */
export const NOTHING_SENT = { inapplicable: 'The server sent nothing to the Events API' };

/** Canonical names of the events that the target wants from the server. */
export function wantedFromServer(evidence: Evidence, target: Target): Set<string> {
  return namesOf(expectedEvents(evidence, target).filter(({ server }) => server));
}

/** Canonical names of the events that the target wants from the server, and not from the browser. */
export function onlyFromServer(evidence: Evidence, target: Target): Set<string> {
  return namesOf(expectedEvents(evidence, target).filter(({ browser }) => browser === false));
}

/** Canonical names of the events for which the target says whether the server or the browser sends them. */
export function spokenFor(evidence: Evidence, target: Target): Set<string> {
  return namesOf(
    expectedEvents(evidence, target).filter(
      ({ server, browser, count }) => server !== undefined || browser !== undefined || count === 0,
    ),
  );
}

function namesOf(expectations: ExpectedEvent[]): Set<string> {
  return new Set(expectations.map(({ canonical }) => canonical));
}

/** The browser's events that need an event_id: conversions, and those that the server sends, too, or should send. */
export function eventsWithIds(evidence: Evidence, target: Target): SiteEvent[] {
  const shared = new Set([
    ...wantedFromServer(evidence, target),
    ...receivedEvents(evidence).map(({ canonical }) => canonical),
  ]);
  return siteEvents(evidence).filter(
    ({ event, canonical }) => event !== PAGEVIEW && (isConversion(event) || shared.has(canonical)),
  );
}

/** For a message: names of events, including those without one. */
export function eventNames(names: Iterable<string>): string {
  return listed([...names].map((name) => name || 'an event without a name'));
}

/** For a message: sums of money, such as `59.98 USD and 20 EUR`. */
export function moneyOf(amounts: Amounts): string {
  return listed(
    Object.entries(amounts).map(([currency, amount]) => `${amount} ${currency || 'of no currency'}`),
  );
}
