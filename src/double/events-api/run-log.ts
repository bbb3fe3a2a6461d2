import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../../tiktok/events-api/faults.ts';
import type { LoggedCall } from './call.ts';
import type { Secret } from './output.ts';

/** Keys in a call's content that identify a visit, the most reliable first. */
export const VISIT_KEYS = ['click-id', 'event-id', 'ttp', 'user-agent'] as const;
export type VisitKey = (typeof VISIT_KEYS)[number];

/** A line of a run's log. Times are epoch milliseconds. */
export type LogEntry =
  /** A visit begins; it may cause calls from now on. Its first calls get the faults, in order. */
  | { type: 'begin'; visit: string; at: number; faults?: readonly Fault[] }
  /** A key of a visit. Masked like the calls, so that they can be compared. */
  | { type: 'key'; visit: string; key: VisitKey; value: string }
  | { type: 'end'; visit: string; at: number }
  /** The site's server has received a request of the visit. */
  | { type: 'seen'; visit: string; at: number }
  /** The process that answers at this URL of the site has not loaded the stub it was started with. */
  | { type: 'not-loaded'; url: string; at: number }
  /**
   * The server has called the Events API; `visit` if a request of that visit caused the call, `faultOf` if the faults of a visit
   * apply to it.
   */
  | { type: 'call'; visit?: string; faultOf?: string; call: LoggedCall }
  /** The server has written a secret to its log. */
  | { type: 'leak'; visit?: string; at: number; kind: Secret['kind'] };

/**
 * Connects visits with the doors of the stub: one file for each run, one line for each entry. Visits, the site's processes and
 * the stand-alone server append to it, and each reads on from where it stopped. A line is written at once and synchronously, so a
 * later crash loses nothing.
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

  /** All entries so far, in order. A missing log is empty. */
  read(): readonly LogEntry[] {
    const added = this.added();
    const text = Buffer.concat([this.rest, added]);
    const end = text.lastIndexOf('\n') + 1;
    // The text after the last line break is a line being written.
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
