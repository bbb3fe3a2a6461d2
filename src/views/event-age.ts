import type { Evidence } from '../evidence/evidence.ts';
import { type ReceivedEvent, receivedEvents } from './events.ts';

/** A server event of the website, and its age on arrival. */
export interface AgedEvent {
  event: ReceivedEvent;
  /** Milliseconds; negative for a time in the future. */
  age: number;
}

/**
 * The ages of the server's events whose time can be read. Events of shops and customer databases are left out: they are sent in
 * batches later.
 */
export function agesOf(evidence: Evidence): AgedEvent[] {
  const start = Date.parse(evidence.startedAt);
  return receivedEvents(evidence).flatMap((event) =>
    event.time === undefined ||
    event.source === 'offline' ||
    event.source === 'crm' ||
    evidence.server.requests[event.request]!.unseen?.includes('time')
      ? []
      : [{ event, age: start + event.at - event.time }],
  );
}

/** For a message: `3 hours`, `20 minutes`, `75 seconds`. */
export function spanOf(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

/** Whole hours, give or take a minute, within a day: the error of a time that was read in the wrong zone. */
export function looksLikeZone(milliseconds: number): boolean {
  const hours = Math.round(milliseconds / 3_600_000);
  return hours > 0 && hours <= 14 && Math.abs(milliseconds - hours * 3_600_000) < 60_000;
}
