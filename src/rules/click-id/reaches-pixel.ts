import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import { carriesClickId, carriesEarlierClickId, pagesOfClick } from '../../views/click-ids.ts';
import { arrivalDocuments } from '../../views/documents.ts';
import { lostOnTheWay } from '../../views/hops.ts';
import { isAct } from '../../views/steps.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const reachesPixel = defineRule({
  id: 'click-id/reaches-pixel',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['arrival', 'messages'],
  yieldsTo: [
    { rule: 'click-id/landing-has-it', sharing: [] },
    // A frame of another site sends them.
    { rule: 'pixel/on-every-page', to: ['in-frame'], sharing: ['page'] },
  ],
  title: "The pixel's events on the landing page carry the click id",
  why: 'The click id ties the event to the ad click, even if the browser refuses cookies.',
  fix:
    'Run the pixel in the landing page itself, and leave its events and its sessionStorage entry (tt_adInfo) alone: the SDK reads the ' +
    'id from there and from the URL, never from the cookie. A consent tool that opens the page again after the answer must keep the ' +
    'query: location.reload(), not location.pathname.',
  source: 'Measured on SDK builds of 2024 to 2026: context.ad.callback',
  messages: {
    missing: ({ event, page }: Args<'event' | 'page'>) => `${event} from ${page} carries no click id`,
    reloaded: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} from ${page} carries no click id: after the answer to the consent banner the landing page was opened again without ttclid`,
    other: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} from ${page} carries a click id that is not the ad's`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const lost = lostOnTheWay(evidence);
    if (lost) return lost;
    const [first] = pagesOfClick(evidence);
    if (!first) return { inapplicable: 'No event reached TikTok' };
    const landing = arrivalDocuments(evidence).at(-1);
    const isAgain = isLandingAgain(first.document, evidence);
    if (first.document !== landing && landing?.mountedAt === undefined && !isAgain)
      return { inapplicable: 'The pixel did not run on the landing page' };
    return first.events
      .filter((event) => !carriesClickId(event, evidence) && !carriesEarlierClickId(event, evidence))
      .map(({ event, page, place, clickId: found }) =>
        finding(found ? 'other' : isAgain ? 'reloaded' : 'missing', place, {
          args: { event, page: pathOf(page) },
          event,
          page,
          about: { page: [first.document.url] },
        }),
      );
  },
});

/** Whether a document followed the landing page because the visitor had agreed there, who has done nothing else since. */
function isLandingAgain({ at }: DocumentRecord, evidence: Evidence): boolean {
  const landing = arrivalDocuments(evidence).at(-1);
  const granted = evidence.consent.find(
    ({ answer, document }) => answer === 'granted' && document === landing?.id,
  );
  return (
    granted !== undefined &&
    granted.at < at &&
    !evidence.steps.some((step) => isAct(step) && step.at > granted.at && step.at < at)
  );
}
