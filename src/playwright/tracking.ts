import type { TtqEvent, TtqServerEvent } from './ttq.ts';

type Tracked = Pick<TtqEvent & TtqServerEvent, 'event' | 'params' | 'eventId'>;

/**
 * What was tracked, as text for a snapshot: the events in order, the browser's first, each with the types of its parameters and
 * the shape of its event_id, so that it changes only if the tracking does.
 */
export function trackingText(sent: readonly Tracked[], received: readonly Tracked[]): string {
  const lines = [
    ...sent.flatMap((event) => linesOf(event, '')),
    ...received.flatMap((event) => linesOf(event, 'server: ')),
  ];
  return `${lines.join('\n')}\n`;
}

function linesOf({ event, params, eventId }: Tracked, before: string): string[] {
  const names = Object.keys(params).sort();
  return [
    `${before}${event}`,
    ...names.map((name) => `  ${name}: ${typeOf(params[name])}`),
    ...(eventId === undefined || eventId === '' ? [] : [`  event_id: ${shapeOf(eventId)}`]),
  ];
}

/** In TypeScript's notation; for a list, that of each kind of item once. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    const types = [...new Set(value.map(typeOf))];
    return types.length === 1 ? `${types[0]}[]` : `(${types.join(' | ')})[]`;
  }
  if (typeof value !== 'object') return typeof value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{ ${members.map(([name, member]) => `${name}: ${typeOf(member)}`).join(', ')} }`;
}

/** The constant part of an id. */
function shapeOf(id: unknown): string {
  if (typeof id !== 'string') return typeof id;
  return id
    .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi, '<uuid>')
    .replace(/\b[\da-f]{16,}\b/gi, '<hex>')
    .replace(/\b(?=\w*\d)(?=\w*[a-z])\w{8,}\b/gi, '<random>')
    .replace(/(?<!<)\b\d+\b(?!>)/g, '<number>');
}
