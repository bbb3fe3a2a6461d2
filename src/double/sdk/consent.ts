import { readJson, remove, writeJson } from './storage.ts';
import { post } from './transport.ts';
import type { Fields } from './values.ts';

const HELD = 'tt_hold_events';

interface Held {
  url: string;
  data: Fields;
  type: number;
}

/** Never called counts as granted. Not kept: every page has to call again. */
let state: 'granted' | 'held' | 'revoked' = 'granted';

/** From here on messages wait in the tab's storage, a same-tab navigation included. */
export function holdConsent(): void {
  state = 'held';
}

/** What waited is dropped, and no event is sent any more. */
export function revokeConsent(): void {
  state = 'revoked';
  remove(HELD);
}

/** What waited, on this page or one before it in the tab, goes out with its original time and URL: named events first. */
export function grantConsent(): void {
  state = 'granted';
  const waiting = held().sort((a, b) => rank(a) - rank(b));
  remove(HELD);
  for (const { url, data } of waiting) post(url, data);
}

/** Sends a message, or keeps or drops it as consent says at this moment. */
export function submit(url: string, data: Fields): void {
  if (state === 'held') writeJson(HELD, [...held(), { url, data, type: 0 }]);
  else if (state === 'granted') post(url, data);
}

function rank({ data }: Held): number {
  if (data.event) return 0;
  return data.action ? 1 : 2;
}

function held(): Held[] {
  const kept = readJson(HELD);
  return Array.isArray(kept) ? kept : [];
}
