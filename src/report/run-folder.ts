import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { undoing } from './exit-code.ts';
import { reportFiles, unwritable, writeNew } from './files.ts';

// A run writes into a folder of its own, which replaces the last reports when the run has a result. It is inside the reports
// folder, which may be a mount of its own: only there is renaming sure to work.

const MINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const RUN = /^\.?run-([\da-f]{8})-(\d+)-[\da-f]{8}/;
const DAY = 24 * 60 * 60 * 1000;

/** A new name for the folder of a run of this process. @param reports absolute */
export function runFolder(reports: string): string {
  return join(reports, `.run-${MINE}-${process.pid}-${randomBytes(4).toString('hex')}`);
}

/** The folder that the command line made for this process and publishes itself; undefined if it made none. */
export function handedFolder(env = process.env): string | undefined {
  const folder = env.TTQ_RUN_FOLDER;
  return folder !== undefined && RUN.test(basename(folder)) && existsSync(folder) ? folder : undefined;
}

/** The folder that a run's own folder will become; any other folder is returned as it is. */
export function publishedFolder(folder: string): string {
  return RUN.test(basename(folder)) ? dirname(folder) : folder;
}

/** Where Playwright writes during a run. It is not moved, because its reporters record these paths. */
export function playwrightOutput(folder: string): string {
  return join(dirname(folder), 'playwright', basename(folder).slice(1));
}

/**
 * Makes the folder of a run, and removes those that killed runs left behind.
 *
 * @throws ReportsError if it cannot be written
 */
export function openRun(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unwritable(publishedFolder(folder), error);
  }
  removeDead(dirname(folder), (name) => name.startsWith('.run-'));
}

/**
 * Makes the folder of a run for some work, and removes it at the end, unless it was published.
 *
 * @param reports absolute
 * @throws ReportsError if it cannot be written
 */
export async function inRunFolder<T>(reports: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = runFolder(reports);
  openRun(folder);
  return undoing(
    () => discardRun(folder),
    () => work(folder),
  );
}

/** Moves what was collected from shards in the reports folder to the folder of the run that joins them. */
export function takeEvidence(folder: string): void {
  const [theirs, ours] = [reportFiles(dirname(folder)), reportFiles(folder)];
  for (const name of ['evidence', 'timelines'] as const)
    if (existsSync(theirs[name])) cpSync(theirs[name], ours[name], { recursive: true });
}

/** Copies the history that Allure adds to. */
export function takeHistory(folder: string): void {
  const [{ allureHistory: from }, { allureHistory: to }] = [
    reportFiles(publishedFolder(folder)),
    reportFiles(folder),
  ];
  if (from !== to && existsSync(from)) cpSync(from, to, { recursive: true });
}

/** Removes the folder of a run without a result; does nothing if it was published. */
export function discardRun(folder: string): void {
  if (!existsSync(folder)) return;
  for (const path of [folder, playwrightOutput(folder)]) rmSync(path, { recursive: true, force: true });
}

/**
 * Replaces the last reports by what a run wrote, completely or not at all. Other files in the reports folder stay.
 *
 * @throws ReportsError; the last reports are then unchanged
 */
export function publishRun(folder: string): void {
  const reports = dirname(folder);
  try {
    withLock(reports, () => exchange(folder, reports));
  } catch (error) {
    throw unwritable(reports, error);
  }
  rmSync(folder, { recursive: true, force: true });
  removeDead(
    join(reports, 'playwright'),
    (name) => !name.startsWith('.') && name !== basename(playwrightOutput(folder)),
  );
}

function exchange(folder: string, reports: string): void {
  const old = join(folder, '.old');
  const moved: [from: string, to: string][] = [];
  const move = (from: string, to: string) => {
    if (!existsSync(from)) return;
    renameSync(from, to);
    moved.push([from, to]);
  };
  const { verdicts, allureHistory, ...rest } = reportFiles('');
  const others = [
    ...Object.values(rest),
    ...(existsSync(join(folder, allureHistory)) ? [allureHistory] : []),
  ];
  mkdirSync(old, { recursive: true });
  try {
    // Verdicts are removed first and written last: a process that is killed in between leaves none.
    for (const name of [verdicts, ...others]) move(join(reports, name), join(old, name));
    for (const name of [...others, verdicts]) move(join(folder, name), join(reports, name));
  } catch (error) {
    for (const [from, to] of moved.reverse()) renameSync(to, from);
    throw error;
  }
}

function removeDead(parent: string, isMeant: (name: string) => boolean): void {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent).filter(isMeant))
    if (!isAlive(join(parent, name))) rmSync(join(parent, name), { recursive: true, force: true });
}

/** Whether the process named in a file name of the reports folder still runs. For another machine that is unknown. */
function isAlive(path: string): boolean {
  const [, host, pid] = RUN.exec(basename(path)) ?? [];
  if (pid === undefined) return false;
  if (host === MINE) return isRunning(Number(pid));
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - made < DAY;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const PATIENCE = 30_000;
const INTERVAL = 10;

/** Calls a function while no other process does so for the same folder. Locks of dead processes are taken over. */
function withLock(reports: string, use: () => void): void {
  const lock = join(reports, '.publishing');
  const name = basename(runFolder(reports));
  const end = Date.now() + PATIENCE;
  while (!writeNew(lock, name)) {
    if (!isHeld(lock)) rmSync(lock, { force: true });
    else if (Date.now() > end)
      throw new Error(
        `another run has been writing its reports there for ${PATIENCE / 1000} s; ${lock} is its lock`,
      );
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, INTERVAL);
  }
  try {
    use();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isHeld(lock: string): boolean {
  try {
    const name = readFileSync(lock, 'utf8');
    // It was just made and is not written yet.
    if (name === '') return Date.now() - statSync(lock).mtimeMs < 1000;
    const [, host, pid] = RUN.exec(name) ?? [];
    if (host !== MINE) return Date.now() - statSync(lock).mtimeMs < PATIENCE;
    return isRunning(Number(pid));
  } catch {
    // It has just been released.
    return true;
  }
}
