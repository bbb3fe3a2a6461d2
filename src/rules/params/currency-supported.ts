import { isMissing, text } from '../../tiktok/pixel-request.ts';
import { currencyProblem } from '../../tiktok/revenue.ts';
import { propertiesOf, siteEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const currencySupported = defineRule({
  id: 'params/currency-supported',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'The currency is one that TikTok supports',
  why: 'ISO 4217 has more currencies than TikTok supports: in the others no revenue is reported.',
  fix: "Convert the value to a currency on TikTok's list, for example that of the ad account, for browser and server alike.",
  source: 'TikTok help centre, "Parameters": 62 currencies; read in SDK builds since 2025-08: 77',
  messages: {
    unsupported: ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries the currency ${found}, in which TikTok counts no revenue`,
  },
  check(evidence) {
    const given = siteEvents(evidence).map((event) => ({ event, currency: propertiesOf(event).currency }));
    const codes = given.filter(
      ({ currency }) => !isMissing(currency) && currencyProblem(currency) !== 'no-code',
    );
    if (codes.length === 0) return { inapplicable: 'No event carried an ISO 4217 currency' };
    return codes
      .filter(({ currency }) => currencyProblem(currency) === 'unsupported')
      .map(({ event: { event, page, place }, currency }) =>
        finding('unsupported', place, {
          args: { event, found: text(currency) },
          event,
          page,
          about: { parameter: 'currency' },
        }),
      );
  },
});
