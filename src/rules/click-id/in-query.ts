import { hopsOf, hopTable, lostOnTheWay, restoredAfter, withoutClickId } from '../../views/hops.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const inQuery = defineRule({
  id: 'click-id/in-query',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'The click id is in the query string of the landing page',
  why:
    'Servers never see the part behind the #, so only scripts can pass the id on. SDK builds before 2026 do not read it there, and ' +
    'newer ones only if it is not the first parameter. An id that a redirect dropped and the site restores, from a cookie or by ' +
    'script, is lost wherever the cookie is refused or the script comes after the first event.',
  fix: "Let every redirect keep the whole query string. Put ttclid before the #, in the ad's URL and in every redirect that adds the fragment.",
  source: 'Measured on SDK builds of 2024 to 2026: #a=1&ttclid=… is read since 2026, #ttclid=… is not',
  messages: {
    fragment: ({ url }: Args<'url'>) => `The landing page ${url} has ttclid only behind the #`,
    restored: ({ how, from, to, way = '' }: Args<'how' | 'from' | 'to', 'way'>) =>
      `The ${how} from ${from} to ${to} dropped ttclid; the site restored it, and every event of this visit carries it${way}`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const landing = hopsOf(evidence).at(-1);
    if (!landing) return { inconclusive: 'No page was reached' };
    const lost = lostOnTheWay(evidence);
    if (lost) return lost;
    const restored = restoredAfter(evidence);
    if (restored) {
      const { stop, before } = restored;
      const args = {
        how: stop.how,
        from: before ? withoutClickId(before.url) : 'the ad',
        to: withoutClickId(stop.url),
        way: `\n${hopTable(hopsOf(evidence))}`,
      };
      return [finding('restored', stop.place, { args, page: landing.url })];
    }
    if (landing.state !== 'fragment') return [];
    return [
      finding('fragment', landing.place, { args: { url: withoutClickId(landing.url) }, page: landing.url }),
    ];
  },
});
