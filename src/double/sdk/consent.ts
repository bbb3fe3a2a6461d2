import { readJson, remove, writeJson } from './storage.ts';
import { post } from './transport.ts';
import type { Fields } from './values.ts';

const HELD = 'tt_hold_events';

interface Held {
  url: string;
  data: Fields;
  type: number;
}

/** Without any call, consent counts as granted. Not stored: every page has to call again. */
let state: 'granted' | 'held' | 'revoked' = 'granted';

/** From now on messages wait in the tab's storage, also across navigation within the tab. */
export function holdConsent(): void {
  state = 'held';
}

/** Waiting messages are dropped, and no more events are sent. */
export function revokeConsent(): void {
  state = 'revoked';
  remove(HELD);
}

/** Waiting messages of this page and earlier ones in the tab are sent with their original time and URL: named events first. */
export function grantConsent(): void {
  state = 'granted';
  const waiting = held().sort((a, b) => rank(a) - rank(b));
  remove(HELD);
  for (const { url, data } of waiting) post(url, data);
}

/** Sends, holds or drops a message, as consent stands now. */
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
