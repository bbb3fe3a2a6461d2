import type { DocumentRecord, Evidence, RequestRecord } from '../evidence/evidence.ts';
import { isRun } from '../tiktok/base-code.ts';
import { SDK_ROOT } from '../tiktok/hosts.ts';
import { blindSpot } from './blind.ts';
import { documentAt, hasSent } from './documents.ts';
import { pixelRequests } from './events.ts';
import { perEvidence } from './memo.ts';

/** A request of the pixel that was blocked or refused. */
export interface Refusal {
  /**
   * policy and inline: by a Content-Security-Policy; mixed: plain HTTP on an HTTPS page; answer: TikTok answered with an error.
   */
  kind: 'policy' | 'inline' | 'mixed' | 'answer';
  place: string;
  document: DocumentRecord;
  what: 'script' | 'event' | 'base code';
  /** The URL that was refused, without its query. */
  url: string;
  /** For policy, the directive that refused it. */
  directive: string;
  /** For answer. */
  status: number;
}

const POLICY = /Content Security Policy/i;
const REPORT_ONLY = /report.?only/i;
const MIXED = /^Mixed Content:.*blocked/is;
const PIXEL_URL =
  /https?:\/\/analytics[\w.-]*\.tiktok\.com\/(i18n\/pixel|api\/v\d+\/(?:shopify_)?pixel)[^\s'"?]*/;
const INLINE = /inline script/i;
const DIRECTIVE = /["']((?:default|[a-z]+)-src(?:-elem)?) /;

/**
 * Whether the console reports a Content-Security-Policy that refuses the pixel's script or events. Many sites allow these but not
 * the IPv6 host, which costs no event.
 */
export function isRefusedByPolicy(messages: Evidence['console']): boolean {
  return messages.some(isRefusal);
}

function isRefusal({ text }: { text: string }): boolean {
  return POLICY.test(text) && PIXEL_URL.test(text) && !REPORT_ONLY.test(text);
}

/** Whether a request was aborted because its page was left, which is nobody's fault. */
export function isAborted({ error }: { error: string }): boolean {
  return error === 'net::ERR_ABORTED';
}

/** Every request of the pixel that was refused, with its page. */
export const refusals = perEvidence((evidence): readonly Refusal[] => {
  return [...refusedByBrowser(evidence), ...refusedByTikTok(evidence)];
});

function refusedByBrowser(evidence: Evidence): Refusal[] {
  return evidence.console.flatMap((message, index): Refusal[] => {
    const { text, at, source } = message;
    const document = documentAt(at, evidence, source);
    if (!document) return [];
    const found = {
      place: `/console/${index}`,
      document,
      directive: DIRECTIVE.exec(text)?.[1] ?? '',
      status: 0,
    };
    const [url = ''] = PIXEL_URL.exec(text) ?? [];
    const what = url.includes(SDK_ROOT) ? 'script' : 'event';
    if (isRefusal(message)) return [{ ...found, kind: 'policy', what, url }];
    if (url && MIXED.test(text)) return [{ ...found, kind: 'mixed', what, url }];
    const isInline = POLICY.test(text) && INLINE.test(text) && !REPORT_ONLY.test(text);
    // The message may be about another script: only a base code that has not run can have been refused.
    if (blindSpot(evidence, 'calls')) return [];
    return isInline && hasBaseCode(document) && !hasLoaded(document, evidence)
      ? [{ ...found, kind: 'inline', what: 'base code', url: document.url }]
      : [];
  });
}

function refusedByTikTok(evidence: Evidence): Refusal[] {
  return evidence.requests.flatMap(({ at, url, status }, index): Refusal[] => {
    if (status < 400) return [];
    const event = pixelRequests(evidence)[index];
    const isEvent = event?.kind === 'event';
    // An event sent on leaving a page arrives when the next one is there.
    const document = documentAt(at, evidence, isEvent ? event.page : '');
    // A script that is missing beside one that runs costs nothing; one that the harness could not fetch was not refused by
    // TikTok.
    const isOurs = evidence.problem?.kind === 'sdk' || isForeignPart(evidence.requests[index]!, evidence);
    const isMissed = url.includes(SDK_ROOT) && document && !isOurs && !hasRun(document, evidence);
    if (!document || !(isEvent || isMissed)) return [];
    const what = isEvent ? 'event' : 'script';
    const [address] = url.split('?', 1) as [string];
    return [
      { kind: 'answer', place: `/requests/${index}`, document, what, url: address, directive: '', status },
    ];
  });
}

const PART = /\/i18n\/pixel\/static\/((?:main|identify)[^/?]*)/;

/** The name of a part of an SDK that is not the one that runs: the stand-in does not have it, and did not request it. */
export function foreignPart({ url, status }: RequestRecord, { recorder }: Evidence): string | undefined {
  const isStandIn = recorder.sdk.mode === 'double' && recorder.capture === 'server';
  return isStandIn && status === 404 ? PART.exec(url)?.[1] : undefined;
}

function isForeignPart(request: RequestRecord, evidence: Evidence): boolean {
  return foreignPart(request, evidence) !== undefined;
}

function hasBaseCode({ snippets = [] }: DocumentRecord): boolean {
  return snippets.some(({ type }) => isRun(type));
}

function hasLoaded({ id }: DocumentRecord, { calls }: Evidence): boolean {
  return calls.some(({ document, method }) => document === id && method === 'load');
}

function hasRun(document: DocumentRecord, evidence: Evidence): boolean {
  return document.mountedAt !== undefined || hasSent(document, evidence);
}
