import type { Recording } from '../recorder/recording.ts';
import { record } from '../tiktok/pixel-request.ts';
import { eventsIn, propertiesOf } from '../views/events.ts';
import type { TtqEvent, TtqServerEvent } from './ttq.ts';

type Tracked = Pick<TtqEvent & TtqServerEvent, 'event' | 'params' | 'eventId'>;

/** A call of `ttq.identify`: its parts, and what each is given as. */
interface Identified {
  identify: Record<string, string>;
}

/** What pages sent or called since a time of the visit, with the calls of identify, in order. */
export function trackedSince(
  since: number,
  recording: Pick<Recording, 'documents' | 'calls' | 'requests' | 'callsInOrder'>,
): (Tracked | Identified)[] {
  const order = new Map(recording.callsInOrder().map((call, index) => [call, index]));
  const events = eventsIn(recording).map((event) => {
    const call = event.call && recording.calls[Number(event.call.place.replace('/calls/', ''))];
    const { at, event: name, eventId } = event;
    return { at, call, one: { event: name, eventId, params: propertiesOf(event) } };
  });
  const identified = recording.calls
    .filter(({ method }) => method === 'identify')
    .map((call) => ({ at: call.at, call, one: { identify: partsOf(call.args) } }));
  // Calls of one script may have one time.
  const place = (call: Recording['calls'][number] | undefined) => (call && order.get(call)) ?? order.size;
  return [...events, ...identified]
    .filter(({ at }) => at >= since)
    .sort((one, other) => one.at - other.at || place(one.call) - place(other.call))
    .map(({ one }) => one);
}

function partsOf([first, second]: readonly unknown[]): Record<string, string> {
  const given = Object.entries({ ...record(first), ...record(second) });
  const isDigest = (value: unknown) => typeof value === 'string' && /^[\da-f]{64}$/i.test(value);
  return Object.fromEntries(
    given.map(([name, value]) => [name, isDigest(value) ? 'SHA-256' : typeOf(value)]),
  );
}

/**
 * What was tracked, as text for a snapshot: the events in order, the browser's first, each with the types of its parameters and
 * the shape of its event_id, so that it changes only if the tracking does.
 */
export function trackingText(
  sent: readonly (Tracked | Identified)[],
  received: readonly Tracked[],
  shown: (id: unknown) => unknown = (id) => id,
): string {
  const linesOf = (event: Tracked, before: string) => eventLines(event, before, shown);
  const lines = [
    ...sent.flatMap((one) => ('identify' in one ? identifyLines(one) : linesOf(one, ''))),
    ...received.flatMap((event) => linesOf(event, 'server: ')),
  ];
  return `${lines.join('\n')}\n`;
}

function eventLines(
  { event, params, eventId }: Tracked,
  before: string,
  shown: (id: unknown) => unknown,
): string[] {
  const names = Object.keys(params).sort();
  return [
    `${before}${event}`,
    ...names.map((name) => `  ${name}: ${typeOf(params[name])}`),
    ...(eventId === undefined || eventId === '' ? [] : [`  event_id: ${shapeOf(shown(eventId))}`]),
  ];
}

function identifyLines({ identify }: Identified): string[] {
  const names = Object.keys(identify).sort();
  return ['identify', ...names.map((name) => `  ${name}: ${identify[name]}`)];
}

/** In TypeScript's notation; for a list, that of each kind of item once. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    const types = [...new Set(value.map(typeOf))].sort();
    return types.length === 1 ? `${types[0]}[]` : `(${types.join(' | ')})[]`;
  }
  if (typeof value !== 'object') return typeof value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{ ${members.map(([name, member]) => `${name}: ${typeOf(member)}`).join(', ')} }`;
}

/** Kinds of ids that have marks between their letters: with those, the last of a text that is 21 or 22 long, as nanoid and Base64 make them. */
const WHOLE = [
  [/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi, '<uuid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/(?<=^|[-_:.])(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])[\w+/-]{21,22}(?:={1,2})?$/g, '<random>'],
] as const;

/** The constant part of an id. */
function shapeOf(id: unknown): string {
  if (typeof id !== 'string') return typeof id;
  return WHOLE.reduce((text, [pattern, name]) => text.replace(pattern, name), id)
    .replace(/<\w+>|[^\W_]+/g, (word) => (word.startsWith('<') ? word : shapeOfWord(word)))
    .replace(/<random>(?:[-_]<random>)+/g, '<random>');
}

/** A word of letters stays: it says whose id it is. */
function shapeOfWord(word: string): string {
  if (/^\d+$/.test(word)) return '<number>';
  if (!/\d/.test(word)) return word;
  if (/^[\da-f]{8,}$/i.test(word)) return '<hex>';
  const [, letters, digits = ''] = /^([a-z]+|[A-Z]+|[A-Z][a-z]+)(\d+)$/.exec(word) ?? [];
  return letters !== undefined && (digits.length > 2 || word.length < 8) ? `${letters}<number>` : '<random>';
}
