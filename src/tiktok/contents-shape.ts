import { amountOf } from './event-contents.ts';
import { isMissing } from './pixel-request.ts';

/** What is wrong with the shape of an event's contents or content_ids. */
export interface ShapeProblem {
  kind: 'contents' | 'item' | 'quantity' | 'price' | 'content-ids';
  /** The wrong value. */
  found: unknown;
}

/** The items of contents that are objects; empty if contents is not a list. */
export function itemsOf({ contents }: Record<string, unknown>): Record<string, unknown>[] {
  return Array.isArray(contents) ? contents.filter(isObject) : [];
}

/**
 * Checks the shape that TikTok reads: contents is a list of objects, each with a whole quantity and a unit price as numbers;
 * content_ids is a list of ids. A number written as text counts as the number, and missing members are not a matter of shape. One
 * problem of each kind.
 */
export function shapeProblems(properties: Record<string, unknown>): ShapeProblem[] {
  const { contents, content_ids: ids } = properties;
  const items = itemsOf(properties);
  const one = (kind: ShapeProblem['kind'], values: unknown[], isRight: (value: unknown) => boolean) => {
    const wrong = values.findIndex((value) => !isRight(value));
    return wrong < 0 ? [] : [{ kind, found: values[wrong] }];
  };
  if (!isMissing(contents) && !Array.isArray(contents)) return [{ kind: 'contents', found: contents }];
  return [
    ...one('item', Array.isArray(contents) ? contents : [], isObject),
    ...one('quantity', given(items, 'quantity'), (value) => Number.isInteger(amountOf(value))),
    ...one('price', given(items, 'price'), (value) => amountOf(value) !== undefined),
    ...(isMissing(ids) || Array.isArray(ids) ? [] : [{ kind: 'content-ids', found: ids } as const]),
    ...one('content-ids', Array.isArray(ids) ? ids : [], isId),
  ];
}

function given(items: Record<string, unknown>[], member: string): unknown[] {
  return items.map((item) => item[member]).filter((value) => !isMissing(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Shops number their products, and TikTok reads a number here as text. */
function isId(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
