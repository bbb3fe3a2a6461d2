import { carriesEarlierClickId, pagesOfClick } from '../../views/click-ids.ts';
import { arrivalDocuments } from '../../views/documents.ts';
import { receivedEvents } from '../../views/events.ts';
import { lostOnTheWay } from '../../views/hops.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { SECOND_CLICK } from '../scenarios.ts';

export const newestWins = defineRule({
  id: 'click-id/newest-wins',
  severity: 'critical',
  scenarios: SECOND_CLICK,
  needs: ['tabs', 'arrival', 'messages'],
  title: 'After a second ad click, events carry the second click id',
  why: "With the older id the sale is credited to the wrong ad, or to none if that ad's click window is over.",
  fix: 'Overwrite the stored click id whenever a URL brings a new one.',
  source:
    'TikTok Events API reference: user.ttclid, as landed; measured: in a new tab the SDK sends the id of the URL',
  messages: {
    server: ({ event }: Args<'event'>) =>
      `${event} reached the Events API with the ttclid of an earlier ad click`,
    pixel: ({ events, page }: Args<'events' | 'page'>) =>
      `From ${page} on, the pixel's events carry the ttclid of an earlier ad click, in another tab: ${events}`,
  },
  check(evidence) {
    if (evidence.earlierClickId === undefined) return { inapplicable: 'The visitor clicked only one ad' };
    const lost = lostOnTheWay(evidence);
    if (lost) return lost;
    const [landing] = arrivalDocuments(evidence);
    if (!landing) return { inconclusive: 'No page was reached' };
    const server = receivedEvents(evidence)
      .filter(({ at, user }) => at >= landing.at && carriesEarlierClickId(user, evidence))
      .map(({ event, place, page }) => finding('server', place, { args: { event }, event, page }));
    const old = pagesOfClick(evidence).flatMap(({ events }) =>
      events.filter((event) => carriesEarlierClickId(event, evidence)),
    );
    const [first] = old;
    if (!first) return server;
    const args = { events: listed(old.map(({ event }) => event)), page: pathOf(first.page) };
    return [finding('pixel', first.place, { args, event: first.event, page: first.page }), ...server];
  },
});
