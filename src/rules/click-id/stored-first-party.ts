import { keptClickIds, mayBeKeyTo, serverEventsWithout } from '../../views/click-ids.ts';
import { receivedEvents } from '../../views/events.ts';
import { lostOnTheWay } from '../../views/hops.ts';
import { absent, finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { CLICK_ID_KEPT } from '../scenarios.ts';

const DAYS = 7;
const DAY = 86_400;

export const storedFirstParty = defineRule({
  id: 'click-id/stored-first-party',
  severity: 'minor',
  // Rules about the server judge what a later visit finds; under GPC, nothing may be stored.
  scenarios: CLICK_ID_KEPT,
  needs: ['pages', 'server', 'cookies'],
  title: 'The site stores the click id itself, for at least the click window',
  why:
    "TikTok's own ttclid cookie expires after one day, and the SDK remembers the id for one tab only. A visitor who buys next week is " +
    'tied to the click only by what the site stored.',
  fix: `Keep ttclid for ${DAYS} days or more in a cookie that the server sets on the landing page: browsers shorten the lifetime of cookies set by scripts there.`,
  source:
    'TikTok help centre: a click counts for 1 to 28 days, 7 by default; measured: the ttclid cookie expires after a day and is never read back',
  messages: {
    nowhere: () => `Neither a cookie of the site nor its localStorage keeps the click id for ${DAYS} days`,
    short: ({ cookie, life }: Args<'cookie' | 'life'>) => `The cookie ${cookie} keeps the click id ${life}`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const lost = lostOnTheWay(evidence);
    if (lost) return lost;
    // Only the server can make use of it.
    if (receivedEvents(evidence).length === 0) return { inapplicable: 'The server sent no event' };
    if (serverEventsWithout(evidence).length > 0)
      return { inapplicable: "The server's events lack it from the start: see click-id/reaches-events-api" };
    const then = Date.parse(evidence.startedAt) / 1000 + DAYS * DAY;
    const kept = keptClickIds(evidence);
    if (kept.some(({ cookie }) => !cookie || cookie.expires >= then)) return [];
    if (evidence.cookies.some((cookie) => mayBeKeyTo(cookie, then)))
      return { inapplicable: 'A cookie set by the server may be the key to a click id stored there' };
    const short = kept.find(({ cookie }) => cookie && cookie.name !== 'ttclid');
    if (!short?.cookie) return [absent('nowhere', '/cookies')];
    const { name, expires } = short.cookie;
    const hours = Math.round((expires - Date.parse(evidence.startedAt) / 1000) / 3600);
    const life = expires < 0 ? 'only until the browser is closed' : `for only ${hours} hours`;
    return [finding('short', short.place, { args: { cookie: name, life } })];
  },
});
