import { knownConversions } from '../../views/identify-calls.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const identifyBeforeConversion = defineRule({
  id: 'order/identify-before-conversion',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'messages'],
  title: 'A page that identifies the customer does so before the conversion',
  why: 'A conversion tracked before ttq.identify is sent without the customer, and is matched to fewer people.',
  fix: 'Call ttq.identify({ email, phone_number }) before ttq.track. If the data comes later, let the conversion wait for it.',
  source:
    'TikTok help centre, "Advanced Matching": identify first; measured: once the SDK runs, an event is sent with the identity known at that time',
  messages: {
    late: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked on ${page} before ttq.identify, and was sent without the customer`,
  },
  check(evidence) {
    const conversions = knownConversions(evidence);
    if (!Array.isArray(conversions)) return conversions;
    // A page without identify is left to order/identify-on-each-conversion-page.
    const judged = conversions.filter(({ identified }) => identified !== 'missing' && identified !== 'empty');
    if (judged.length === 0)
      return {
        inapplicable: 'No conversion page called ttq.identify: see order/identify-on-each-conversion-page',
      };
    return judged
      .filter(({ identified }) => identified === 'late')
      .map(({ event: { event, page }, place }) =>
        finding('late', place, { args: { event, page: pathOf(page) }, event, page }),
      );
  },
});
