import { itemsOf } from './contents-shape.ts';
import { amountOf } from './event-contents.ts';
import { isMissing } from './pixel-request.ts';

/** What an event's contents cost. */
export interface PricedContents {
  /** For each line its quantity and the given unit price, in hundredths, so that sums are exact. */
  lines: { id: string; quantity: number; price: number }[];
  /** Sum of price times quantity, in hundredths. */
  sum: number;
  /** Sum of the prices alone, in hundredths. */
  prices: number;
  /** Total number of items. */
  count: number;
}

/** What the contents cost; undefined unless each line has a price. A line without a quantity counts as one. */
export function pricedContents(properties: Record<string, unknown>): PricedContents | undefined {
  const items = itemsOf(properties);
  const lines = items.flatMap(({ content_id: id, quantity, price }) => {
    const [count, each] = [isMissing(quantity) ? 1 : amountOf(quantity), hundredths(price)];
    return count === undefined || each === undefined
      ? []
      : [{ id: String(id ?? ''), quantity: count, price: each }];
  });
  if (lines.length === 0 || lines.length < items.length) return undefined;
  const total = (of: (line: (typeof lines)[number]) => number) =>
    Math.round(lines.reduce((sum, line) => sum + of(line), 0));
  return {
    lines,
    sum: total(({ quantity, price }) => quantity * price),
    prices: total(({ price }) => price),
    count: lines.reduce((sum, { quantity }) => sum + quantity, 0),
  };
}

/** An amount in hundredths of its unit; undefined if it is not an amount. */
export function hundredths(value: unknown): number | undefined {
  const amount = amountOf(value);
  return amount === undefined ? undefined : Math.round(amount * 100);
}
