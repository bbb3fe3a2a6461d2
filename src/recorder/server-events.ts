import { isBeacon } from '../double/answer.ts';
import type { LogEntry, VisitKey } from '../double/events-api/run-log.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import { shareOf, tieCall, visitsIn } from '../double/events-api/tie.ts';
import type { BlindSpot, Evidence } from '../evidence/evidence.ts';
import { mask } from '../masking/mask.ts';
import type { Target } from '../target/target.ts';
import { decodeServerRequest } from '../tiktok/events-api/decode.ts';
import type { Fault } from '../tiktok/events-api/faults.ts';
import { callsIn, sentIn } from '../views/events.ts';
import type { Recording } from './recording.ts';

/** One visit in its run's log: records the keys by which the visit's server events can be recognised, and finds them. */
export class ServerEvents {
  private readonly log: RunLog;
  private readonly visit: string;
  private readonly recording: Recording;
  private readonly transport: Target['eventsApi']['transport'];
  private readonly passesPixelOn: boolean;
  private readonly noted = new Map<VisitKey, Set<string | number>>();
  private calls = 0;
  private requests = 0;

  /**
   * @param folder of the run's log
   * @param fault for the visit's calls
   */
  constructor(folder: string, visit: string, recording: Recording, target: Target, fault?: Fault) {
    this.log = RunLog.in(folder);
    this.visit = visit;
    this.recording = recording;
    this.transport = target.eventsApi.transport;
    this.passesPixelOn = target.pixelPaths.length > 0;
    this.append({ type: 'begin', visit, at: Date.now(), ...(fault ? { faults: [fault] } : {}) });
  }

  /** Logs a key as soon as it is known, because visits that run in parallel decide by it, too. */
  note(key: VisitKey, value: unknown): void {
    this.append(...this.entriesOf(key, value));
  }

  /** Logs what was recorded since the last call. */
  noteRecorded(): void {
    const calls = this.recording.calls.slice(this.calls);
    const requests = this.recording.requests.slice(this.requests);
    this.calls += calls.length;
    this.requests += requests.length;
    this.append(
      ...callsIn(calls, []).flatMap(({ eventId }) => this.entriesOf('event-id', eventId)),
      ...sentIn(requests).flatMap(({ eventId, ttp }) => [
        ...this.entriesOf('event-id', eventId),
        ...this.entriesOf('ttp', ttp),
      ]),
    );
  }

  /** The entries to log for a key: none if it was logged before. */
  private entriesOf(key: VisitKey, value: unknown): LogEntry[] {
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return [];
    const known = this.noted.get(key) ?? new Set();
    this.noted.set(key, known);
    if (known.has(value)) return [];
    known.add(value);
    return [{ type: 'key', visit: this.visit, key, value: mask(String(value)) }];
  }

  /** What the site's server has sent because of this visit so far. */
  read(): Evidence['server'] {
    this.noteRecorded();
    const entries = this.log.read();
    const visits = visitsIn(entries);
    const from = visits.find(({ id }) => id === this.visit)?.from ?? 0;
    const server: Evidence['server'] = { seen: false, requests: [] };
    const leaks: NonNullable<Evidence['server']['leaks']> = [];
    const unattributed: NonNullable<Evidence['server']['unattributed']> = [];
    for (const entry of entries) {
      server.seen ||= this.shows(entry);
      // A leak without a known request is reported to every visit of that time.
      if (entry.type === 'leak' && entry.at >= from && (entry.visit ?? this.visit) === this.visit)
        leaks.push({ at: this.recording.at(entry.at), kind: entry.kind });
      if (entry.type !== 'call' || entry.call.at < from || this.isPassedOn(entry.call)) continue;
      const ties = tieCall(entry.call, entry.visit, visits);
      const share = shareOf(this.visit, entry.call, ties);
      const at = this.recording.at(entry.call.at);
      if (share) server.requests.push({ ...share, at });
      const untied = ties.find((tie) => typeof tie === 'string');
      if (untied && ties.every((tie) => typeof tie === 'string'))
        unattributed.push({ at, events: eventsIn(entry.call), reason: untied });
    }
    return {
      ...server,
      ...(leaks.length > 0 ? { leaks } : {}),
      ...(unattributed.length > 0 ? { unattributed } : {}),
    };
  }

  /**
   * What keeps the server's calls from being seen: the stub that the site was started with has received no request from the
   * harness or any visit. What arrives through the proxy behind it may be incomplete.
   */
  blindSpots(): BlindSpot[] {
    const entries = this.log.read();
    const notLoaded = entries.find((entry) => entry.type === 'not-loaded');
    if (!notLoaded || entries.some(({ type }) => type === 'seen')) return [];
    return [{ part: 'server', by: 'recorder', why: notPreloaded(notLoaded.url) }];
  }

  /** Ends the visit: its later calls belong to nobody. */
  end(): void {
    this.append({ type: 'end', visit: this.visit, at: Date.now() });
  }

  /** Whether an entry shows that the stub is loaded in the site's server. */
  private shows(entry: LogEntry): boolean {
    if (this.transport !== 'preload') return entry.type === 'call';
    return entry.type === 'seen' && entry.visit === this.visit;
  }

  /** What pages sent through the site, whose server passes it on: it was recorded on its way from the page. */
  private isPassedOn({ url }: { url: string }): boolean {
    return this.passesPixelOn && isBeacon(URL.parse(url)?.pathname ?? '');
  }

  private append(...entries: LogEntry[]): void {
    this.log.append(...entries);
  }
}

function notPreloaded(url: string): string {
  return `The process that answers at ${url} never loaded the stub of the Events API, so what the server sends was not seen; set eventsApi.transport to "proxy", for a server in any language, or to "server", where the site can be given the stub's URL`;
}

function eventsIn({ url, body }: { url: string; body: unknown }): string[] {
  return decodeServerRequest(url, body).map(({ event, eventId }) =>
    `${event} ${String(eventId ?? '')}`.trim(),
  );
}
