import { clickIdIn } from '../tiktok/click-id.ts';
import { sentEvents } from './events.ts';
import type { CallRecord, DocumentRecord, Evidence } from './evidence.ts';

/** Whether any page's SDK ran: it took over a ttq object, or an event of the site reached TikTok. */
export function sdkRan(evidence: Evidence): boolean {
  return (
    evidence.documents.some(({ mountedAt }) => mountedAt !== undefined) || sentEvents(evidence).length > 0
  );
}

/** The documents the visitor came through from the ad before the first step, the landing last; all are of one tab. */
export function arrivalDocuments(evidence: Evidence): DocumentRecord[] {
  return evidence.documents.filter(({ arrival, frame }) => arrival && frame === 'main');
}

/** Documents that were only passed through on arrival: interstitials of a redirect. */
export function isInterstitial(document: DocumentRecord, evidence: Evidence): boolean {
  return arrivalDocuments(evidence).slice(0, -1).includes(document);
}

/** The URL of a document at a time: a router or a script may have changed it without a new document. */
export function urlAt(document: DocumentRecord, at: number, { calls }: Pick<Evidence, 'calls'>): string {
  const seen = [
    { at: document.at, url: document.url },
    ...(document.routes ?? []),
    ...calls
      .filter((call) => call.document === document.id)
      .map((call) => ({ at: call.at, url: call.url ?? document.url })),
  ];
  return (
    seen
      .filter((one) => one.at <= at)
      .sort((a, b) => a.at - b.at)
      .at(-1)?.url ?? document.url
  );
}

/** The click id that the landing page's URL carries; empty where there is none. */
export function landedClickId(evidence: Evidence): string {
  const landing = arrivalDocuments(evidence).at(-1);
  return (landing && clickIdIn(landing.url)) || '';
}

/** Whether, after these calls of one document, consent holds back what is tracked. */
export function isWithheld(calls: CallRecord[]): boolean {
  const consent = calls.findLast(({ method }) => /^(hold|revoke|grant)Consent$/.test(method));
  return consent !== undefined && consent.method !== 'grantConsent';
}

const POLICY = /Content Security Policy/i;
const REPORT_ONLY = /report.?only/i;
const PIXEL_URL = /analytics[\w.-]*\.tiktok\.com\/(i18n\/pixel|api\/v\d+\/pixel)/;

/**
 * What the console says of a Content-Security-Policy that refuses the pixel's script or events; undefined where it says nothing
 * of the kind. Many sites allow these but not the IPv6 host, which costs no event.
 */
export function refusalByPolicy(messages: Evidence['console']): string | undefined {
  const refused = messages.find(
    ({ text }) => POLICY.test(text) && PIXEL_URL.test(text) && !REPORT_ONLY.test(text),
  );
  if (!refused) return undefined;
  const directive = /"([a-z-]+-src(?:-elem)?) /.exec(refused.text)?.[1];
  return `the Content-Security-Policy refuses it${directive ? ` (${directive})` : ''}`;
}
