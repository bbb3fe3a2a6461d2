import { parentPort, workerData } from 'node:worker_threads';
import { sharing } from '../verdict/share.ts';
import { judgedIn } from './judge-file.ts';
import type { WorkerAnswer, WorkerTask } from './judge-files.ts';
import { Targets } from './judge-targets.ts';

// Judges the files in each list that it receives, one list after another.

const { targets: contents, refused, options, today } = workerData as WorkerTask;
const targets = new Targets(contents, refused);
const share = sharing();

parentPort!.on('message', async (paths: string[]) => {
  parentPort!.postMessage(await answer(paths));
});

async function answer(paths: readonly string[]): Promise<WorkerAnswer> {
  try {
    const judged = [];
    for await (const file of judgedIn(paths, targets, options, today))
      judged.push('visit' in file ? { ...file, visit: share(file.visit) } : file);
    return { judged };
  } catch (error) {
    const { name, code, path } = error as NodeJS.ErrnoException;
    return { error, members: { name, code, path } };
  }
}
