import { randomText, uuid } from './random.ts';
import { readJson, writeJson } from './storage.ts';

const ID = 'tt_sessionId';
const LANDED = 'tt_landed';

let pageviews = 0;
let sessionId: string | undefined;

/** `<uuid>::<20 characters>`, one for each tab; a pixel's session id has the pixel behind it. */
export function sessionIdOf(pixel: string): string {
  if (sessionId === undefined) {
    const kept = readJson(ID);
    sessionId = typeof kept === 'string' ? kept : `${uuid()}::${randomText(20)}`;
    writeJson(ID, sessionId);
  }
  return `${sessionId}-${pixel}`;
}

/** Changes with each Pageview of the document. Its inner form was not measured: it is ours. */
export function pageviewIdOf(pixel: string): string {
  return `${sessionIdOf(pixel)}.${pageviews}`;
}

export function countPageview(): void {
  pageviews += 1;
}

/** Whether this pixel's landing in this tab is still to be reported. */
export function isNewSession(pixel: string): boolean {
  return !landed().includes(pixel);
}

export function markLanded(pixel: string): void {
  writeJson(LANDED, [...landed(), pixel]);
}

function landed(): unknown[] {
  const kept = readJson(LANDED);
  return Array.isArray(kept) ? kept : [];
}
