import type { ConsentRecord, Evidence } from '../../evidence/evidence.ts';
import { PAGEVIEW } from '../../tiktok/event-names.ts';
import { answerOf, keptBack, nextDocument, sentBefore } from '../../views/consent.ts';
import { sdkRan } from '../../views/documents.ts';
import { sentEvents } from '../../views/events.ts';
import { isRefusedByPolicy } from '../../views/refusals.ts';
import { UNASKED } from '../consent.ts';
import { absent, lineOf, listed, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { BOTH_SEND } from '../scenarios.ts';

const messages = {
  'not-released': ({ events, page, by = '', source = '' }: Args<'events' | 'page', 'by' | 'source'>) =>
    `${events} on ${page} waited for consent and never reached TikTok, although the visitor agreed${lastCall(by, source)}`,
  'still-held': ({ events, page, by = '', source = '' }: Args<'events' | 'page', 'by' | 'source'>) =>
    `${events} on ${page} did not reach TikTok: consent is still withheld there, although the visitor had agreed${lastCall(by, source)}`,
  'page-view-lost': ({ page }: Args<'page'>) =>
    `The visitor agreed on ${page}, but no page view from it reached TikTok after that`,
} satisfies Messages;

function lastCall(by: string | number, source: string | number): string {
  return by ? `; the last consent call there was ${by}${source ? ` at ${source}` : ''}` : '';
}

type Found = FindingOf<typeof messages>;

export const releasedAfterGrant = defineRule({
  id: 'consent/released-after-grant',
  severity: 'critical',
  scenarios: BOTH_SEND,
  needs: ['calls', 'consent', 'console', 'messages'],
  title: 'Once the visitor agrees, what was held back is sent, at least the page view of that page',
  why: "The page where a visitor agrees is usually the ad's landing page: without its page view the click is lost.",
  fix:
    "Load the pixel as soon as the visitor agrees, not on the next page. If you use TikTok's consent calls, call ttq.grantConsent() at " +
    'that moment, and on every later page instead of ttq.holdConsent().',
  source: 'Measured: grantConsent sends what was held, with its own time and URL; revokeConsent drops it',
  messages,
  check(evidence) {
    const grant = answerOf(evidence, 'granted');
    if (!grant) return UNASKED;
    if (!sdkRan(evidence)) return { inapplicable: 'The SDK did not run: see pixel/sdk-loads' };
    if (isRefusedByPolicy(evidence.console))
      return { inapplicable: 'A Content-Security-Policy blocks events: see pixel/not-blocked' };
    const held = heldFindings(grant, evidence);
    return held.length > 0 ? held : lostPageView(grant, evidence);
  },
});

/** One finding for each page on which something was held back for good. */
function heldFindings(grant: ConsentRecord, evidence: Evidence): Found[] {
  const groups = Map.groupBy(keptBack(grant, evidence), ({ call }) => call!.document);
  return [...groups].map(([document, events]) => {
    const page = events[0]!.page;
    const since = evidence.documents.find(({ id }) => id === document)?.at ?? 0;
    const code = since < grant.at ? 'not-released' : 'still-held';
    const args = {
      events: listed(events.map(({ event }) => event)),
      page: pathOf(page),
      ...withheldBy(document, evidence),
    };
    return absent(code, events[0]!.place, { args, page, about: { held: events.map(({ place }) => place) } });
  });
}

/** The call by which a document withholds consent, and where it stands; nothing if its last consent call grants it. */
function withheldBy(document: string, { calls }: Evidence): { by?: string; source?: string } {
  const last = calls.findLast(
    (call) => call.document === document && /^(hold|revoke|grant)Consent$/.test(call.method),
  );
  if (!last || last.method === 'grantConsent') return {};
  const source = lineOf(last.source ?? '');
  return { by: `${last.global}.${last.method}()`, ...(source ? { source } : {}) };
}

/** If the pixel was not there before: whether its page view came for the page of the answer, which may be reloaded for it. */
function lostPageView(grant: ConsentRecord, evidence: Evidence): Found[] {
  const index = evidence.documents.findIndex(({ id }) => id === grant.document);
  const document = evidence.documents[index];
  const views = sentEvents(evidence).filter(({ event, at }) => event === PAGEVIEW && at >= grant.at);
  // Without any page view the pages call none: see order/page-first. Sent too early: see consent/nothing-before.
  if (!document || views.length === 0 || sentBefore(grant.at, evidence).length > 0) return [];
  const url = document.routes?.findLast(({ at }) => at <= grant.at)?.url ?? document.url;
  const left = nextDocument(grant.at, evidence)?.at ?? Number.POSITIVE_INFINITY;
  if (views.some(({ page, at }) => at < left || pathOf(page) === pathOf(url))) return [];
  return [absent('page-view-lost', `/documents/${index}`, { args: { page: pathOf(url) }, page: url })];
}
