import { type Amounts, addAmounts } from '../tiktok/dedup.ts';
import { amountOf } from '../tiktok/event-contents.ts';
import { text } from '../tiktok/pixel-request.ts';

/** What an event says it is worth: exact decimal text by currency, '' if it names none. Nothing if its value is masked or missing. */
export function worthOf({ value, currency }: Record<string, unknown>): Amounts {
  const amount = amountOf(value);
  return amount === undefined ? {} : addAmounts([{ [text(currency).toUpperCase()]: String(amount) }]);
}
