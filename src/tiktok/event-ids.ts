import { STANDARD_EVENTS, WIRE_RENAMES } from './event-names.ts';
import { PLACEHOLDERS } from './hashing.ts';
import { remember } from './remember.ts';

/** Why an event_id is plainly a constant. */
export type ConstantKind = 'event-name' | 'pixel-id' | 'sample' | 'nothing' | 'template' | 'date';

/** Event names, without separators between their words. */
const NAMES = new Set([...STANDARD_EVENTS, ...WIRE_RENAMES.keys()].map(bare));

/** Sample ids from documentation and tests, in lower case. */
const SAMPLES = new Set([
  'event-id-1',
  'event_id_1',
  'event_id',
  'event-id',
  'eventid',
  'event_id_here',
  'your_event_id',
  'your-event-id',
  'unique_event_id',
  'unique-event-id',
  'order_id',
  'orderid',
  'order_12345_1709510400',
  'order_12345',
  'order-12345',
  '123',
  '1234',
  '12345',
  '123456',
  'abc123',
  'test',
  'test123',
  'test_event_id',
  'example',
  'sample',
  'placeholder',
  'string',
]);

const NOTHING = new Set(PLACEHOLDERS.map((text) => text.trim().toLowerCase()).filter((text) => text !== ''));
/** Such as order-undefined. If it contains digits, it was still made for one occasion. */
const ENDS_IN_NOTHING = /^(?=\D*$)(.*[_\-.:|/ ])?(undefined|null|NaN|\[object Object\])([_\-.:|/ ].*)?$/;

/**
 * {{order_id}}, ${orderId}, %ORDER%, <%= id %>, [[id]], #{id}, __ORDER_ID__; {order_id} and <order_id> only if they are the whole
 * id.
 */
const TEMPLATE =
  /\{\{[^{}]*\}\}|[$#]\{[^{}]*\}|%(?:[A-Z_]{4,}|[a-z_]{4,})%|<%.*?%>|\[\[\s*\w[\w.\s]*\]\]|__[A-Z][A-Z_]+__|^\{[\w.]+\}$|^<[\w .-]+>$/;

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Masked personal data, which event-id/not-personal-data reports. */
const MASK = / (?:sha256=[0-9a-f]{64} shape=|hmac=[0-9a-f]{64})/;

/** What an event_id is compared with. */
export interface Occasion {
  /** Names of the event. */
  names: readonly string[];
  /** Ids of the site's pixels. */
  pixels: readonly string[];
  /** In ISO 8601. */
  day: string;
}

/**
 * Whether an event_id is plainly a constant, which nobody generates for an order. Undefined for anything that may have been
 * generated, however short.
 */
export function constantKind(id: string, { names, pixels, day }: Occasion): ConstantKind | undefined {
  if (MASK.test(id)) return undefined;
  const text = id.trim();
  const lower = text.toLowerCase();
  if (NOTHING.has(lower) || ENDS_IN_NOTHING.test(text)) return 'nothing';
  if (TEMPLATE.test(text)) return 'template';
  if (SAMPLES.has(lower)) return 'sample';
  if (NAMES.has(bare(text)) || names.includes(text)) return 'event-name';
  if (pixels.some((pixel) => pixel.toLowerCase() === lower)) return 'pixel-id';
  return ISO_DATE.test(text) || isOfTheDay(text, { names, pixels, day }) ? 'date' : undefined;
}

/** What people call such an id, besides the event's own name. */
const WORDS = [
  'order',
  'purchase',
  'conversion',
  'event',
  'evt',
  'checkout',
  'sale',
  'tiktok',
  'ttq',
  'pixel',
  'id',
];

/** Whether it contains nothing but the day and constant words: `purchase-2026-11-30`. */
function isOfTheDay(text: string, { names, pixels, day }: Occasion): boolean {
  const date = datesOf(day).find((one) => isWithin(text, one));
  if (date === undefined) return false;
  const known = new Set([...names, ...pixels, ...WORDS].map(bare));
  const rest = text.replace(date, ' ');
  return rest
    .split(/[^\p{L}\p{N}]+/u)
    .every((word) => word === '' || known.has(bare(word)) || NAMES.has(bare(word)));
}

/** As separate digits: an order number may contain those of a date. */
function isWithin(text: string, date: string): boolean {
  const at = text.indexOf(date);
  return at >= 0 && !/\d/.test(text.charAt(at - 1)) && !/\d/.test(text.charAt(at + date.length));
}

function bare(name: string): string {
  return name.replace(/[_\-. ]/g, '').toLowerCase();
}

/** The day and its neighbours, to cover all time zones, in common notations. */
function datesOf(time: string): readonly string[] {
  const day = time.slice(0, 10);
  return dates(day, () => datesAround(Date.parse(`${day}T12:00:00Z`)));
}

const dates = remember<readonly string[]>(10);

function datesAround(noon: number): string[] {
  return [-1, 0, 1].flatMap((offset) => {
    const [y, m, d] = new Date(noon + offset * 86_400_000).toISOString().slice(0, 10).split('-');
    return [
      `${y}-${m}-${d}`,
      `${y}${m}${d}`,
      `${d}.${m}.${y}`,
      `${d}/${m}/${y}`,
      `${m}/${d}/${y}`,
      `${d}-${m}-${y}`,
      `${y}/${m}/${d}`,
    ];
  });
}
