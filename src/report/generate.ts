import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuditVerdicts, TargetVerdicts } from '../verdict/verdict.ts';
import type { BatchAnswer } from './allure-process.ts';
import { type Batch, findAllure, makeReports } from './allure-report.ts';
import { html } from './escape.ts';
import { reportFiles } from './files.ts';
import { LITTLE_ROOM, leaveLittleRoom } from './little-room.ts';
import { takeHistory } from './run-folder.ts';

/** Number of targets up to which their reports are made in this process. */
const FEW = 2;
/**
 * Reports for each child process: starting one costs as much as several reports, and Allure keeps memory of each until the process
 * ends.
 */
const LEAST = 10;
const MOST = 40;
/** How many processes there are at once. */
const PROCESSES = Math.min(4, availableParallelism());

/**
 * Makes an Allure report for each target that could be audited: an HTML file each, which opens from disk, and one script that all
 * share. Those of many targets are made in child processes, a few each, so that no memory grows with the number of targets.
 *
 * @param at when the visits were judged
 * @throws NoAllureError; Error with Allure's message
 */
export async function generateReports(reports: string, audit: AuditVerdicts, at: Date): Promise<void> {
  findAllure();
  const files = reportFiles(reports);
  await rm(files.allure, { recursive: true, force: true });
  await mkdir(files.allure, { recursive: true });
  takeHistory(reports);
  await mkdir(files.allureHistory, { recursive: true });
  const targets = audit.targets.filter(({ problem }) => problem === undefined);
  const batchOf = (some: readonly TargetVerdicts[]) => ({ reports, targets: some, at: at.getTime() });
  if (targets.length <= FEW) {
    leaveLittleRoom();
    await makeReports(batchOf(targets));
  } else {
    await inTurn(shared(targets), (some) => inOwnProcess(batchOf(some)));
  }
  await writeFile(join(files.allure, 'index.html'), contents(targets));
}

/** The targets of each process, so that all cores have as much to do. */
function shared(targets: readonly TargetVerdicts[]): TargetVerdicts[][] {
  const rounds = Math.ceil(targets.length / (PROCESSES * MOST));
  const size = Math.max(LEAST, Math.ceil(targets.length / (rounds * PROCESSES)));
  const starts = Array.from({ length: Math.ceil(targets.length / size) }, (_, index) => index * size);
  return starts.map((start) => targets.slice(start, start + size));
}

/** Does something with each, as many at once as there are cores. After the first failure, no more are started. */
async function inTurn<T>(items: readonly T[], make: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        await make(next);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
    }
  };
  const lanes = Array.from({ length: Math.min(PROCESSES, items.length) }, lane);
  const done = await Promise.allSettled(lanes);
  const failed = done.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function inOwnProcess(batch: Batch): Promise<void> {
  const program = new URL(`./allure-process${extname(import.meta.url)}`, import.meta.url);
  const child = fork(fileURLToPath(program), { execArgv: [...process.execArgv, LITTLE_ROOM] });
  let answer: BatchAnswer | undefined;
  child.once('message', (said: BatchAnswer) => {
    answer = said;
  });
  const ended = once(child, 'exit');
  // A process that has ended takes no message: how it ended says more.
  child.send(batch, () => {});
  const [code, signal] = await ended;
  const error = answer ? answer.error : `its process ended with ${signal ?? `code ${code}`}`;
  if (error !== undefined) throw new Error(error);
}

/** Links to the report of each target; of one target, redirects to it. */
function contents(targets: readonly TargetVerdicts[]): string {
  const links = targets.map(
    ({ target }) => `<li><a href="./${encodeURIComponent(`${target}.html`)}">${html(target)}</a></li>`,
  );
  const [only] = targets;
  const lead =
    targets.length === 1
      ? `<meta http-equiv="refresh" content="0; url=./${encodeURIComponent(`${only!.target}.html`)}">`
      : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">${lead}<title>Allure reports</title></head><body><ul>${links.join('\n')}</ul></body></html>\n`;
}
