import { isMissing, record, text } from './pixel-request.ts';

/** Reliable digits of a sum of decimals: 29.99 + 29.99 + 0.1 may be off in the sixteenth. */
const DIGITS = 12;

/** A value as a number: TikTok reads numeric text as the number. undefined for anything else. */
export function amountOf(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const amount = typeof value === 'string' ? Number(value) : value;
  if (typeof amount !== 'number' || !Number.isFinite(amount)) return undefined;
  return isInCents(amount) ? amount : Number(amount.toPrecision(DIGITS));
}

/** Whether it is a decimal of few digits, as nearly all are: rounding, which goes by way of a text, leaves it as it is. */
function isInCents(amount: number): boolean {
  return amount > 0 && amount < 1e9 && Math.round(amount * 100) / 100 === amount;
}

/** An item that an event is about. */
export interface Content {
  id: string;
  /** undefined if it is not given. */
  quantity: number | undefined;
}

/** The items of an event, from contents, content_ids or content_id. */
export function contentsOf({
  contents,
  content_ids,
  content_id,
  quantity,
}: Record<string, unknown>): Content[] {
  if (Array.isArray(contents) && contents.length > 0) {
    return contents.map((item) => {
      const { content_id: id, quantity } = record(item);
      return { id: idOf(id), quantity: amountOf(quantity) };
    });
  }
  if (Array.isArray(content_ids)) return content_ids.map((id) => ({ id: idOf(id), quantity: undefined }));
  return isMissing(content_id) ? [] : [{ id: idOf(content_id), quantity: amountOf(quantity) }];
}

/**
 * Ids and quantities as one text, equal for the same items in any order; empty if there are none, or if a quantity is missing, as
 * two such texts may then mean different items.
 */
export function contentsText(properties: Record<string, unknown>): string {
  const contents = contentsOf(properties);
  if (contents.length === 0 || contents.some(({ quantity }) => quantity === undefined)) return '';
  return JSON.stringify([...quantities(contents)].sort());
}

function idOf(id: unknown): string {
  return typeof id === 'number' ? String(id) : text(id);
}

/** How one parameter differs between copies of an event. */
export interface Difference {
  parameter: 'value' | 'currency' | 'contents';
  /** As text for a message; empty for nothing. */
  browser: string;
  server: string;
}

/**
 * The parameters in which two copies of an event differ. Numbers are compared as numbers, currencies in any case, contents in any
 * order; contents or a quantity missing in one copy are not a difference: TikTok fills in what the first copy lacks.
 */
export function differences(browser: Record<string, unknown>, server: Record<string, unknown>): Difference[] {
  return [
    ...differing(
      'value',
      shown(browser.value),
      shown(server.value),
      isSameAmount(browser.value, server.value),
    ),
    ...differing(
      'currency',
      shown(browser.currency),
      shown(server.currency),
      text(browser.currency).toUpperCase() === text(server.currency).toUpperCase(),
    ),
    ...differing(
      'contents',
      inWords(contentsOf(browser)),
      inWords(contentsOf(server)),
      saysNoContents(browser) || saysNoContents(server) || areSame(contentsOf(browser), contentsOf(server)),
    ),
  ];
}

function differing(
  parameter: Difference['parameter'],
  browser: string,
  server: string,
  isSame: boolean,
): Difference[] {
  return isSame ? [] : [{ parameter, browser, server }];
}

function isSameAmount(a: unknown, b: unknown): boolean {
  if (isMissing(a) || isMissing(b)) return isMissing(a) && isMissing(b);
  return amountOf(a) === undefined ? shown(a) === shown(b) : amountOf(a) === amountOf(b);
}

function saysNoContents({ contents, content_ids, content_id }: Record<string, unknown>): boolean {
  return [contents, content_ids, content_id].every(isMissing);
}

function areSame(a: Content[], b: Content[]): boolean {
  const [one, other] = [quantities(a), quantities(b)];
  return (
    one.size === other.size &&
    [...one].every(([id, quantity]) => {
      if (!other.has(id)) return false;
      const found = other.get(id);
      return quantity === undefined || found === undefined || quantity === found;
    })
  );
}

/** The same item may be in two lines. */
function quantities(contents: Content[]): Map<string, number | undefined> {
  const sums = new Map<string, number | undefined>();
  for (const { id, quantity } of contents) {
    const sum = sums.get(id);
    sums.set(
      id,
      !sums.has(id) ? quantity : sum === undefined || quantity === undefined ? undefined : sum + quantity,
    );
  }
  return sums;
}

function shown(value: unknown): string {
  return isMissing(value) ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

function inWords(contents: Content[]): string {
  return contents
    .map(
      ({ id, quantity }) =>
        `${quantity === undefined ? '' : `${quantity} × `}${id || 'a thing without an id'}`,
    )
    .join(', ');
}
