import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RefusedTarget } from '../target/shared-run.ts';
import { type FileOptions, type JudgedFile, judgedIn } from './judge-file.ts';
import type { TargetContent, Targets } from './judge-targets.ts';

/** The data that a worker is started with. */
export interface WorkerTask {
  targets: TargetContent[];
  refused: RefusedTarget[];
  options: FileOptions;
  today: string;
}

/** Its answer to a list of paths: the result of each, or why everything ends. */
export type WorkerAnswer = { judged: JudgedFile[] } | { error: unknown; members: ErrorMembers };

/** What an error loses on the way between threads, and is printed by. */
export interface ErrorMembers {
  name: string;
  code: string | undefined;
  path: string | undefined;
}

/** Files that a worker gets at once. */
const BATCH = 50;
/**
 * V8's room for young objects in a worker, in megabytes: by default it grows to 134 before it is collected. It does not limit the size
 * of a file: what lives longer moves out of it. More room takes more memory and less CPU.
 */
const YOUNG_MB = 16;
/** Number of files from which workers save more time than they take to start. */
const MANY = 400;

/**
 * Judges files, in the order of their paths. Many files are judged on all cores; no evidence stays in memory.
 *
 * @param cores number of workers; with one, this thread does it
 * @throws OptionError, TargetError: from a worker, an error with their name
 */
export async function* judgeFiles(
  paths: readonly string[],
  targets: Targets,
  options: FileOptions,
  today: string,
  cores = paths.length < MANY ? 1 : availableParallelism(),
): AsyncGenerator<JudgedFile> {
  if (cores < 2) {
    yield* judgedIn(paths, targets, options, today);
    return;
  }
  const { output, journey, scenario } = options;
  const task: WorkerTask = {
    targets: targets.files,
    refused: targets.refused,
    options: {
      ...(output === undefined ? {} : { output }),
      ...(journey === undefined ? {} : { journey }),
      ...(scenario === undefined ? {} : { scenario }),
    },
    today,
  };
  const workers = Array.from({ length: cores }, () => startWorker(task));
  try {
    const batches = Array.from({ length: Math.ceil(paths.length / BATCH) }, (_, index) =>
      paths.slice(index * BATCH, (index + 1) * BATCH),
    );
    // One batch ahead for each worker: none waits while answers are read, and no more are held at once.
    const answers: Promise<JudgedFile[]>[] = [];
    const ask = (index: number) => {
      const batch = batches[index];
      if (!batch) return;
      const before = answers[index - workers.length];
      const worker = workers[index % workers.length]!;
      const answer = Promise.resolve(before).then(() => askWorker(worker, batch));
      // An answer that is never awaited, because an earlier one failed, must not count as unhandled.
      answer.catch(() => undefined);
      answers[index] = answer;
    };
    for (let index = 0; index < 2 * workers.length; index += 1) ask(index);
    for (const [index] of batches.entries()) {
      const judged = await answers[index]!;
      delete answers[index];
      ask(index + 2 * workers.length);
      yield* judged;
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function startWorker(task: WorkerTask): Worker {
  return new Worker(new URL(`./judge-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}

async function askWorker(worker: Worker, paths: readonly string[]): Promise<JudgedFile[]> {
  worker.postMessage(paths);
  const [answer] = (await once(worker, 'message')) as [WorkerAnswer];
  if ('judged' in answer) return answer.judged;
  throw Object.assign(answer.error as Error, answer.members);
}
