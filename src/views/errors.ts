import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { SDK_ROOT } from '../tiktok/hosts.ts';
import { documentAt } from './documents.ts';
import { perEvidence } from './memo.ts';

/** An uncaught error that comes from the tracking code. */
export interface TrackingError {
  at: number;
  message: string;
  source: string;
  /** The global that was called before it existed, as the recorder knows. */
  global?: string;
  place: string;
  document: DocumentRecord | undefined;
}

const NAMED = /\bttq\b|TiktokAnalyticsObject|analytics\.tiktok|tiktok\s*pixel/i;
/**
 * The call tap makes `ttq` a property of the window, so a call on it before it exists gives such an error. Method names that many
 * objects have, such as page and load, prove nothing.
 */
const CALLED =
  /Cannot (?:read|set) propert\w+ of (?:undefined|null) \((?:reading|setting) '(?:track|identify|(?:enable|disable)Cookie|(?:hold|revoke|grant)Consent)'\)/;

/** Whether an error is about a call on ttq itself, and not one that a wrapper throws for a script that did not load. */
export function isOfCall({ message, global }: Pick<TrackingError, 'message' | 'global'>): boolean {
  return global !== undefined || /\bttq\b/.test(message) || CALLED.test(message);
}

/** Whether an error is about a call on ttq before it existed. All such calls of a visit have one cause. */
function isOfAbsence({ message, global }: Pick<TrackingError, 'message' | 'global'>): boolean {
  return global !== undefined || CALLED.test(message) || /\bttq is not defined/.test(message);
}

/** What identifies an error: its message, or that ttq was missing, which is one cause for all. */
export function causesNamed(error: Pick<TrackingError, 'message' | 'global'>): string[] {
  return [error.message, ...(isOfAbsence(error) ? ['ttq was not there'] : [])];
}

/** Milliseconds that the browser takes to report an error: usually, and at most. */
const [DELAY, LONG_DELAY] = [50, 1_000];

/**
 * The errors that name ttq, come from TikTok's script or the base code, from a call on ttq before it existed, or from a function
 * that calls ttq.
 */
export const trackingErrors = perEvidence((evidence): readonly TrackingError[] => {
  return evidence.errors.flatMap(({ at, message, source = '', global, byCaller }, index) => {
    const document = documentAt(at, evidence, source);
    const isOurs =
      global !== undefined ||
      byCaller === true ||
      NAMED.test(message) ||
      source.includes(SDK_ROOT) ||
      (document !== undefined &&
        (isInBaseCode(source, document, evidence) ||
          (CALLED.test(message) && isBefore(at, source, document, evidence))));
    return isOurs
      ? [{ at, message, source, ...(global && { global }), place: `/errors/${index}`, document }]
      : [];
  });
});

/**
 * Whether a page had made no call yet, so that ttq did not exist as far as is known. In the page's own source, line numbers show
 * the order; elsewhere only the time does.
 */
function isBefore(at: number, source: string, { id }: DocumentRecord, { calls }: Evidence): boolean {
  const first = calls.find(({ document }) => document === id);
  if (!first) return true;
  const [[place, line], [callPlace, callLine]] = [placeOf(source), placeOf(first.source ?? '')];
  return place && place === callPlace ? line < callLine && at < first.at + LONG_DELAY : at < first.at + DELAY;
}

/** Whether a line of a page belongs to its base code; where ttq.load was called shows which lines do. */
function isInBaseCode(source: string, { id, snippets = [] }: DocumentRecord, { calls }: Evidence): boolean {
  const [place, line] = placeOf(source);
  return calls.some((call) => {
    if (call.document !== id || call.method !== 'load') return false;
    const [callPlace, callLine] = placeOf(call.source ?? '');
    if (!place || place !== callPlace) return false;
    return snippets.some(({ text }) => {
      const lines = text.split('\n');
      const start = callLine - lines.findIndex((one) => /\.load\s*\(/.test(one));
      return line >= start && line < start + lines.length;
    });
  });
}

function placeOf(source: string): [string, number] {
  const [, place = '', line] = /^(.*?):(\d+)(?::\d+)?$/.exec(source) ?? [];
  return [place, Number(line)];
}
