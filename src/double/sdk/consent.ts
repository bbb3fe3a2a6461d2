import type { Message } from './message.ts';
import { readJson, remove, writeJson } from './storage.ts';
import { send } from './transport.ts';

const HELD = 'tt_hold_events';

/** Never called counts as granted. Not kept: every page has to call again. */
let state: 'granted' | 'held' | 'revoked' = 'granted';

/** From here on messages wait in the tab's storage, a same-tab navigation included. */
export function holdConsent(): void {
  state = 'held';
}

/** What waited is dropped, and nothing more is sent. */
export function revokeConsent(): void {
  state = 'revoked';
  remove(HELD);
}

/** What waited, on this page or one before it in the tab, goes out with its original time and URL. */
export function grantConsent(): void {
  state = 'granted';
  const waiting = held();
  remove(HELD);
  for (const message of waiting) send(message);
}

/** Sends a message, or keeps or drops it as consent says. False if it was dropped. */
export function submit(message: Message): boolean {
  if (state === 'revoked') return false;
  if (state === 'held') writeJson(HELD, [...held(), message]);
  else send(message);
  return true;
}

function held(): Message[] {
  const kept = readJson(HELD);
  return Array.isArray(kept) ? kept : [];
}
