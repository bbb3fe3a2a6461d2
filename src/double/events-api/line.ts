import { mask } from '../../masking/mask.ts';
import { seal } from '../../masking/seal.ts';
import { decodeServerRequest } from '../../tiktok/events-api/decode.ts';
import { record } from '../../tiktok/pixel-request.ts';
import type { EventsApiCall } from './call.ts';

/** A call in one line: time, dialect, events with their ids, answer, findings. It contains nothing personal or secret. */
export function lineOf({ at, method, url, body, status, answer, fault, findings }: EventsApiCall): string {
  const events = decodeServerRequest(url, body);
  const what =
    events.length > 0
      ? events.map(({ event, eventId }) => `${event || 'no event'} ${shown(eventId)}`).join(', ')
      : `${method} ${URL.parse(url)?.pathname ?? url}`;
  const found = findings.map(({ level, message }) => `${level === 'warn' ? 'warning: ' : ''}${message}`);
  const parts = [
    new Date(at).toISOString().slice(11, 23),
    events[0]?.dialect ?? '-',
    what,
    `-> ${answered(status, answer)}${fault ? ` (fault ${fault})` : ''}`,
    ...(found.length > 0 ? [`| ${found.join('; ')}`] : []),
  ];
  return seal(mask(parts.join('  '))).replace(/[\r\n]+/g, ' ');
}

function shown(eventId: unknown): string {
  return eventId === undefined || eventId === '' ? 'without id' : String(eventId);
}

function answered(status: number, answer: unknown): string {
  if (status === 0) return 'no answer';
  const { code } = record(answer);
  if (typeof code !== 'number') return `HTTP ${status}`;
  return status === 200 ? String(code) : `HTTP ${status}, ${code}`;
}
