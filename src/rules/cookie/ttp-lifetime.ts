import { visitorSites } from '../../views/visitor-cookie.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { COOKIES_KEPT } from '../scenarios.ts';

const DAY = 86_400;

/** Browsers that limit cookies set by scripts expire them after this long. Anything shorter is the site's doing. */
const FEWEST_DAYS = 7;

export const ttpLifetime = defineRule({
  id: 'cookie/ttp-lifetime',
  severity: 'minor',
  scenarios: COOKIES_KEPT,
  needs: ['cookies', 'messages'],
  title: 'The _ttp cookie is kept for at least a week',
  why: 'TikTok gives it 13 months. A visitor whose cookie has expired by the next visit counts as a new one.',
  fix: 'Do not let a consent tool, script or server of the site set _ttp again with a shorter lifetime, or as a session cookie.',
  source: 'TikTok help centre: _ttp expires after 13 months; measured: 390 days',
  messages: {
    session: ({ domain }: Args<'domain'>) =>
      `The _ttp cookie of ${domain} expires when the browser is closed`,
    short: ({ domain, hours }: Args<'domain' | 'hours'>) =>
      `The _ttp cookie of ${domain} expires after ${hours} hours`,
  },
  check(evidence) {
    const sites = visitorSites(evidence).filter(({ cookies }) => cookies.length > 0);
    if (sites.length === 0) return { inapplicable: 'There is no _ttp cookie: see cookie/ttp-set' };
    const now = (Date.parse(evidence.startedAt) + evidence.duration) / 1000;
    return sites.flatMap(({ domain, cookies, page }) => {
      const longest = cookies.toSorted((a, b) => b.cookie.expires - a.cookie.expires)[0]!;
      const left = longest.cookie.expires - now;
      if (left >= FEWEST_DAYS * DAY) return [];
      const { cookie, place } = longest;
      return [
        cookie.expires < 0
          ? finding('session', place, { args: { domain }, page })
          : finding('short', place, { args: { domain, hours: Math.round(left / 3600) }, page }),
      ];
    });
  },
});
