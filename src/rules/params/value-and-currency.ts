import { type SiteEvent, siteEvents } from '../../evidence/events.ts';
import { isSupportedCurrency } from '../../tiktok/currencies.ts';
import { finding } from '../finding.ts';
import type { Rule } from '../rule.ts';

export const valueAndCurrency: Rule = {
  id: 'params/value-and-currency',
  severity: 'critical',
  title:
    'A purchase carries a value and a currency that TikTok counts; no event carries one without the other',
  why: 'Without both the revenue is reported as 0, and value-based bidding learns nothing.',
  mend: "Pass the order's total as a number and an ISO 4217 code: { value: 59.98, currency: 'USD' }.",
  source:
    'TikTok help centre, "Parameters"; SDK diagnostics MISSING_VALUE_PARAMETER, MISSING_CURRENCY_PARAMETER, INVALID_*',
  messages: {
    'no-value': ({ event }) => `${event} carries no value`,
    'no-currency': ({ event }) => `${event} carries no currency`,
    'bad-value': ({ event, found }) => `${event} carries the value ${found}, which is not a number`,
    'bad-currency': ({ event, found }) =>
      `${event} carries the currency ${found}, which TikTok does not count`,
  },
  check(evidence) {
    const events = siteEvents(evidence).filter(
      ({ canonical, properties }) => canonical === 'Purchase' || given(properties),
    );
    if (events.length === 0) return { inapplicable: 'No event carried or needed a value' };
    return events.flatMap((event) =>
      problems(event).map((code) => {
        const { value, currency } = event.properties;
        const found = JSON.stringify(code === 'bad-value' ? value : currency) ?? 'nothing';
        return finding(code, event.place, {
          args: { event: event.event, found },
          event: event.event,
          page: event.page,
        });
      }),
    );
  },
};

function given({ value, currency }: Record<string, unknown>): boolean {
  return !isMissing(value) || !isMissing(currency);
}

function problems({ properties: { value, currency } }: SiteEvent): string[] {
  const codes: string[] = [];
  if (isMissing(value)) codes.push('no-value');
  else if (!isAmount(value)) codes.push('bad-value');
  if (isMissing(currency)) codes.push('no-currency');
  else if (typeof currency !== 'string' || !isSupportedCurrency(currency)) codes.push('bad-currency');
  return codes;
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** As the SDK's own check has it: a number, or text that is one. */
function isAmount(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value));
}
