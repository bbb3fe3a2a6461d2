import { arrivalDocuments } from '../../evidence/documents.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { clickIdIn } from '../../tiktok/click-id.ts';
import { finding } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const survivesRedirects: Rule = {
  id: 'click-id/survives-redirects',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  title: 'The click id reaches the landing page through every redirect',
  why: 'A sale whose landing page had no ttclid is not credited to the ad that was clicked.',
  mend: 'Let the redirect that is named keep the whole query string, unchanged.',
  source:
    'TikTok help centre, "About TikTok click ID"; measured: a redirect that drops the parameter loses it',
  messages: {
    dropped: ({ how, from, to }) => `The ${how} from ${from} to ${to} dropped ttclid`,
    altered: ({ how, from, to, change }) =>
      `The ${how} from ${from} to ${to} changed the value of ttclid: ${change}`,
  },
  check(evidence) {
    const { clickId } = evidence;
    if (clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const stops = stopsOf(evidence);
    if (stops.length === 0) return { inconclusive: 'No page was reached' };
    const landing = stops.at(-1)!;
    if (clickIdIn(landing.url) === clickId) return [];
    const index = stops.findIndex(({ url }) => clickIdIn(url) !== clickId);
    const guilty = stops[index]!;
    const from = stops[index - 1]?.url ?? 'the ad';
    const found = clickIdIn(guilty.url);
    const code = found === undefined ? 'dropped' : 'altered';
    const args = {
      how: guilty.how,
      from: withoutClickId(from),
      to: withoutClickId(guilty.url),
      change: found === undefined ? '' : changeOf(clickId, found),
    };
    return [finding(code, guilty.place, { args, page: landing.url })];
  },
};

/** Every URL on the way from the ad to the landing page, and how the visitor got to it. */
function stopsOf(evidence: Evidence): { url: string; how: string; place: string }[] {
  return arrivalDocuments(evidence).flatMap((document) => {
    const place = `/documents/${evidence.documents.indexOf(document)}`;
    const how = document.via === 'goto' ? 'ad' : `${document.via} redirect`;
    if (document.hops.length === 0) return [{ url: document.url, how, place }];
    return document.hops.map((hop, index) => {
      const answered = document.hops[index - 1]?.status;
      return {
        url: hop.url,
        how: answered === undefined ? how : `${answered} redirect`,
        place: `${place}/hops/${index}`,
      };
    });
  });
}

function withoutClickId(url: string): string {
  return url.replace(/(ttclid=)[^&#]+/g, '$1…');
}

function changeOf(clickId: string, found: string): string {
  if (found.toLowerCase() === clickId.toLowerCase()) return 'upper and lower case were changed';
  if (clickId.startsWith(found)) return `it was cut from ${clickId.length} to ${found.length} characters`;
  return 'it is another one';
}
