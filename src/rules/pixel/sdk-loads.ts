import { isInterstitial, refusalByPolicy, sdkRan } from '../../evidence/documents.ts';
import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import { requestedPixel } from '../../tiktok/pixel-request.ts';
import { absent, pathOf } from '../finding.ts';
import type { Rule } from '../rule.ts';

export const sdkLoads: Rule = {
  id: 'pixel/sdk-loads',
  severity: 'blocker',
  title: 'The pixel loads: its script arrives and takes over ttq',
  why: 'Without the script nothing reaches TikTok: every call stays in a queue that dies with the page.',
  mend:
    'Paste the base code from Events Manager unchanged into <head>, let the Content-Security-Policy and consent tool allow ' +
    'analytics.tiktok.com, and look for script errors before it.',
  source: 'TikTok help centre, "Install the pixel"; load chain measured on SDK builds of 2024 to 2026',
  messages: {
    'never-requested': ({ error }) =>
      `No page asked for TikTok's script${error ? `; the page reported "${error}"` : ''}`,
    'not-run': ({ page, reason }) =>
      `ttq.load was called on ${page}, but the script did not take over ttq: ${reason}`,
  },
  check(evidence) {
    const requested = [...evidence.requests, ...evidence.failed].some(
      ({ url }) => requestedPixel(url) !== undefined,
    );
    if (!requested && !sdkRan(evidence) && !evidence.calls.some(({ method }) => method === 'load')) {
      const error = evidence.errors[0]?.message;
      return [
        absent('never-requested', error === undefined ? '/requests' : '/errors/0', {
          args: { error: error ?? '' },
        }),
      ];
    }
    const loading = new Set(
      evidence.calls.filter(({ method }) => method === 'load').map(({ document }) => document),
    );
    return evidence.documents.flatMap((document, index) => {
      if (!loading.has(document.id) || document.mountedAt !== undefined || isInterstitial(document, evidence))
        return [];
      const args = { page: pathOf(document.url), reason: reasonOf(document, evidence) };
      return [absent('not-run', `/documents/${index}`, { args, page: document.url })];
    });
  },
};

function reasonOf(document: DocumentRecord, evidence: Evidence): string {
  const since = ({ at }: { at: number }) => at >= document.at;
  const isSdk = ({ url }: { url: string }) => requestedPixel(url) !== undefined;
  const policy = refusalByPolicy(evidence.console.filter(since));
  if (policy) return policy;
  const refused = evidence.requests
    .filter(since)
    .find(({ url, status }) => status >= 400 && url.includes('/i18n/pixel/'));
  if (refused) return `TikTok answers ${refused.status} to ${refused.url.split('?', 1)[0]}`;
  const failed = evidence.failed.filter(since).find(isSdk);
  if (failed) return `the browser could not fetch it (${failed.error})`;
  return evidence.requests.filter(since).some(isSdk)
    ? 'it was delivered, but did not run'
    : 'it was never asked for';
}
