import { readCookie, writeVisitCookie } from './cookies.ts';
import { randomDigits, randomId } from './random.ts';
import { readJson, writeJson } from './storage.ts';

const IDLE = 30 * 60 * 1000; // milliseconds after which a new visit begins
const ID = 'tt_sessionId';

/** The session of a page or pixel, from its cookie. The SDK calls it a session; `visit` here means the same. */
export interface Visit {
  /** `<start in milliseconds>::<20 characters>`. */
  id: string;
  /** How many sessions there were, including this one. */
  count: number;
  /** Epoch milliseconds of its last event. */
  last: number;
  /** Whether EngagedSession was sent. */
  engaged: boolean;
}

/** The sessions at the time of an event. */
export interface Visits {
  pixel: Visit;
  page: Visit;
  /** Whether this event started the pixel's. */
  opened: boolean;
}

/** Records an event in both cookies. Undefined if the browser refuses them. */
export function touchVisits(pixel: string): Visits | undefined {
  const now = Date.now();
  const before = readVisit(pixelCookie(pixel));
  const visits = { pixel: renewed(before, now), page: renewed(readVisit('ttcsid'), now) };
  if (!write('ttcsid', visits.page) || !write(pixelCookie(pixel), visits.pixel)) return undefined;
  return { ...visits, opened: visits.pixel.id !== before?.id };
}

export function markEngaged(pixel: string): void {
  const visit = readVisit(pixelCookie(pixel));
  if (visit !== undefined) write(pixelCookie(pixel), { ...visit, engaged: true });
}

/** `<id from TikTok's server>::<20 characters>`, one for each tab; random if the server gave no id. */
export function sessionId(serverId: string | undefined): string {
  const kept = readJson(ID);
  if (typeof kept === 'string') return kept;
  const made = serverId ? `${serverId}::${randomId(20)}` : `sessionId-${Date.now()}-${randomDigits(13)}`;
  writeJson(ID, made);
  return made;
}

function renewed(visit: Visit | undefined, now: number): Visit {
  if (visit !== undefined && now - visit.last <= IDLE) return { ...visit, last: now };
  return { id: `${now}::${randomId(20)}`, count: (visit?.count ?? 0) + 1, last: now, engaged: false };
}

const pixelCookie = (pixel: string) => `ttcsid_${pixel}`;

function write(name: string, { id, count, last, engaged }: Visit): boolean {
  return writeVisitCookie(name, `${id}.${count}.${last}.${Number(engaged)}`);
}

function readVisit(name: string): Visit | undefined {
  const parts = /^(\d+::[^.]+)\.(\d+)\.(\d+)(?:\.([01]))?/.exec(readCookie(name) ?? '');
  if (parts === null) return undefined;
  const [, id, count, last, engaged] = parts;
  return { id: id!, count: Number(count), last: Number(last), engaged: engaged === '1' };
}
