import { fateOf } from '../../tiktok/click-id.ts';
import { carriesClickId, pagesOfClick } from '../../views/click-ids.ts';
import { arrivalDocuments, urlAt } from '../../views/documents.ts';
import { hopsOf, hopTable, lostOnTheWay, withoutClickId } from '../../views/hops.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const landingHasIt = defineRule({
  id: 'click-id/landing-has-it',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'pages', 'messages'],
  title: 'The landing page still has the click id in its URL when the pixel loads',
  why: 'The SDK reads ttclid from the URL when it starts. If a router or script has removed it by then, the SDK never sees it.',
  fix: 'Clean up the address bar only after the pixel has sent its first event, or let the router keep the query string.',
  source: 'Measured on SDK builds of 2024 to 2026: ttclid is read from the URL when the SDK mounts',
  messages: {
    removed: ({ from, to, way = '' }: Args<'from' | 'to', 'way'>) =>
      `The landing page had removed ttclid from its URL before the pixel loaded: ${from} had become ${to}${way}`,
    altered: ({ from, to, change, way = '' }: Args<'from' | 'to' | 'change', 'way'>) =>
      `The landing page had changed ttclid in its URL before the pixel loaded: ${from} had become ${to}; ${change}${way}`,
  },
  check(evidence) {
    const { clickId } = evidence;
    if (clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const lost = lostOnTheWay(evidence);
    if (lost) return lost;
    const landing = arrivalDocuments(evidence).at(-1);
    if (!landing) return { inconclusive: 'No page was reached' };
    if (landing.mountedAt === undefined) return { inapplicable: 'The SDK did not run on the landing page' };
    const url = urlAt(landing, landing.mountedAt, evidence);
    const { state, change } = fateOf(clickId, url);
    // If events carry it, it was read in time, from wherever.
    const isCarried = pagesOfClick(evidence).some(({ events }) =>
      events.some((event) => carriesClickId(event, evidence)),
    );
    if (state === 'alive' || isCarried || url === landing.url) return [];
    const place = `/documents/${evidence.documents.indexOf(landing)}`;
    const stops = [...hopsOf(evidence), { url, how: 'script of the page', state, change, place }];
    const args = {
      from: withoutClickId(landing.url),
      to: withoutClickId(url),
      change,
      way: `\n${hopTable(stops)}`,
    };
    return [finding(state === 'dropped' ? 'removed' : 'altered', place, { args, page: landing.url })];
  },
});
