import { changeOf } from '../../tiktok/click-id.ts';
import { carriesEarlierClickId, serverEventsWithout } from '../../views/click-ids.ts';
import { arrivalDocuments, landedClickId } from '../../views/documents.ts';
import { receivedEvents } from '../../views/events.ts';
import { lostOnTheWay } from '../../views/hops.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { SERVER_SENDS_CLICK_ID } from '../scenarios.ts';

export const reachesEventsApi = defineRule({
  id: 'click-id/reaches-events-api',
  severity: 'critical',
  scenarios: SERVER_SENDS_CLICK_ID,
  needs: ['server'],
  // The server is given what the pixel stores on the landing page.
  yieldsTo: [{ rule: 'pixel/on-every-page', yielding: ['missing'], sharing: ['landing'] }],
  title: "The server's events carry the click id",
  why: 'When the browser blocks the pixel, only the click id in the server event ties the sale to the ad.',
  fix:
    'When the visitor lands, store ttclid on the server with the session, and send it as user.ttclid. If a cache answers for the ' +
    "landing page, the server never sees ttclid; if the cached HTML contains it, everybody gets the first visitor's. In either case, " +
    'let the browser pass it to the server. A request that another site posts, such as the return from a bank, carries no cookies ' +
    'with SameSite=Lax: store the id with the order before.',
  source: 'TikTok Events API reference: user.ttclid, as landed',
  messages: {
    missing: ({ event }: Args<'event'>) => `${event} reached the Events API without ttclid`,
    other: ({ event, change }: Args<'event' | 'change'>) =>
      `${event} reached the Events API with a ttclid that is not the ad's: ${change}`,
  },
  check(evidence) {
    const { clickId: ad } = evidence;
    if (ad === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    if (receivedEvents(evidence).length === 0) return { inapplicable: 'The server sent no event' };
    const wrong = serverEventsWithout(evidence).filter(({ user }) => !carriesEarlierClickId(user, evidence));
    // The server can only pass on what it received.
    const lost = lostOnTheWay(evidence);
    const landed = landedClickId(evidence);
    const landing = arrivalDocuments(evidence).at(-1);
    const about = landing ? { landing: landing.id } : {};
    if (lost && wrong.every(({ user }) => user.clickId === '' || user.clickId === landed)) return lost;
    return wrong.map(({ event, place, page, user: { clickId } }) =>
      clickId
        ? finding('other', place, { args: { event, change: changeOf(ad, clickId) }, event, page })
        : finding('missing', place, { args: { event }, event, page, about }),
    );
  },
});
