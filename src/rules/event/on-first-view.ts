import { isConversion } from '../../tiktok/event-names.ts';
import { siteEvents } from '../../views/events.ts';
import { trackedLate } from '../../views/seen-again.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS_THROUGHOUT } from '../scenarios.ts';

export const onFirstView = defineRule({
  id: 'event/on-first-view',
  severity: 'critical',
  scenarios: PIXEL_RUNS_THROUGHOUT,
  needs: ['calls', 'steps', 'consent'],
  title: 'A conversion is tracked on the first view of its page, not only on a later one',
  why: 'Few visitors reload a thank-you page or come back to it: the conversions of all the others are missing.',
  fix:
    'Track the conversion on the first view of its page. Look for what prevents it there: data that the page has only on its second ' +
    'render, or a guard against repeats that is set before the event is tracked.',
  source: 'The steps of the visit: nothing that could be a conversion was done between the two views',
  messages: {
    reload: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked only when ${page} was reloaded, not on the first view of the page`,
    return: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked only when the visitor came back to ${page}, not on the first view of the page`,
  },
  check(evidence) {
    if (!siteEvents(evidence).some(({ event }) => isConversion(event)))
      return { inapplicable: 'No conversion was tracked' };
    return trackedLate(evidence).map(({ event: { event, page, place }, by }) =>
      finding(by, place, { args: { event, page: pathOf(page) }, event, page }),
    );
  },
});
