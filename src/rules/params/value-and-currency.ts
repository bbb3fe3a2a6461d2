import { needsRevenue, revenueProblems } from '../../tiktok/revenue.ts';
import { siteEvents } from '../../views/events.ts';
import { finding, shown } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const valueAndCurrency = defineRule({
  id: 'params/value-and-currency',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'A purchase carries a numeric value and a currency, and no event carries one without the other',
  why: 'Without both, revenue is reported as 0, and value-based bidding learns nothing.',
  fix: "Pass the order's total as a number and an ISO 4217 code: { value: 59.98, currency: 'USD' }.",
  source:
    'TikTok help centre, "Parameters"; SDK diagnostics MISSING_VALUE_PARAMETER, MISSING_CURRENCY_PARAMETER, INVALID_*',
  messages: {
    'no-value': ({ event }: Args<'event'>) => `${event} carries no value`,
    'no-currency': ({ event }: Args<'event'>) => `${event} carries no currency`,
    'bad-value': ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries the value ${found}, which is not a number`,
  },
  check(evidence) {
    const events = siteEvents(evidence).filter(({ canonical, properties }) =>
      needsRevenue(canonical, properties),
    );
    if (events.length === 0) return { inapplicable: 'No event carried or needed a value' };
    return events.flatMap(({ event, canonical, properties, page, place }) =>
      revenueProblems(canonical, properties)
        // Left to params/currency-iso-4217 and params/currency-supported.
        .filter((code) => code !== 'bad-currency')
        .map((code) =>
          finding(code, place, {
            args: { event, found: shown(properties.value) },
            event,
            page,
            about: { parameter: code === 'no-currency' ? 'currency' : 'value' },
          }),
        ),
    );
  },
});
