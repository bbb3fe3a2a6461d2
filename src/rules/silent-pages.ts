import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { hasSent } from '../views/documents.ts';
import type { Yield } from './rule.ts';

/** Rules that report why a page cannot send, and with it everything missing from the page. */
const OF_SILENCE = [
  'pixel/base-code-parses',
  'pixel/id-format',
  'pixel/not-blocked',
  'pixel/sdk-loads',
  'pixel/ttq-is-array',
  'pixel/on-every-page',
];

/** For a rule about events, whose findings name the silent pages in `about.page`. */
export function toSilence(yielding?: readonly string[]): Yield[] {
  return OF_SILENCE.map((rule) => ({ rule, sharing: ['page'], ...(yielding ? { yielding } : {}) }));
}

/** URLs of the documents that sent nothing. */
export function silentPages(documents: readonly DocumentRecord[], evidence: Evidence): string[] {
  return documents.filter((document) => !hasSent(document, evidence)).map(({ url }) => url);
}
