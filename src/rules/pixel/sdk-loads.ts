import { isInterstitial, refusalByPolicy, sdkRan } from '../../evidence/documents.ts';
import { sentEvents } from '../../evidence/events.ts';
import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import { SDK_ROOT } from '../../tiktok/hosts.ts';
import { isSdkRequest } from '../../tiktok/pixel-request.ts';
import { absent, pathOf } from '../finding.ts';
import type { Finding, Rule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const sdkLoads: Rule = {
  id: 'pixel/sdk-loads',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  title: 'The pixel loads: its script arrives and takes over ttq',
  why: 'Without the script nothing reaches TikTok: every call stays in a queue that dies with the page.',
  mend:
    'Paste the base code from Events Manager unchanged into <head>, let the Content-Security-Policy and consent tool allow ' +
    'analytics.tiktok.com, and look for script errors before it.',
  source: 'TikTok help centre, "Install the pixel"; load chain measured on SDK builds of 2024 to 2026',
  messages: {
    'never-requested': ({ error }) =>
      `No page asked for TikTok's script${error ? `; the page reported "${error}"` : ''}`,
    'never-run': ({ reason }) => `TikTok's script was asked for, but never took over ttq: ${reason}`,
    'not-run': ({ page, reason }) =>
      `ttq.load was called on ${page}, but the script did not take over ttq: ${reason}`,
  },
  check(evidence) {
    const loading = new Set(
      evidence.calls.filter(({ method }) => method === 'load').map(({ document }) => document),
    );
    if (loading.size === 0 && !sdkRan(evidence)) return [neverRan(evidence)];
    return evidence.documents.flatMap((document, index) => {
      const ran = document.mountedAt !== undefined || hasSent(document, evidence);
      if (ran || !loading.has(document.id) || isInterstitial(document, evidence)) return [];
      const args = {
        page: pathOf(document.url),
        reason: reasonOf(document.at, endOf(document, evidence), evidence),
      };
      return [absent('not-run', `/documents/${index}`, { args, page: document.url })];
    });
  },
};

/** Whether an event came from a document while it was there: then the SDK ran, whatever it has done to ttq. */
function hasSent(document: DocumentRecord, evidence: Evidence): boolean {
  const end = endOf(document, evidence);
  return sentEvents(evidence).some(({ page, at }) => page === document.url && at >= document.at && at < end);
}

/** No page called ttq.load: the script was asked for in another way, or not at all. */
function neverRan(evidence: Evidence): Finding {
  if ([...evidence.requests, ...evidence.failed].some(isSdkRequest)) {
    return absent('never-run', '/requests', {
      args: { reason: reasonOf(0, Number.POSITIVE_INFINITY, evidence) },
    });
  }
  const error = evidence.errors[0]?.message;
  return absent('never-requested', error === undefined ? '/requests' : '/errors/0', {
    args: { error: error ?? '' },
  });
}

/** Until when a document was there. */
function endOf({ at }: DocumentRecord, { documents }: Evidence): number {
  return documents.find((next) => next.frame === 'main' && next.at > at)?.at ?? Number.POSITIVE_INFINITY;
}

/** The scripts without which nothing is sent. */
const ESSENTIAL = /\/i18n\/pixel\/(events\.js|sdk\.js|static\/main)/;

/** Why the script did not run between two times. */
function reasonOf(from: number, to: number, evidence: Evidence): string {
  const within = ({ at }: { at: number }) => at >= from && at < to;
  const policy = refusalByPolicy(evidence.console.filter(within));
  if (policy) return policy;
  const refused = evidence.requests
    .filter(within)
    .find(({ url, status }) => status >= 400 && url.includes(SDK_ROOT));
  if (refused) return `TikTok answers ${refused.status} to ${refused.url.split('?', 1)[0]}`;
  const failed = evidence.failed.filter(within).find(({ url }) => ESSENTIAL.test(url));
  if (failed) return `the browser could not fetch ${failed.url.split('?', 1)[0]} (${failed.error})`;
  const error = evidence.errors.filter(within).find(({ source }) => source?.includes(SDK_ROOT));
  if (error) return `it stopped with "${error.message}"`;
  return evidence.requests.filter(within).some(isSdkRequest)
    ? 'it was delivered, but did not run'
    : 'it was never asked for';
}
