import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
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
  const iv = randomBytes(IV);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG });
  const text = Buffer.concat([cipher.update(JSON.stringify(run), 'utf8'), cipher.final()]);
  writeFileSync(fileIn(folder), Buffer.concat([iv, cipher.getAuthTag(), text]), { mode: 0o600 });
  return key.toString('base64url');
}

/** @throws where the key is that of another run */
export function readRunFile(folder: string, key: string): unknown {
  const bytes = readFileSync(fileIn(folder));
  const [iv, tag, text] = [bytes.subarray(0, IV), bytes.subarray(IV, IV + TAG), bytes.subarray(IV + TAG)];
  const decipher = createDecipheriv(CIPHER, Buffer.from(key, 'base64url'), iv, { authTagLength: TAG });
  decipher.setAuthTag(tag);
  return JSON.parse(Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8'));
}

function fileIn(folder: string): string {
  // Beside the targets' folders: no name of a target begins like this.
  return join(folder, '@run');
}
