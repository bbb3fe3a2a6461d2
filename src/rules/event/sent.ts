import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { answerOf, keptBack } from '../../views/consent.ts';
import { endOf, hasSent, sdkRan } from '../../views/documents.ts';
import { type EventCallState, eventCallStates, isUnpaid } from '../../views/owed.ts';
import { refusals } from '../../views/refusals.ts';
import { causesIn } from '../causes.ts';
import { absent, listed, pathOf } from '../finding.ts';
import { lossOn } from '../loss.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { silentPages } from '../silent-pages.ts';
import { expected } from './expected.ts';

const messages = {
  lost: ({ events, page, reason }: Args<'events' | 'page' | 'reason'>) =>
    `${events} on ${page} did not reach TikTok: ${reason}`,
  'lost-for-pixel': ({ events, page, pixels }: Args<'events' | 'page' | 'pixels'>) =>
    `${events} on ${page} did not reach pixel ${pixels}, which the page has loaded, though another pixel got it`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const sent = defineRule({
  id: 'event/sent',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'pages', 'messages'],
  title: 'What a page calls on ttq reaches TikTok, whether the journey expects it or not',
  why: 'The call looks right in the page and in every log of it, but TikTok counts nothing: neither a page view nor a conversion.',
  mend:
    "Let the requests to TikTok's hosts pass as they are: in a service worker, answer only requests to the site's own origin; do not " +
    'replace navigator.sendBeacon or Image; look for a plugin that delays or blocks marketing scripts.',
  source:
    'Measured on SDK builds of 2024 to 2026: each call is a request of its own, except a repeated page() on one URL and what is ' +
    'called without consent',
  messages,
  check(evidence, target) {
    if (!sdkRan(evidence)) return { inapplicable: 'The SDK did not run: see pixel/sdk-loads' };
    const unpaid = eventCallStates(evidence).filter(isUnpaid);
    const own = unpaid.filter((state) => !isReported(state, evidence, target));
    if (own.length === 0 && unpaid.length > 0)
      return { inapplicable: 'Other rules report why nothing was sent, such as event/expected' };
    const pages = Map.groupBy(own, ({ event: { page }, isSent, missedPixels }) =>
      JSON.stringify([pathOf(page), isSent, missedPixels]),
    );
    return [...pages.values()].map((lost) => toFinding(lost, evidence));
  },
});

function toFinding(lost: readonly EventCallState[], evidence: Evidence): Found {
  const [{ document, event, isSent, missedPixels }] = lost as [EventCallState];
  const { page, place } = event;
  const names = lost.map((state) => state.event.event);
  const args = { events: listed(names), page: pathOf(page) };
  const about = { event: event.event, page };
  return isSent
    ? absent('lost-for-pixel', place, { args: { ...args, pixels: listed(missedPixels) }, ...about })
    : absent('lost', place, { args: { ...args, reason: lossOn(document, evidence) }, ...about });
}

/** Whether another rule says why, or the page was gone before the SDK could send. */
function isReported({ document, event }: EventCallState, evidence: Evidence, target: Target): boolean {
  const grant = answerOf(evidence, 'granted');
  return (
    isLeftAtOnce(document, evidence) ||
    refusals(evidence).some((refusal) => refusal.document === document) ||
    silentPages(evidence, target).documents.includes(document) ||
    (grant !== undefined && keptBack(grant, evidence).includes(event)) ||
    causesIn([expected], evidence, target).some(
      ({ finding }) => finding.code === 'not-sent' && finding.event === event.event,
    )
  );
}

/**
 * Whether a page went on by itself: sending waits until the identity is hashed, for which a script has to come first. Where the
 * visitor did something, the recorder had waited for that; and where something was sent, it had come.
 */
function isLeftAtOnce(document: DocumentRecord, evidence: Evidence): boolean {
  const end = endOf(document, evidence);
  const isActedOn = evidence.steps.some(
    ({ at, text }) => at >= document.at && at < end && !/^\{"(waitFor|fill)"/.test(text),
  );
  return end !== Number.POSITIVE_INFINITY && !isActedOn && !hasSent(document, evidence);
}
