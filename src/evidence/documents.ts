import { clickIdIn } from '../tiktok/click-id.ts';
import { sentEvents } from './events.ts';
import type { DocumentRecord, Evidence } from './evidence.ts';

/** Whether any page's SDK ran: it took over a ttq object, or an event of the site reached TikTok. */
export function sdkRan(evidence: Evidence): boolean {
  return (
    evidence.documents.some(({ mountedAt }) => mountedAt !== undefined) || sentEvents(evidence).length > 0
  );
}

/** The documents the visitor came through before the first step, the landing last. */
export function arrivalDocuments(evidence: Evidence): DocumentRecord[] {
  return evidence.documents.filter(({ arrival, frame }) => arrival && frame === 'main');
}

/** Documents that were only passed through on arrival: interstitials of a redirect. */
export function isInterstitial(document: DocumentRecord, evidence: Evidence): boolean {
  return arrivalDocuments(evidence).slice(0, -1).includes(document);
}

/** Whether the landing page's URL carries the visit's click id. */
export function clickIdLanded(evidence: Evidence): boolean {
  const landing = arrivalDocuments(evidence).at(-1);
  return landing !== undefined && clickIdIn(landing.url) === evidence.clickId;
}
