import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { readJson } from '../target/json-file.ts';
import { refusalText } from '../target/refusal.ts';
import { schemaProblems } from '../target/schema-problems.ts';
import { schemas } from '../target/schemas.ts';
import { record } from '../tiktok/pixel-request.ts';
import { Snapshot, snapshotOf, withoutWording } from '../verdict/snapshot.ts';
import { AuditVerdicts, VERDICTS_VERSION } from '../verdict/verdict.ts';

/** A file of verdicts cannot be used. The message is printed as it is. */
export class VerdictFileError extends Error {
  override name = 'VerdictFileError';

  constructor(file: string, problems: string[], wanted: string) {
    const lines = problems.slice(0, SHOWN).map((problem) => `  ${problem}`);
    super(
      `${relative('', file) || file} cannot be used:\n${lines.join('\n')}\n` +
        `Wanted ${wanted}. Name another file, or make this one again.`,
    );
  }
}

/** A file of another kind has an error for nearly every field. */
const SHOWN = 5;

const VERDICTS = 'the verdicts.json of an audit, or the reports folder it is in';
const EARLIER = `a baseline file, or ${VERDICTS}`;

/**
 * The verdicts of an audit.
 *
 * @param path verdicts.json, or the reports folder it is in
 * @throws VerdictFileError
 */
export function readVerdicts(path: string): AuditVerdicts {
  return checkedVerdicts(parsed(path, VERDICTS), VERDICTS);
}

/**
 * The verdicts of an earlier audit, to compare with.
 *
 * @param path a baseline file, verdicts.json, or the reports folder it is in
 * @throws VerdictFileError
 */
export function readEarlier(path: string): Snapshot {
  const read = parsed(path, EARLIER);
  const { baseline } = record(read.value);
  if (baseline === undefined) return snapshotOf(checkedVerdicts(read, EARLIER));
  if (baseline !== 1) return checked(Snapshot, read, EARLIER);
  const snapshot = checked(Snapshot, { ...read, value: withoutWording(record(read.value)) }, EARLIER);
  console.error(
    `${read.file}: a baseline of version 1 is compared by rule only; accept a new audit with \`ttq-conformance baseline\` to compare findings.`,
  );
  return snapshot;
}

/**
 * The earlier verdicts that a run is compared with.
 *
 * @param path as in readEarlier
 * @param reports the folder that the run writes to
 * @throws VerdictFileError also if the run itself would remove the file
 */
export function readBaseline(path: string, reports: string): Snapshot {
  const way = relative(resolve(reports), resolve(path));
  if (way === '' || way === 'verdicts.json')
    throw new VerdictFileError(
      path,
      ['found the reports that this run replaces'],
      'what `ttq-conformance baseline` writes',
    );
  return readEarlier(path);
}

function checkedVerdicts(read: Read, wanted: string): AuditVerdicts {
  const { version, targets } = record(read.value);
  if (targets !== undefined && version !== VERDICTS_VERSION)
    throw new VerdictFileError(
      read.file,
      [`/version: found ${JSON.stringify(version)}; wanted ${VERDICTS_VERSION}. Run the audit again`],
      wanted,
    );
  return checked(AuditVerdicts, read, wanted);
}

interface Read {
  file: string;
  value: unknown;
}

/** Compiled on first use, as most processes never read verdicts; Ajv compiles each schema once. */
function checked<Schema extends TSchema>(
  schema: Schema,
  { file, value }: Read,
  wanted: string,
): Static<Schema> {
  const check = schemas.compile<Static<Schema>>(schema);
  if (check(value)) return value;
  throw new VerdictFileError(file, schemaProblems(check.errors).map(refusalText), wanted);
}

function parsed(path: string, wanted: string): Read {
  let file = path;
  try {
    if (statSync(path).isDirectory()) file = join(path, 'verdicts.json');
    return { file, value: readJson(file) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? 'found no such file' : `it cannot be read (${message})`;
    throw new VerdictFileError(file, [found], wanted);
  }
}
