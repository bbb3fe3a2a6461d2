import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What the processes of one run share is more than an environment can hold, so it is a file. It holds the identity and the secrets of
 * each target, and outlives a run that is killed: so it is encrypted, and its key goes from process to process in a variable.
 */

/** Only the run's own processes get it: what they start for a site does not. */
export const RUN_KEY = 'TTQ_RUN_KEY';

const CIPHER = 'aes-256-gcm';
const IV = 12;
const TAG = 16;

/**
 * Writes what the processes of a run share.
 *
 * @param folder of the run's log
 * @returns the key for `readRunFile`
 */
export function writeRunFile(folder: string, run: unknown): string {
  const key = randomBytes(32);
  writeFileSync(fileIn(folder), encrypted(run, key), { mode: 0o600 });
  return key.toString('base64url');
}

/** @throws where the key is that of another run */
export function readRunFile(folder: string, key: string): unknown {
  return decrypted(readFileSync(fileIn(folder)), key);
}

/**
 * Keeps what one process of a run has found out for the others. Without a run there are none, and nothing is written.
 *
 * @param folder of a target's log
 * @param key that `writeRunFile` returned
 */
export function writeSealed(folder: string, name: string, key: string | undefined, value: unknown): void {
  if (key === undefined) return;
  const file = join(folder, `@${name}`);
  const own = `${file}.${process.pid}`;
  writeFileSync(own, encrypted(value, Buffer.from(key, 'base64url')), { mode: 0o600 });
  // Whole, or not there.
  renameSync(own, file);
}

/** What another process has kept; undefined where none has. */
export function readSealed(folder: string, name: string, key: string | undefined): unknown {
  if (key === undefined) return undefined;
  try {
    return decrypted(readFileSync(join(folder, `@${name}`)), key);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function encrypted(value: unknown, key: Buffer): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG });
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

function decrypted(bytes: Buffer, key: string): unknown {
  const [iv, tag, text] = [bytes.subarray(0, IV), bytes.subarray(IV, IV + TAG), bytes.subarray(IV + TAG)];
  const decipher = createDecipheriv(CIPHER, Buffer.from(key, 'base64url'), iv, { authTagLength: TAG });
  decipher.setAuthTag(tag);
  return JSON.parse(Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8'));
}

function fileIn(folder: string): string {
  // Beside the targets' folders: no name of a target begins like this.
  return join(folder, '@run');
}
