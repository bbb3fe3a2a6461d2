import type { Evidence } from '../../evidence/evidence.ts';
import { shopPartOf } from '../../tiktok/event-names.ts';
import { hundredths, type PricedContents, pricedContents } from '../../tiktok/order-value.ts';
import { propertiesOf, type SiteEvent, siteEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, type Arguments, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { wantedValues } from '../wanted-values.ts';

const messages = {
  'price-of-one': ({ event, value, count, sum }: Args<'event' | 'value' | 'count' | 'sum'>) =>
    `${event} carries the value ${value}, the price of one item, but its contents are ${count} items for ${sum} in all`,
  'quantities-left-out': ({ event, value, count, sum }: Args<'event' | 'value' | 'count' | 'sum'>) =>
    `${event} carries the value ${value}, the sum of its prices without quantities, but its contents are ${count} items for ${sum} in all`,
  'line-total': ({ event, price, quantity, one }: Args<'event' | 'price' | 'quantity' | 'one'>) =>
    `In the contents of ${event}, the price ${price} is that of ${quantity} items; one costs ${one}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const valueIsOrderTotal = defineRule({
  id: 'params/value-is-order-total',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'value is the total of the event, and price is the price of one item',
  why: 'TikTok takes value as the revenue: of an order with several items, only one would be counted.',
  fix: 'Pass the order total as value, and in contents the price of one item next to its quantity.',
  source: 'TikTok Events API reference, "properties": value of the order, contents[].price of one item',
  messages,
  check(evidence, target) {
    const priced = siteEvents(evidence).flatMap((event) => {
      const contents = pricedContents(propertiesOf(event));
      return contents && isJudged(event, contents) ? [{ event, contents }] : [];
    });
    if (priced.length === 0) return { inapplicable: 'No cart event says what its contents cost' };
    const single = singlePrices(evidence);
    return priced.flatMap(({ event: one, contents: { lines, sum, prices, count } }): Found[] => {
      const { event, canonical, page, place } = one;
      const value = hundredths(propertiesOf(one).value);
      if (value === undefined || value <= 0 || value === sum) return [];
      const told = <const Code extends string, A extends Arguments>(code: Code, args: A) => [
        finding(code, place, { args: { event, ...args }, event, page, about: { parameter: 'value' } }),
      ];
      const ofLine = lines.find(
        ({ id, quantity, price }) => quantity > 1 && price === quantity * (single.get(id) ?? 0),
      );
      if (ofLine && value === prices) {
        const { quantity, price } = ofLine;
        return told('line-total', { price: price / 100, quantity, one: price / quantity / 100 });
      }
      // A discount can make the total equal to the price of one item: then the target says so.
      if (wantedValues(canonical, evidence, target).includes(value)) return [];
      const args = { value: value / 100, count, sum: sum / 100 };
      if (lines.some(({ price }) => price === value)) return told('price-of-one', args);
      return value === prices ? told('quantities-left-out', args) : [];
    });
  },
});

/** AddToCart may list the cart, and carry the value of what was added: so it is judged only with a single line. */
function isJudged({ canonical }: SiteEvent, { lines, count }: PricedContents): boolean {
  return shopPartOf(canonical) === 'cart' || (canonical === 'AddToCart' && lines.length === 1 && count > 1);
}

/** The unit price of each item, in hundredths, if an event of the visit shows a single one. */
function singlePrices(evidence: Evidence): Map<string, number> {
  const lines = siteEvents(evidence).flatMap((event) => pricedContents(propertiesOf(event))?.lines ?? []);
  return new Map(lines.filter(({ quantity }) => quantity === 1).map(({ id, price }) => [id, price]));
}
