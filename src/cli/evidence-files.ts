import { constants } from 'node:buffer';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Read, readEvidence } from '../evidence/read.ts';

/**
 * Evidence and HAR files below these paths, in the order of the paths and, within a folder, by name. Each path begins as it was
 * given.
 */
export function evidenceFiles(paths: readonly string[]): string[] {
  const seen = new Set<string>();
  return paths.flatMap((path) => filesIn(path, seen, true));
}

/** Whether any of the paths is a folder, which is then expected to contain all of the target's visits. */
export function hasFolder(paths: readonly string[]): boolean {
  return paths.some((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}

/** Each file once, whatever links lead to it. A folder may be named x.json. */
function filesIn(path: string, seen: Set<string>, isNamed: boolean): string[] {
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    // A missing file, or a link that leads nowhere or in a loop: reading it reports why.
    return isNamed || isEvidenceName(path) ? [path] : [];
  }
  if (seen.has(real)) return [];
  seen.add(real);
  if (!statSync(real).isDirectory()) return isNamed || isEvidenceName(path) ? [path] : [];
  try {
    return readdirSync(real)
      .sort()
      .flatMap((name) => filesIn(join(path, name), seen, false));
  } catch {
    return [path];
  }
}

function isEvidenceName(path: string): boolean {
  return /\.(json|har|ndjson|jsonl)(\.gz)?$/i.test(path);
}

/** The content of a file, or why it cannot be judged. */
export function readEvidenceFile(path: string): Read {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return refused('found a folder that cannot be read; check its permissions');
    if (!stat.isFile())
      return refused(
        'found something that is not a regular file; wanted evidence, a HAR or a list of Events API calls',
      );
    if (stat.size > constants.MAX_STRING_LENGTH)
      return refused(
        `it has ${stat.size} bytes; wanted at most ${constants.MAX_STRING_LENGTH}. Cut the HAR down to one visit.`,
      );
    const content = readFileSync(resolve(path));
    if (hasMagic(content, ZIP))
      return refused('it is a ZIP archive; unpack it, and judge the .har file in it');
    if (!hasMagic(content, GZIP)) return readEvidence(content.toString('utf8'));
    return readEvidence(
      gunzipSync(content, { maxOutputLength: constants.MAX_STRING_LENGTH }).toString('utf8'),
    );
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refused(`it cannot be read (${REASONS[code ?? ''] ?? message}); check the path`);
  }
}

/** The first bytes of gzipped files, whatever their names. */
const GZIP = [0x1f, 0x8b];
const ZIP = [0x50, 0x4b, 0x03, 0x04];

function hasMagic(content: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, index) => content[index] === byte);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission',
  ERR_BUFFER_TOO_LARGE: 'unpacked, it is larger than one visit can be',
  Z_BUF_ERROR: 'it ends in the middle, as if packing was cut off',
  Z_DATA_ERROR: 'it is gzip data, but damaged',
  ELOOP: 'its links form a loop',
};

function refused(problem: string): Read {
  return { kind: 'refused', problem };
}
