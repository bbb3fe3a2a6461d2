import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { endOf } from './documents.ts';
import { pixelRequests } from './events.ts';

/** Indexes of a document's pixel requests that reached TikTok empty. */
export function emptiedOf(document: DocumentRecord, evidence: Evidence): number[] {
  const end = endOf(document, evidence);
  return evidence.requests.flatMap(({ at, body }, index) => {
    const isOwn = at >= document.at && at < end;
    return isOwn && body === undefined && pixelRequests(evidence)[index] !== undefined ? [index] : [];
  });
}
