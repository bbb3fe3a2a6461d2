/** The last second that can be distinguished from milliseconds: it has ten digits (year 2286). */
export const MAX_UNIX_SECONDS = 9_999_999_999;
const MAX_UNIX_MILLISECONDS = MAX_UNIX_SECONDS * 1000 + 999;

const DIGITS = /^\d+$/;
/** A pattern for numbers sent as text. */
export const DIGITS_IN_TEXT = '^\\s*[+-]?\\d+(\\.\\d+)?\\s*$';
/** ISO 8601 as the legacy API documents it. */
export const ISO_TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/;

/**
 * A time field in epoch milliseconds: Unix seconds (2.0), ISO 8601 (legacy), and what clients confuse with them: milliseconds,
 * numbers as text, ISO text without a zone (read as UTC).
 *
 * @returns undefined for anything else
 */
export function epochMilliseconds(time: unknown): number | undefined {
  if (typeof time === 'number') return fromNumber(time);
  if (typeof time !== 'string') return undefined;
  const trimmed = time.trim();
  if (DIGITS.test(trimmed)) return fromNumber(Number(trimmed));
  return ISO_TIME.test(trimmed) ? fromIso(trimmed) : undefined;
}

function fromNumber(time: number): number | undefined {
  if (!(time >= 0)) return undefined;
  if (time <= MAX_UNIX_SECONDS) return time * 1000;
  return time <= MAX_UNIX_MILLISECONDS ? time : undefined;
}

function fromIso(time: string): number | undefined {
  const [day, clock] = time.split(/[T ]/);
  // Without a zone, Date.parse would use the zone of this machine.
  const moment = clock === undefined ? Date.parse(day!) : Date.parse(`${day}T${zoned(clock)}`);
  return Number.isNaN(moment) ? undefined : moment;
}

function zoned(clock: string): string {
  return ZONE.test(clock) ? clock.replace(/([+-]\d{2})(\d{2})$/, '$1:$2') : `${clock}Z`;
}
