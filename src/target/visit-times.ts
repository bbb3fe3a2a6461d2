import { readJson } from './json-file.ts';
import { OptionError } from './sdk.ts';

/** How long visits took, in milliseconds: by target, then by `timeKey`. */
export type VisitTimes = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The key of a visit in visit-times.json. */
export function timeKey(visit: {
  journey: string;
  scenario: string;
  clickUrl?: string | undefined;
  fault?: string | undefined;
}): string {
  const { journey, scenario, clickUrl, fault } = visit;
  return [journey, scenario, clickUrl, fault].filter((part) => part !== undefined).join(' ');
}

/**
 * Reads visit-times.json as written by an audit. Without a file no times are known, as before the first audit.
 *
 * @throws OptionError if it contains anything else
 */
export function readVisitTimes(file: string): VisitTimes {
  let content: unknown;
  try {
    content = readJson(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new OptionError(
      `--times (TTQ_TIMES): ${file} cannot be read (${(error as Error).message}). ${WANTED}`,
    );
  }
  if (isTimes(content)) return content;
  throw new OptionError(`--times (TTQ_TIMES): ${file} contains no visit times. ${WANTED}`);
}

const WANTED = 'Wanted the visit-times.json of an audit. Name another file, or leave it out.';

function isTimes(content: unknown): content is VisitTimes {
  return (
    isRecord(content) && Object.values(content).every((visits) => isRecord(visits) && hasNumbers(visits))
  );
}

function hasNumbers(visits: Record<string, unknown>): boolean {
  return Object.values(visits).every((ms) => typeof ms === 'number' && ms >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
