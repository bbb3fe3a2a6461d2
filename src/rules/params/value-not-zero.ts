import type { Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { isOrder, isSubscription } from '../../tiktok/event-names.ts';
import { hundredths, pricedContents } from '../../tiktok/order-value.ts';
import { propertiesOf, type SiteEvent, siteEvents } from '../../views/events.ts';
import { finding, shown } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { wantedValues } from '../wanted-values.ts';

export const valueNotZero = defineRule({
  id: 'params/value-not-zero',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'A purchase has a value above 0',
  why: 'A purchase with value 0 counts as one without revenue: return on ad spend is reported as 0, and bidding learns that buyers are worth nothing.',
  fix:
    'Read the total from the saved order, not from a cart that is already empty. If the order is free, send prices of 0 in its ' +
    'contents, or have the target expect that value.',
  source: 'TikTok help centre, "Parameters": value is the total of the order',
  messages: {
    zero: ({ event, found, sum = '' }: Args<'event' | 'found', 'sum'>) =>
      `${event} carries the value ${found}${sum ? `, though its contents cost ${sum}` : ''}`,
    negative: ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries the value ${found}, which is below 0`,
  },
  check(evidence, target) {
    const sales = siteEvents(evidence).filter(isSale);
    if (sales.length === 0) return { inapplicable: 'Nothing was bought' };
    return sales.flatMap((sale) => {
      const value = hundredths(propertiesOf(sale).value);
      if (value === undefined || value > 0 || isFree(sale, evidence, target)) return [];
      const { event, page, place } = sale;
      const sum = pricedContents(propertiesOf(sale))?.sum;
      const args = {
        event,
        found: shown(propertiesOf(sale).value),
        ...(sum && value === 0 ? { sum: sum / 100 } : {}),
      };
      return [
        finding(value < 0 ? 'negative' : 'zero', place, { args, event, page, about: { parameter: 'value' } }),
      ];
    });
  },
});

function isSale(event: SiteEvent): boolean {
  if (isOrder(event.canonical)) return true;
  return isSubscription(event.canonical) && (pricedContents(propertiesOf(event))?.sum ?? 0) > 0;
}

function isFree(sale: SiteEvent, evidence: Evidence, target: Target): boolean {
  return (
    pricedContents(propertiesOf(sale))?.sum === 0 ||
    wantedValues(sale.canonical, evidence, target).includes(0)
  );
}
