import { BEGIN_LOGGED_IN, isLogin } from '../../evidence/login.ts';
import { hopsOf, hopTable, lossOf, withoutClickId } from '../../views/hops.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const survivesRedirects = defineRule({
  id: 'click-id/survives-redirects',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['arrival'],
  title: 'The click id reaches the landing page through every redirect',
  why:
    'A sale whose landing page had no ttclid is not credited to the ad that was clicked. Nothing is lost if the site puts it back ' +
    'into the URL before the pixel reads it, and every event of browser and server carries it: then click-id/in-query mentions the ' +
    'redirect. After some redirects the SDK finds it in the referrer, but browsers and sites often cut the referrer.',
  fix: 'Let the redirect named here keep the whole query string, unchanged.',
  source:
    'TikTok help centre, "About TikTok click ID"; measured: a redirect that drops the parameter loses it',
  messages: {
    dropped: ({ how, from, to, way = '', wall }: Args<'how' | 'from' | 'to', 'way' | 'wall'>) =>
      `The ${how} from ${from} to ${to} dropped ttclid${wall === undefined ? '' : `. ${wall} looks like a login: ${BEGIN_LOGGED_IN}`}${way}`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const stops = hopsOf(evidence);
    if (stops.length === 0) return { inconclusive: 'No page was reached' };
    const loss = lossOf(evidence);
    if (loss?.rule !== 'click-id/survives-redirects') return [];
    if (loss.wall !== undefined)
      return {
        inconclusive: `The ad led to ${pathOf(loss.wall)}, which the target excludes, and the click id was lost there: start the visit logged in, with setup or storageState`,
      };
    if (loss.unseen) return loss.unseen;
    const { stop, before, landing } = loss;
    const args = {
      how: stop.how,
      from: before ? withoutClickId(before.url) : 'the ad',
      to: withoutClickId(stop.url),
      way: `\n${hopTable(stops)}`,
      ...(isLogin(landing.url) ? { wall: pathOf(landing.url) } : {}),
    };
    return [finding('dropped', stop.place, { args, page: landing.url })];
  },
});
