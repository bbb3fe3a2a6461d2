import { clearTimeout, setTimeout as startTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import { type DoubleRequest, now } from '../double/double-request.ts';
import type { ScriptSource } from '../double/scripts/script.ts';
import type {
  CallRecord,
  ConsentRecord,
  DocumentRecord,
  Evidence,
  RequestRecord,
  SdkRecord,
  StepRecord,
} from '../evidence/evidence.ts';
import { type Problem, type ProblemArgs, type ProblemCode, problem } from '../evidence/problem.ts';
import { maskText, type Secret } from '../masking/mask.ts';
import type { UnnamedWay } from '../tiktok/own-paths.ts';
import { decodeAnalyticsMessage } from '../tiktok/pixel-request.ts';
import { scriptIn } from './sdk-record.ts';
import type { TapMessage } from './tap-message.ts';

/** What a visit has left behind so far. Every addition wakes those who wait in `until`. */
export class Recording {
  readonly startedAt = Date.now();
  readonly documents: DocumentRecord[] = [];
  readonly calls: CallRecord[] = [];
  readonly requests: RequestRecord[] = [];
  /** The SDK's scripts served to pages, each once: a loader contains new ids each time. */
  readonly scripts: SdkRecord['scripts'] = [];
  /** When a script was fetched from TikTok, according to the source of the scripts. */
  fetchedAt: ScriptSource['fetchedAt'];
  readonly failed: Evidence['failed'] = [];
  /** Texts that became known during the visit and must not be written down: what was typed, session cookies. */
  readonly secrets: Secret[] = [];
  /** URLs of those last pages that contain an access token of the server. */
  exposed: string[] = [];
  readonly console: Evidence['console'] = [];
  readonly errors: Evidence['errors'] = [];
  readonly steps: StepRecord[] = [];
  /** How many steps were done when the last tab was opened. */
  stepsBefore = 0;
  readonly consent: ConsentRecord[] = [];
  /** Web storage of the last pages. */
  storage: Evidence['storage'] = [];
  /** Calls whose event was awaited and did not come. */
  readonly overdue = new Set<CallRecord>();
  /** Ids of the documents whose SDK was awaited and did not take over. */
  readonly unmounted = new Set<string>();
  /** Numbers of the closed tabs. */
  readonly closedTabs = new Set<number>();
  /** The site's own ways to TikTok that the pixel used and the target does not name, with the first URL. */
  readonly unnamed = new Map<string, UnnamedWay & { url: string }>();
  problem: Evidence['problem'];

  /** The calls in the order in which they were made: each document numbers its own. */
  callsInOrder(): CallRecord[] {
    const number = (call: CallRecord) => this.sequences.get(call) ?? 0;
    return [...this.calls].sort((a, b) => (a.document === b.document ? number(a) - number(b) : a.at - b.at));
  }

  private readonly sequences = new Map<CallRecord, number>();
  /** Resolves when the browser or a page of the visit is gone. */
  readonly crash: { promise: Promise<void>; resolve: () => void } = Promise.withResolvers<void>();
  private readonly blamed: Blamed[] = [];
  private readonly waiting = new Set<() => void>();
  /** Counts additions. */
  private changes = 0;
  private readonly seen = new Map<unknown, { changes: number; result: unknown }>();

  /** Milliseconds since the visit began, to the microsecond. `epoch`: epoch milliseconds, by default now. */
  at(epoch: number = now()): number {
    return Math.round((epoch - this.startedAt) * 1000) / 1000;
  }

  /** Adds what the tap reports, except new documents, about which the listener knows more. */
  add(message: TapMessage): void {
    if (message.kind === 'call') this.addCall(message);
    else if (message.kind === 'mounted') this.addMounted(message);
    else if (message.kind === 'parsed') this.addPage(message);
    else if (message.kind === 'route') this.addRoute(message);
    else if (message.kind === 'blamed') this.addBlamed(message);
  }

  addCall(message: Extract<TapMessage, { kind: 'call' }>): void {
    const { kind: _kind, sequence = 0, at, url, ...call } = message;
    const document = this.document(message.document);
    const record = { at: this.at(at), ...(document?.url === url ? {} : { url }), ...call };
    this.calls.push(record);
    this.sequences.set(record, sequence);
    this.wake();
  }

  /** Computes something from the recording, again only if something was added since. */
  see<Result>(make: (recording: Recording) => Result): Result {
    const known = this.seen.get(make);
    if (known?.changes === this.changes) return known.result as Result;
    const result = make(this);
    this.seen.set(make, { changes: this.changes, result });
    return result;
  }

  addMounted({ document: id, at, shape }: Extract<TapMessage, { kind: 'mounted' }>): void {
    const document = this.document(id);
    if (document)
      Object.assign(document, { mountedAt: this.at(at), ...(shape === 'array' ? {} : { ttqIs: shape }) });
    this.wake();
  }

  /** The browser reports an error, and the tap its origin; either may come first. */
  addError(error: Evidence['errors'][number]): void {
    const told = this.blamed.find((one) => isSameError(one, error));
    this.errors.push({ ...error, ...(told && blameOf(told)) });
    this.wake();
  }

  addBlamed(blamed: Blamed): void {
    this.blamed.push(blamed);
    const error = this.errors.findLast((one) => isSameError(one, blamed));
    if (error) Object.assign(error, blameOf(blamed));
  }

  addPage({ document: id, title, snippets, kept, ran }: Extract<TapMessage, { kind: 'parsed' }>): void {
    const document = this.document(id);
    if (!document) return;
    Object.assign(document, {
      title,
      ...(kept ? { kept } : {}),
      ...(ran ? { ran } : {}),
      ...(snippets.length > 0 ? { snippets } : {}),
    });
  }

  addRoute({ document: id, at, url }: Extract<TapMessage, { kind: 'route' }>): void {
    const document = this.document(id);
    if (document) document.routes = [...(document.routes ?? []), { at: this.at(at), url }];
    this.wake();
  }

  private document(id: string): DocumentRecord | undefined {
    return this.documents.findLast((document) => document.id === id);
  }

  /** The document that a tab shows, by its number. */
  mainDocument(tab: number): DocumentRecord | undefined {
    return this.mainDocuments(tab).at(-1);
  }

  /** Those that a tab has shown so far. */
  mainDocuments(tab: number): DocumentRecord[] {
    return this.documents.filter((document) => document.frame === 'main' && document.tab === tab);
  }

  closeTab(tab: number): void {
    this.closedTabs.add(tab);
    this.wake();
  }

  addDocument(document: DocumentRecord): void {
    this.documents.push(document);
    this.wake();
  }

  addRequest(request: DoubleRequest): RequestRecord {
    const { at, method, url, headers, body, status } = request;
    if (!this.scripts.some((known) => known.url === url && known.status === status)) {
      const script = scriptIn(request, this.fetchedAt);
      if (script) this.scripts.push(script);
    }
    const image = method === 'GET' ? decodeAnalyticsMessage(url) : undefined;
    const {
      referer,
      'user-agent': userAgent,
      'content-type': contentType,
      'access-token': accessToken,
    } = headers;
    const record: RequestRecord = {
      at: this.at(at),
      method,
      url: image === undefined ? url : url.slice(0, url.indexOf('?')),
      ...(referer === undefined ? {} : { page: referer }),
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(contentType === undefined ? {} : { contentType }),
      ...(accessToken === undefined ? {} : { accessToken: maskText(accessToken, 'token') }),
      ...(body.length > 0 ? { body: parsed(body.toString('utf8')) } : {}),
      ...(image === undefined ? {} : { body: image, image: true }),
      status,
    };
    this.requests.push(record);
    this.wake();
    return record;
  }

  /**
   * Keeps the first thing that went wrong, as the rest are consequences. A crash replaces it, being the cause of what failed just
   * before.
   */
  fail<Code extends ProblemCode>(code: Code, args: ProblemArgs<Code>): void {
    this.failWith(problem(code, args));
  }

  failWith(problem: Problem): void {
    if (problem.kind === 'crash' && this.problem?.kind !== 'crash') this.problem = problem;
    if (problem.kind === 'crash') this.crash.resolve();
    this.problem ??= problem;
    this.wake();
  }

  /**
   * Waits until `condition` holds, the visit is broken, or the time is over; returns whether it holds. Checking takes longer the
   * more was recorded, so checks become rarer as the recording grows, and rarer still while more arrives.
   */
  async until(condition: () => boolean, timeout: number): Promise<boolean> {
    const deadline = performance.now() + timeout;
    while (!condition()) {
      const looked = performance.now();
      if (looked >= deadline || this.problem) return false;
      await this.change(Math.min(deadline - looked, POLL));
      for (let times = 0, size = -1; times < PAUSES && size !== this.size; times += 1) {
        size = this.size;
        const pause = Math.min(looked + (times + 1) * size * PAUSE_PER_RECORD, deadline) - performance.now();
        if (pause < 1) break;
        await setTimeout(pause);
      }
    }
    return true;
  }

  private get size(): number {
    return this.calls.length + this.requests.length;
  }

  /** Wakes those who wait, because something was added. */
  wake(): void {
    this.changes += 1;
    for (const resume of this.waiting) resume();
    this.waiting.clear();
  }

  private change(timeout: number): Promise<void> {
    return new Promise((resolve) => {
      const resume = () => {
        clearTimeout(timer);
        this.waiting.delete(resume);
        resolve();
      };
      const timer = startTimer(resume, timeout);
      this.waiting.add(resume);
    });
  }
}

/** Milliseconds between checks of what does not announce changes: the double's open requests, the server's log. */
const POLL = 10;

/** Milliseconds: several times what a check takes for each call and request. For a hundred of them, the pause is negligible. */
const PAUSE_PER_RECORD = 0.01;

/** Most pauses between two checks: another follows each in which something was added. */
const PAUSES = 5;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

type Blamed = Extract<TapMessage, { kind: 'blamed' }>;

function blameOf({ global, byCaller }: Blamed): Pick<Evidence['errors'][number], 'global' | 'byCaller'> {
  return { ...(global === undefined ? {} : { global }), ...(byCaller ? { byCaller } : {}) };
}

type Uncaught = Pick<Evidence['errors'][number], 'message' | 'source'>;

function isSameError(one: Uncaught, other: Uncaught): boolean {
  return one.message === other.message && one.source === other.source;
}
