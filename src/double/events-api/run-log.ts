import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../../tiktok/events-api/faults.ts';
import type { LoggedCall } from './call.ts';
import type { Secret } from './output.ts';

/** Keys in the content of a call that identify a visit, the most reliable first. */
export const VISIT_KEYS = ['click-id', 'event-id', 'ttp', 'user-agent'] as const;
export type VisitKey = (typeof VISIT_KEYS)[number];

/** A line of a run's log. Times are epoch milliseconds. */
export type LogEntry =
  /** A visit begins; what it sends can come from now on. Its first calls meet the faults, in order. */
  | { type: 'begin'; visit: string; at: number; faults?: readonly Fault[] }
  /** A visit gives a key away. Masked as the calls are, so that the two can be compared. */
  | { type: 'key'; visit: string; key: VisitKey; value: string }
  | { type: 'end'; visit: string; at: number }
  /** The site's server has got a request of the visit. */
  | { type: 'seen'; visit: string; at: number }
  /** The process that answers at this URL of the site has not loaded the stub that it was started with. */
  | { type: 'not-loaded'; url: string; at: number }
  /**
   * The server has called the Events API; `visit` where the call came of a request of that visit, `faultOf` where it was one of
   * those that a visit's faults are for.
   */
  | { type: 'call'; visit?: string; faultOf?: string; call: LoggedCall }
  /** The server has written a secret to its log. */
  | { type: 'leak'; visit?: string; at: number; kind: Secret['kind'] };

/**
 * Where visits and the doors of the stub meet: one file a run, a line an entry. Visits, the site's processes and the stand-alone
 * server append to it and read it, each from where it stopped. Lines are written at once, in one piece and synchronously: who
 * crashes afterwards loses nothing.
 */
export class RunLog {
  readonly file: string;
  private entries: LogEntry[] = [];
  private identity: string | undefined;
  private offset = 0;
  private rest = Buffer.alloc(0);

  /** The log in the folder of a run. */
  static in(folder: string): RunLog {
    return new RunLog(join(folder, 'events-api.jsonl'));
  }

  constructor(file: string) {
    this.file = file;
  }

  /** @throws the error of the file system */
  append(...entries: readonly LogEntry[]): void {
    if (entries.length === 0) return;
    appendFileSync(this.file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }

  /** Everything that is in the log by now, in order. A log that nobody has written to is empty. */
  read(): readonly LogEntry[] {
    const added = this.added();
    const text = Buffer.concat([this.rest, added]);
    const end = text.lastIndexOf('\n') + 1;
    // What follows the last line break is a line being written.
    this.rest = text.subarray(end);
    for (const line of text.toString('utf8', 0, end).split('\n')) {
      if (line !== '') this.entries.push(JSON.parse(line) as LogEntry);
    }
    return this.entries;
  }

  /** A process that lives longer than a log reads the one that takes its place from the start: from the middle, its lines are broken. */
  private beginAnewIn(file: number): void {
    const identity = identityOf(file);
    if (this.identity !== undefined && identity !== this.identity) {
      this.entries = [];
      this.rest = Buffer.alloc(0);
      this.offset = 0;
    }
    this.identity = identity;
  }

  private added(): Buffer {
    const file = opened(this.file);
    if (file === undefined) return Buffer.alloc(0);
    try {
      this.beginAnewIn(file);
      const chunks: Buffer[] = [];
      for (;;) {
        const chunk = Buffer.alloc(CHUNK);
        const length = readSync(file, chunk, 0, CHUNK, this.offset);
        if (length === 0) return Buffer.concat(chunks);
        chunks.push(chunk.subarray(0, length));
        this.offset += length;
      }
    } finally {
      closeSync(file);
    }
  }
}

/** @returns what no other file of that name has, before or after it */
function identityOf(file: number): string {
  const { dev, ino, birthtimeNs } = fstatSync(file, { bigint: true });
  return [dev, ino, birthtimeNs].join();
}

const CHUNK = 65_536;

function opened(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
