import { landedClickId } from '../../evidence/documents.ts';
import { receivedEvents } from '../../evidence/events.ts';
import { isStray, strayFields } from '../../evidence/layout.ts';
import { isClickId } from '../../tiktok/click-id.ts';
import { finding } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { SERVER_SENDS } from '../scenarios.ts';

export const reachesEventsApi: Rule = {
  id: 'click-id/reaches-events-api',
  severity: 'critical',
  scenarios: SERVER_SENDS,
  title: "The server's events carry the click id",
  why: 'Where the browser blocks the pixel, the click id in the server event is all that ties the sale to the ad.',
  mend: 'Store ttclid on the server when the visitor lands, with the session, and send it as user.ttclid.',
  source: 'TikTok Events API reference: user.ttclid, as landed',
  messages: {
    missing: ({ event }) => `${event} reached the Events API without ttclid`,
    other: ({ event }) => `${event} reached the Events API with a ttclid that is not the one of the ad`,
  },
  check(evidence) {
    const { clickId } = evidence;
    if (clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const events = receivedEvents(evidence);
    if (events.length === 0) return { inapplicable: 'The server sent no event' };
    const strays = strayFields(evidence);
    const wrong = events.filter(
      (event) =>
        !isClickId(event.user.clickId, clickId) && (event.user.clickId || !isStray('clickId', event, strays)),
    );
    const landed = landedClickId(evidence);
    // The server can only pass on what it was given.
    if (landed !== clickId && wrong.every(({ user }) => user.clickId === '' || user.clickId === landed)) {
      return { inapplicable: 'The click id was lost on the way: see click-id/survives-redirects' };
    }
    return wrong.map(({ event, place, page, user }) =>
      finding(user.clickId ? 'other' : 'missing', place, { args: { event }, event, page }),
    );
  },
};
