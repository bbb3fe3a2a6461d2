import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { endOf } from './documents.ts';
import { pixelRequests } from './events.ts';

/** Indexes of the pixel's requests from a document that reached TikTok with nothing in them. */
export function emptiedOf(document: DocumentRecord, evidence: Evidence): number[] {
  const end = endOf(document, evidence);
  return evidence.requests.flatMap(({ at, body }, index) => {
    const isOwn = at >= document.at && at < end;
    return isOwn && body === undefined && pixelRequests(evidence)[index] !== undefined ? [index] : [];
  });
}
