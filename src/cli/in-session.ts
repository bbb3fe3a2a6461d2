import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../recorder/session.ts';

/**
 * Visits pages outside a run, with a browser of its own and a temporary folder for logs.
 *
 * @throws BrowserError if there is no browser
 */
export async function inSession<T>(work: (session: Session, logs: string) => Promise<T>): Promise<T> {
  const logs = await mkdtemp(join(tmpdir(), 'ttq-look-'));
  const session = await Session.open();
  try {
    return await work(session, logs);
  } finally {
    await session.close();
    await rm(logs, { recursive: true, force: true });
  }
}
