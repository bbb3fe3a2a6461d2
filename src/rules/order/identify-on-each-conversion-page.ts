import { identifyingCalls, knownConversions } from '../../views/identify-calls.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const identifyOnEachConversionPage = defineRule({
  id: 'order/identify-on-each-conversion-page',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'steps', 'messages'],
  title: 'Each page on which a known customer converts calls ttq.identify with e-mail or phone',
  why: 'The SDK forgets the identity at every navigation. A conversion tracked without it is matched to fewer people.',
  fix: 'Call ttq.identify({ email, phone_number }) on the conversion page as well, before ttq.track.',
  source:
    'TikTok help centre, "Advanced Matching"; measured: an identity is kept in the memory of its page and is gone on the next page',
  messages: {
    missing: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked on ${page} without ttq.identify before it`,
    empty: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked on ${page} after a ttq.identify that gave neither email nor phone_number`,
  },
  check(evidence) {
    const conversions = knownConversions(evidence);
    if (!Array.isArray(conversions)) return conversions;
    const findings = conversions.flatMap(({ event: { event, page }, identified, place }) =>
      identified === 'missing' || identified === 'empty'
        ? [finding(identified, place, { args: { event, page: pathOf(page) }, event, page })]
        : [],
    );
    if (findings.length > 0 && identifyingCalls(evidence).length === 0)
      return { inapplicable: 'No page identified the customer at all: see identity/called' };
    return findings;
  },
});
