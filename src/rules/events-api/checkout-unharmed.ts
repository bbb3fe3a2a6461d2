import type { Evidence } from '../../evidence/evidence.ts';
import { faultName } from '../../tiktok/events-api/faults.ts';
import { receivedEvents, siteEvents } from '../../views/events.ts';
import { isAct } from '../../views/steps.ts';
import { faultNotMet, NO_FAULT } from '../faults.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { FAULTS } from '../scenarios.ts';

const messages = {
  waited: ({ what, after, kept }: Args<'what' | 'after' | 'kept'>) =>
    `${what} came ${after} ms after the server had called the Events API, which took ${kept} ms to answer: the customer waited for it`,
  'error-page': ({ page, status, fault }: Args<'page' | 'status' | 'fault'>) =>
    `${page} answered HTTP ${status} after the server's call to the Events API failed (${fault})`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const checkoutUnharmed = defineRule({
  id: 'events-api/checkout-unharmed',
  severity: 'critical',
  scenarios: FAULTS,
  needs: ['steps', 'server'],
  title: 'The customer notices nothing when the Events API is slow or fails',
  why: 'A checkout that waits for TikTok is as slow as TikTok. If it fails when TikTok fails, the order is lost, not only the event.',
  fix:
    'Answer the customer first and send the event afterwards, from a queue or without waiting for it. Give the call a short timeout, ' +
    'and keep its errors away from the page.',
  source:
    'The scenario events-api-faults: the time between the call to the Events API and the page that followed it',
  messages,
  check(evidence) {
    const { fault, server } = evidence;
    if (!fault) return NO_FAULT;
    const calls = server.requests.flatMap((request, index) => (request.fault === undefined ? [] : [index]));
    if (calls.length === 0) return faultNotMet(evidence);
    const judged = calls.map((call) => judge(call, faultName(fault), evidence));
    const findings = judged.flatMap((one) => one ?? []);
    if (findings.length > 0 || judged.some((one) => one !== undefined)) return firstOfEach(findings);
    return {
      inapplicable: 'Nothing followed the call, so it is not known whether the customer waited for it',
    };
  },
});

/** One page may show several calls. */
function firstOfEach(findings: Found[]): Found[] {
  return [...Map.groupBy(findings, ({ place }) => place).values()].map(([first]) => first!);
}

/** What the call at an index did to the customer; undefined if nothing shows it. */
function judge(call: number, fault: string, evidence: Evidence): Found[] | undefined {
  const { at } = evidence.server.requests[call]!;
  const kept = keptWaiting(call, evidence);
  const next = followed(at, call, evidence);
  if (next?.status !== undefined && next.status >= 400) {
    const args = { page: pathOf(next.page), status: next.status, fault };
    return [finding('error-page', next.place, { args, page: next.page })];
  }
  // A visit that completed was not broken, whatever came next.
  if (kept === 0) return [];
  if (!next) return undefined;
  if (next.at < at + kept) return [];
  const args = { what: next.what, after: Math.round(next.at - at), kept: Math.round(kept) };
  return [finding('waited', next.place, { args, page: next.page })];
}

/**
 * Milliseconds that whoever waits for the call waits: until its answer or, without one, until the next try shows that it was
 * given up.
 */
function keptWaiting(call: number, { server: { requests } }: Evidence): number {
  const { at, fault, delay = 0 } = requests[call]!;
  if (fault !== 'timeout') return delay;
  const next = requests.find((later) => later.at > at);
  return next ? next.at - at : 0;
}

interface Sign {
  at: number;
  place: string;
  /** For a message: the page, or the event on it. */
  what: string;
  page: string;
  /** HTTP status of a page. */
  status?: number;
}

/**
 * The first thing after the call that the same step of the visitor led to: a page, or the browser's copy of the event. What a
 * later step led to was not waiting during the call.
 */
function followed(at: number, call: number, evidence: Evidence): Sign | undefined {
  const names = new Set(
    receivedEvents(evidence).flatMap(({ request, canonical }) => (request === call ? [canonical] : [])),
  );
  const later = evidence.steps.find((step) => step.at > at && isAct(step));
  const until = later?.at ?? Number.POSITIVE_INFINITY;
  const pages = evidence.documents.flatMap((document, index): Sign[] => {
    const { status } = document.hops.at(-1) ?? {};
    const { at, url: page } = document;
    const sign = { at, place: `/documents/${index}`, what: pathOf(page), page };
    return document.frame === 'main' ? [{ ...sign, ...(status === undefined ? {} : { status }) }] : [];
  });
  const calls = siteEvents(evidence).flatMap(({ call: made, event, canonical, page }): Sign[] =>
    made && names.has(canonical)
      ? [{ at: made.at, place: made.place, what: `${event} on ${pathOf(page)}`, page }]
      : [],
  );
  return [...pages, ...calls]
    .filter((sign) => sign.at > at && sign.at < until)
    .reduce<Sign | undefined>((first, sign) => (first && first.at <= sign.at ? first : sign), undefined);
}
