import type { Group } from './kept.ts';
import { type Content, completed, contentOf, contradicts } from './story.ts';

// Money, exactly.

/** Exact decimal text by currency in upper case, '' if none was sent. Sorted; no entry if no value was sent. */
export type Amounts = Readonly<Record<string, string>>;

/** Money as an audit reports it. `counted - excess + lost` is what the site earned, apart from what is at risk. */
export interface Money {
  /** What TikTok counts, judging by the keys. */
  counted: Amounts;
  /** The part of it that is counted more than once. */
  excess: Amounts;
  /** What TikTok drops though it is a separate conversion. */
  lost: Amounts;
  /** For lost: counted on the word of one side. For uncertain: what may be counted again or dropped. */
  atRisk: Amounts;
}

/** The kept copy's amount, completed by merged copies unless they contradict it. */
export function amountOfGroup({ kept, merged }: Group): Amounts {
  const enrich = (known: Content, more: Content) =>
    contradicts(known, more) ? known : completed(known, more);
  return amountOf(merged.map(contentOf).reduce(enrich, contentOf(kept)));
}

export function amountOf({ value, currency }: Content): Amounts {
  return value === undefined ? {} : { [currency ?? '']: textOf(decimalOf(String(value))) };
}

/** Adds by currency, without binary rounding errors: 0.1 and 0.2 make 0.3. No trailing zeros, no exponents. */
export function addAmounts(amounts: readonly Amounts[]): Amounts {
  if (amounts.every((amount) => Object.keys(amount).length === 0)) return {};
  const sums = new Map<string, Decimal>();
  for (const [currency, text] of amounts.flatMap((amount) => Object.entries(amount))) {
    sums.set(currency, plus(sums.get(currency) ?? [0n, 0], decimalOf(text)));
  }
  const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([currency, sum]) => [currency, textOf(sum)]));
}

/** Digits, and how many of them are decimals. */
type Decimal = [digits: bigint, scale: number];

/** @param text of a finite number, as JavaScript writes it: `-12.5`, `1e-7` */
function decimalOf(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return scaled([BigInt(whole + fraction), fraction.length - Number(exponent)], 0);
}

/** With at least this many decimals. */
function scaled([digits, scale]: Decimal, least: number): Decimal {
  return scale >= least ? [digits, scale] : [digits * 10n ** BigInt(least - scale), least];
}

function plus(a: Decimal, b: Decimal): Decimal {
  const [[left, scale], [right]] = [scaled(a, b[1]), scaled(b, a[1])];
  return [left + right, scale];
}

function textOf([digits, scale]: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  return sign + text.slice(0, text.length - scale) + (scale > 0 && fraction ? `.${fraction}` : '');
}
