import { hopsOf, lostOnTheWay, withoutClickId } from '../../views/hops.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const inQuery = defineRule({
  id: 'click-id/in-query',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'The click id is in the query string of the landing page, not behind the #',
  why:
    'Servers never see the part behind the #, so only scripts can pass the id on. SDK builds before 2026 do not read it there, and ' +
    'newer ones only if it is not the first parameter.',
  fix: "Put ttclid before the #, in the ad's URL and in every redirect that adds the fragment.",
  source: 'Measured on SDK builds of 2024 to 2026: #a=1&ttclid=… is read since 2026, #ttclid=… is not',
  messages: {
    fragment: ({ url }: Args<'url'>) => `The landing page ${url} has ttclid only behind the #`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const landing = hopsOf(evidence).at(-1);
    if (!landing) return { inconclusive: 'No page was reached' };
    const lost = lostOnTheWay(evidence);
    if (lost) return lost;
    if (landing.state !== 'fragment') return [];
    return [
      finding('fragment', landing.place, { args: { url: withoutClickId(landing.url) }, page: landing.url }),
    ];
  },
});
