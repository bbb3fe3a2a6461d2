import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { isPrivate, Private } from './private.ts';
import { type Refusal, refusal } from './refusal.ts';

/*
 * A target module is code, and may do anything: end its process, throw later, never end. So it is tried in a separate
 * process, which passes its exported data back. It is not loaded in this one.
 */

const PROGRAM = fileURLToPath(new URL('./module-child.mjs', import.meta.url));
const IS_WINDOWS = process.platform === 'win32';
/** Milliseconds for a module to end. */
const LIMIT = 10_000;
/** Bytes that a module may print. */
const MOST_OUTPUT = 1_000_000;
/** More of them have to wait, so that the time limit is fair. */
const MOST_AT_ONCE = Math.max(2, availableParallelism());

/** The program's output. */
type Result = { value?: unknown } | { problems: Oddity[] } | { error: string; isSyntax: boolean };

/** Something that is not plain data, or cannot be read. */
type Oddity = { field: string } & ({ found: string } | { error: string });

/** A module's export, undefined if there is none; or what is wrong with it. */
export type Tried = { value: unknown } | { problems: Refusal[] };

let running = 0;
const waiting: (() => void)[] = [];

/** @param file its absolute path */
export async function tryModule(file: string, limit = LIMIT): Promise<Tried> {
  if (running === MOST_AT_ONCE) await new Promise<void>((go) => waiting.push(go));
  else running += 1;
  try {
    return await tried(file, limit);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

async function tried(file: string, limit: number): Promise<Tried> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, file], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    // A process group of its own, so that it can be killed as a whole. Its end of the last pipe makes it end with this process.
    detached: !IS_WINDOWS,
  });
  let stopped: Refusal | undefined;
  const stop = (why: Refusal) => {
    stopped ??= why;
    kill(child);
  };
  const timer = setTimeout(stop, limit, refusal('module-late', { seconds: limit / 1000 }));
  const output = collect(child, () => stop(refusal('module-output', { megabytes: MOST_OUTPUT / 1_000_000 })));
  try {
    const [said, [code, signal]] = await Promise.all([
      text(child.stdio[3] as Readable).catch(() => ''),
      once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
    ]);
    if (stopped !== undefined) return { problems: [stopped] };
    process.stderr.write(Buffer.concat(output));
    return conclusion(said, signal ?? `code ${code}`);
  } catch (error) {
    return { problems: [refusal('module-unreadable', { detail: firstLine((error as Error).message) })] };
  } finally {
    clearTimeout(timer);
  }
}

/** The module's output, up to the limit, which its author wants to see. */
function collect(child: ChildProcess, tooMuch: () => void): Buffer[] {
  const chunks: Buffer[] = [];
  let size = 0;
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_OUTPUT) tooMuch();
      else chunks.push(chunk);
    });
  return chunks;
}

function kill(child: ChildProcess): void {
  try {
    if (IS_WINDOWS || child.pid === undefined) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
  // Processes that it started outside its group may hold them open.
  for (const stream of child.stdio) stream?.destroy();
}

/** @param end how the process ended */
function conclusion(said: string, end: string): Tried {
  // An error after the data counts.
  const line = said.trimEnd().split('\n').at(-1)!;
  const result = line === '' ? undefined : (JSON.parse(line) as Result);
  if (result && 'error' in result) {
    const code = result.isSyntax ? 'module-syntax' : 'module-unreadable';
    return { problems: [refusal(code, { detail: firstLine(result.error) })] };
  }
  if (result && 'problems' in result) return { problems: result.problems.map(oddity) };
  if (result && end === 'code 0') return { value: result.value };
  // Node's own code for it.
  if (end === 'code 13') return { problems: [refusal('module-waits', {})] };
  return { problems: [refusal('module-ends', { end })] };
}

function oddity({ field, ...what }: Oddity): Refusal {
  if ('error' in what) return refusal('member-unreadable', { detail: firstLine(what.error) }, field);
  return refusal('not-data', { found: isPrivate(field) ? new Private(what.found) : what.found }, field);
}

/** Errors from reading or parsing a file may quote it. */
function firstLine(message: string): Private {
  return new Private(message.split('\n')[0]!.trimEnd());
}
