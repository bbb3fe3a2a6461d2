import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../recorder/session.ts';

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
  // A browser that was killed may still be writing there.
  const discard = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  // An interrupt ends the process without getting to the end of this function.
  process.once('exit', discard);
  process.env.TMPDIR = folder;
  try {
    return await work(folder);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    process.off('exit', discard);
    discard();
  }
}
