import { siteEvents } from '../../views/events.ts';
import { isEarnedByAct, trackedOnLoad } from '../../views/on-load.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const notOnLoad = defineRule({
  id: 'event/not-on-load',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'steps', 'messages'],
  yieldsTo: [{ rule: 'event/unexpected', sharing: ['event'] }],
  title: 'A conversion is tracked when the visitor completes it, not when its page opens',
  why: 'Everyone who merely opens the page counts: the campaign looks for people who only look, and pays for conversions that nobody made.',
  fix: 'Track the conversion in the handler of the button or form, once the visitor has acted, or on the page that follows a successful submission.',
  source: 'TikTok help centre, "Supported standard events": each is defined by what the visitor does',
  messages: {
    form: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked when ${page} opened, before the visitor had entered their details`,
    button: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked when ${page} opened to show the product, before the visitor had clicked anything there`,
  },
  stakes: ({ place }) => [place],
  check(evidence) {
    if (!siteEvents(evidence).some(isEarnedByAct))
      return { inapplicable: 'No event was of a kind that a button or a form triggers' };
    return trackedOnLoad(evidence).map(({ kind, event: { event, page, place } }) =>
      finding(kind, place, { args: { event, page: pathOf(page) }, event, page, about: { early: place } }),
    );
  },
});
