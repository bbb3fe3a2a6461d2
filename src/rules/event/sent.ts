import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import { endOf, hasSent, sdkRan } from '../../views/documents.ts';
import { type EventCallState, eventCallStates, isUnpaid } from '../../views/owed.ts';
import { isOneOf } from '../../views/steps.ts';
import { absent, listed, pathOf } from '../finding.ts';
import { lossOn } from '../loss.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { silentPages, toSilence } from '../silent-pages.ts';

const messages = {
  lost: ({ events, page, reason }: Args<'events' | 'page' | 'reason'>) =>
    `${events} on ${page} did not reach TikTok: ${reason}`,
  'lost-for-pixel': ({ events, page, pixels }: Args<'events' | 'page' | 'pixels'>) =>
    `${events} on ${page} did not reach pixel ${pixels}, which the page has loaded, but did reach another pixel`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const sent = defineRule({
  id: 'event/sent',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'pages', 'messages'],
  yieldsTo: [
    ...toSilence(),
    { rule: 'pixel/not-blocked', sharing: ['document'] },
    { rule: 'consent/released-after-grant', sharing: ['held'] },
    { rule: 'event/expected', to: ['not-sent', 'not-for-pixel'], sharing: ['event'] },
  ],
  title: 'Every ttq call on a page reaches TikTok, whether or not the journey expects it',
  why: 'The call looks right in the page and in its logs, but TikTok counts nothing: no page view and no conversion.',
  fix:
    "Let requests to TikTok's hosts pass unchanged. In a service worker, answer only requests to the site's own origin. In a test of your own, " +
    'let page.route continue them. Do not replace navigator.sendBeacon or Image, and look for a plugin that delays or blocks marketing scripts.',
  source:
    'Measured on SDK builds of 2024 to 2026: each call sends its own request, except a repeated page() on one URL and calls made without consent',
  messages,
  stakes: ({ place }) => [place],
  check(evidence) {
    if (!sdkRan(evidence)) return { inapplicable: 'The SDK did not run: see pixel/sdk-loads' };
    const unpaid = eventCallStates(evidence).filter(isUnpaid);
    const judged = unpaid.filter(({ document }) => !isLeftAtOnce(document, evidence));
    if (judged.length === 0 && unpaid.length > 0)
      return { inapplicable: 'Every page from which something was not sent was left at once' };
    return judged.map((state) => toFinding(state, evidence));
  },
  group(findings) {
    const pages = Map.groupBy(findings, ({ code, args }) =>
      JSON.stringify([code, args.page, 'pixels' in args ? args.pixels : '']),
    );
    return [...pages.values()].map(inOne);
  },
});

function inOne(same: readonly Found[]): Found {
  const first = same[0]!;
  const events = listed(same.map(({ args }) => String(args.events)));
  return first.code === 'lost'
    ? { ...first, args: { ...first.args, events } }
    : { ...first, args: { ...first.args, events } };
}

function toFinding({ document, event, isSent, missedPixels }: EventCallState, evidence: Evidence): Found {
  const { page, place } = event;
  const args = { events: event.event, page: pathOf(page) };
  const about = { page: silentPages([document], evidence), document: document.id, held: place };
  const details = { event: event.event, page, about };
  return isSent
    ? absent('lost-for-pixel', place, { args: { ...args, pixels: listed(missedPixels) }, ...details })
    : absent('lost', place, { args: { ...args, reason: lossOn(document, evidence) }, ...details });
}

/**
 * Whether a page moved on without the visitor: sending waits until the identity is hashed, for which a script has to load first.
 * Before an action of the visitor the recorder had waited for that, and if anything was sent, it had loaded.
 */
function isLeftAtOnce(document: DocumentRecord, evidence: Evidence): boolean {
  const end = endOf(document, evidence);
  const isActedOn = evidence.steps.some(
    (step) => step.at >= document.at && step.at < end && !isOneOf(step, 'waitFor', 'wait', 'fill', 'type'),
  );
  return end !== Number.POSITIVE_INFINITY && !isActedOn && !hasSent(document, evidence);
}
