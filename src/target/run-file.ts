import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The processes of a run share more than fits in an environment, so it is stored in a file. The file contains each target's
 * identity and secrets, and survives a killed run: so it is encrypted, and its key is passed between processes in a variable.
 */

/** Only for the run's own processes, not for what they start for a site. */
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

/** @throws if the key belongs to another run */
export function readRunFile(folder: string, key: string): unknown {
  return decrypted(readFileSync(fileIn(folder)), key);
}

/**
 * Stores what one process of a run has found out for the others. Does nothing outside a run.
 *
 * @param folder of a target's log
 * @param key returned by `writeRunFile`
 */
export function writeSealed(folder: string, name: string, key: string | undefined, value: unknown): void {
  if (key === undefined) return;
  const file = join(folder, `@${name}`);
  const own = `${file}.${process.pid}`;
  writeFileSync(own, encrypted(value, Buffer.from(key, 'base64url')), { mode: 0o600 });
  // Appears complete, or not at all.
  renameSync(own, file);
}

/** What another process has stored; undefined if none has. */
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
  // Beside the targets' folders: no target's name begins like this.
  return join(folder, '@run');
}
