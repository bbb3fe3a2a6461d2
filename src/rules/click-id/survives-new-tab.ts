import { serverEventsWithout } from '../../views/click-ids.ts';
import { receivedEvents } from '../../views/events.ts';
import { lostOnTheWay } from '../../views/hops.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { RETURNING } from '../scenarios.ts';

export const survivesNewTab = defineRule({
  id: 'click-id/survives-new-tab',
  severity: 'critical',
  scenarios: RETURNING,
  needs: ['tabs', 'server'],
  title: 'A visitor who comes back in a new tab still has the click id on the server',
  why:
    "Many visitors buy on a later visit, within the click window. By then the pixel has forgotten the click: only the site's own " +
    'storage ties the sale to the ad.',
  fix: "Keep ttclid in a first-party cookie set by the server, or in the customer's record, and do not clear it on a visit without ttclid in its URL.",
  source:
    'TikTok help centre: a click counts for 1 to 28 days, 7 by default; measured: the SDK keeps the id only for one tab',
  messages: {
    missing: ({ event }: Args<'event'>) =>
      `${event} reached the Events API without the ttclid of the earlier ad click, after the visitor came back in a new tab`,
    other: ({ event }: Args<'event'>) =>
      `${event} reached the Events API with a ttclid that is not the one of the earlier ad click, after the visitor came back in a new tab`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    if (!evidence.documents.some(({ tab }) => tab > 0)) return { inconclusive: 'No second tab was opened' };
    if (receivedEvents(evidence).length === 0)
      return {
        inapplicable: "The server sent no event, and the pixel's events cannot carry it in a new tab",
      };
    const wrong = serverEventsWithout(evidence);
    const lost = lostOnTheWay(evidence);
    if (lost && wrong.length > 0) return lost;
    return wrong.map(({ event, place, page, user }) =>
      finding(user.clickId ? 'other' : 'missing', place, { args: { event }, event, page }),
    );
  },
});
