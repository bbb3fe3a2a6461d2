import { isMissing } from '../../tiktok/pixel-request.ts';
import { currencyProblem } from '../../tiktok/revenue.ts';
import { propertiesOf, siteEvents } from '../../views/events.ts';
import { finding, shown } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const currencyIso4217 = defineRule({
  id: 'params/currency-iso-4217',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'The currency is an ISO 4217 code',
  why: 'TikTok cannot derive the currency from a symbol, a name or a number: the value is not counted.',
  fix: "Pass the three letters: currency: 'USD'. The pixel fixes lower case, but nothing else.",
  source: 'ISO 4217; SDK diagnostic INVALID_CURRENCY_CODE',
  messages: {
    'no-code': ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries the currency ${found}, which is not an ISO 4217 code`,
  },
  check(evidence) {
    const given = siteEvents(evidence).map((event) => ({ event, currency: propertiesOf(event).currency }));
    if (given.every(({ currency }) => isMissing(currency)))
      return { inapplicable: 'No event carried a currency' };
    return given
      .filter(({ currency }) => currencyProblem(currency) === 'no-code')
      .map(({ event: { event, page, place }, currency }) =>
        finding('no-code', place, {
          args: { event, found: shown(currency) },
          event,
          page,
          about: { parameter: 'currency' },
        }),
      );
  },
});
