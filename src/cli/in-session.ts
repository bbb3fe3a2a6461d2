import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../recorder/session.ts';
import { undoing } from '../report/exit-code.ts';

/**
 * Visits pages outside a run, with a browser of its own and a temporary folder for logs.
 *
 * @throws BrowserError if there is no browser
 */
export function inSession<T>(work: (session: Session, logs: string) => Promise<T>): Promise<T> {
  return withTemporaryFolder(async (folder) => {
    const session = await Session.open();
    try {
      return await work(session, folder);
    } finally {
      await session.close();
    }
  });
}

/** Does some work with a folder of its own for temporary files, those of browsers included, and removes it at the end. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const { TMPDIR } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'ttq-look-'));
  process.env.TMPDIR = folder;
  const undo = () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    // A browser that was killed may still be writing there.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return undoing(undo, () => work(folder));
}
