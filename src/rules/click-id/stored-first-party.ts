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
  // What a later visit finds is asked of the server then; a visitor under GPC may be kept nothing of.
  scenarios: CLICK_ID_KEPT,
  needs: ['pages', 'server', 'cookies'],
  title: 'The site keeps the click id itself, for the click window at least',
  why: "TikTok's own ttclid cookie lives for one day and the SDK's memory for one tab: who buys next week is tied to the click by what the site has kept only.",
  fix: `Keep ttclid for ${DAYS} days or more in a cookie that the server sets on the landing page: browsers cut the life of those that a script sets there.`,
  source:
    'TikTok help centre: a click counts for 1 to 28 days, 7 by default; measured: the ttclid cookie lives for a day and is never read back',
  messages: {
    nowhere: () =>
      `No cookie of the site and nothing in its localStorage holds the click id for ${DAYS} days`,
    short: ({ cookie, life }: Args<'cookie' | 'life'>) => `The cookie ${cookie} holds the click id ${life}`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const lost = lostOnTheWay(evidence);
    if (lost) return lost;
    // Only the server can make use of it.
    if (receivedEvents(evidence).length === 0) return { inapplicable: 'The server sent no event' };
    if (serverEventsWithout(evidence).length > 0)
      return { inapplicable: "The server's events lack it at once: see click-id/reaches-events-api" };
    const then = Date.parse(evidence.startedAt) / 1000 + DAYS * DAY;
    const kept = keptClickIds(evidence);
    if (kept.some(({ cookie }) => !cookie || cookie.expires >= then)) return [];
    if (evidence.cookies.some((cookie) => mayBeKeyTo(cookie, then)))
      return { inapplicable: 'A cookie that the server has set may be the key to what it keeps' };
    const short = kept.find(({ cookie }) => cookie && cookie.name !== 'ttclid');
    if (!short?.cookie) return [absent('nowhere', '/cookies')];
    const { name, expires } = short.cookie;
    const hours = Math.round((expires - Date.parse(evidence.startedAt) / 1000) / 3600);
    const life = expires < 0 ? 'until the browser is closed only' : `for ${hours} hours only`;
    return [finding('short', short.place, { args: { cookie: name, life } })];
  },
});
