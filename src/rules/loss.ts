import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { endOf } from '../views/documents.ts';
import { emptiedOf } from '../views/emptied.ts';

/** For a message: where an event that a document's SDK had to send was lost, as far as the evidence shows it. */
export function lossOn(document: DocumentRecord, evidence: Evidence): string {
  const end = endOf(document, evidence);
  const within = ({ at }: { at: number }) => at >= document.at && at < end;
  const empty = emptiedOf(document, evidence);
  if (empty.length > 0)
    return `TikTok got ${empty.length} requests with nothing in them, as from a service worker that asks again without the body`;
  const failed = evidence.failed.find((request) => within(request) && /\/api\/v\d+\/pixel/.test(request.url));
  if (failed) return `the browser could not send it (${failed.error})`;
  return "no request left the browser: something replaces navigator.sendBeacon, or a service worker answers in TikTok's place";
}
