import { receivedEvents, type SiteEvent, siteEvents } from '../evidence/events.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Target } from '../target/target.ts';
import type { Amounts } from '../tiktok/dedup.ts';
import { canonicalEvent, isConversion, PAGEVIEW } from '../tiktok/event-names.ts';
import { listed } from './finding.ts';

/** Why a rule of the server's events does not apply. */
export const NOTHING_SENT = { inapplicable: 'The server sent nothing to the Events API' };

/** Canonical names of the events that the target wants from the server, too. */
export function wantedFromServer({ journey }: Evidence, target: Target): Set<string> {
  const expectations = target.journeys.find(({ name }) => name === journey)?.expect ?? [];
  return new Set(expectations.filter(({ server }) => server).map(({ event }) => canonicalEvent(event)));
}

/** The browser's events that need an event_id: conversions, and what the server sends, too, or is to send. */
export function eventsWithIds(evidence: Evidence, target: Target): SiteEvent[] {
  const shared = new Set([
    ...wantedFromServer(evidence, target),
    ...receivedEvents(evidence).map(({ canonical }) => canonical),
  ]);
  return siteEvents(evidence).filter(
    ({ event, canonical }) => event !== PAGEVIEW && (isConversion(event) || shared.has(canonical)),
  );
}

/** For a message: names of events, those without one included. */
export function eventNames(names: Iterable<string>): string {
  return listed([...names].map((name) => name || 'an event without a name'));
}

/** For a message: sums of money, such as `59.98 USD and 20 EUR`. */
export function moneyOf(amounts: Amounts): string {
  return listed(
    Object.entries(amounts).map(([currency, amount]) => `${amount} ${currency || 'of no currency'}`),
  );
}
