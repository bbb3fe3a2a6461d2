import { isMissing, record } from '../pixel-request.ts';
import type { Endpoint } from './endpoint.ts';
import { containerOf, FIELD_ROWS, type FieldRow, memberOf } from './fields.ts';
import { type ContractFinding, contractFinding } from './finding.ts';

/** A name that the service does not read, and the path of the field it stands for. Both paths start at the same object. */
interface Name {
  wrong: Path;
  right: Path;
}
type Names = readonly Name[];

/** A path, split into the names that are followed in every event. */
interface Path {
  text: string;
  names: readonly string[];
}

function nameOf(wrong: string, right: string): Name {
  return { wrong: pathOf(wrong), right: pathOf(right) };
}

function pathOf(text: string): Path {
  return { text, names: text.split('/') };
}

/** Other vendors' names for members of `properties`, by TikTok's name. */
const IN_PROPERTIES = namesOf({
  value: 'revenue',
  currency: 'currency_code currencyCode',
  contents: 'items products',
  content_ids: 'contents_ids contentIds product_ids item_ids',
  content_type: 'contentType',
  num_items: 'numItems',
  order_id: 'orderId transaction_id',
});

/** The same for one of its contents. */
const IN_CONTENT = namesOf({
  content_id: 'id item_id product_id contentId sku',
  content_name: 'name item_name title',
  content_category: 'category item_category',
  brand: 'item_brand',
  quantity: 'num_items qty',
  price: 'item_price unit_price',
});

const IN_EVENT = { track: namesIn('track'), legacy: namesIn('legacy') };

function namesOf(names: Record<string, string>): Names {
  return Object.entries(names).flatMap(([right, others]) =>
    others.split(' ').map((wrong) => nameOf(wrong, right)),
  );
}

/** The names within an event of a dialect, from the table of fields. */
function namesIn(layout: 'track' | 'legacy'): Names {
  return FIELD_ROWS.flatMap(([, row]) =>
    row[layout][0]!.startsWith('/')
      ? []
      : row.misnamed.map((path) => nameOf(pathIn(layout, path, row), row[layout][0]!)),
  );
}

/** Beside the right name, or in the event itself. */
function pathIn(layout: 'track' | 'legacy', path: string, row: FieldRow): string {
  const isBeside = containerOf(path) === containerOf(row.track[0]!);
  const container = isBeside ? containerOf(row[layout][0]!) : '';
  return container === '' ? memberOf(path) : `${container}/${memberOf(path)}`;
}

/**
 * Members under names that the service does not read, unless the right one is present. Empty members are ignored. This is not
 * part of the schemas, as dozens of names made one take twice as long to compile.
 */
export function misnamedIn(endpoint: Endpoint, body: unknown): ContractFinding[] {
  const { data, batch } = record(body);
  const [list, place] = endpoint === 'event-track' ? [data, '/body/data'] : [batch, '/body/batch'];
  if (endpoint === 'pixel-track') return inEvent(body, '/body', IN_EVENT.legacy);
  const names = endpoint === 'event-track' ? IN_EVENT.track : IN_EVENT.legacy;
  return Array.isArray(list)
    ? list.flatMap((event, index) => inEvent(event, `${place}/${index}`, names))
    : [];
}

function inEvent(event: unknown, place: string, names: Names): ContractFinding[] {
  const { properties } = record(event);
  const { contents } = record(properties);
  return [
    ...inObject(event, place, names),
    ...inObject(properties, `${place}/properties`, IN_PROPERTIES),
    ...(Array.isArray(contents) ? contents : []).flatMap((content, index) =>
      inObject(content, `${place}/properties/contents/${index}`, IN_CONTENT),
    ),
  ];
}

function inObject(object: unknown, place: string, names: Names): ContractFinding[] {
  if (typeof object !== 'object' || object === null) return [];
  return names.flatMap(({ wrong, right }) => {
    // There are dozens of names, and an event has hardly any of them.
    if (!(wrong.names[0]! in object)) return [];
    const found = follow(object, wrong.names);
    if (isMissing(found) || follow(object, right.names) !== undefined) return [];
    return [
      contractFinding('warn', 'misnamed', `${place}/${wrong.text}`, found, right.text.replaceAll('/', '.')),
    ];
  });
}

/** The member at a path of names. */
export function valueAt(object: unknown, path: string): unknown {
  return follow(object, path.split('/'));
}

function follow(object: unknown, names: readonly string[]): unknown {
  let value = object;
  for (const name of names) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Array.isArray(value) ? value[Number(name)] : (value as Record<string, unknown>)[name];
  }
  return value;
}
