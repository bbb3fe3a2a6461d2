import { readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { schemaProblems, schemas } from '../target/schema-problems.ts';
import { Snapshot, snapshotOf } from '../verdict/snapshot.ts';
import { AuditVerdicts } from '../verdict/verdict.ts';

/** A file of verdicts cannot be used. The message is meant to be printed as it is. */
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

/** A file of another kind has an error for nearly each of its fields. */
const SHOWN = 5;

const VERDICTS = 'the verdicts.json of an audit, or the reports folder it is in';
const EARLIER = `a baseline file, or ${VERDICTS}`;

const checkVerdicts = schemas.compile<AuditVerdicts>(AuditVerdicts);
const checkBaseline = schemas.compile<Snapshot>(Snapshot);

/**
 * The verdicts of an audit.
 *
 * @param path verdicts.json, or the reports folder it is in
 * @throws VerdictFileError
 */
export function readVerdicts(path: string): AuditVerdicts {
  const { file, value } = parsed(path, VERDICTS);
  if (checkVerdicts(value)) return value;
  throw new VerdictFileError(file, schemaProblems(checkVerdicts.errors), VERDICTS);
}

/**
 * What an earlier audit came to.
 *
 * @param path a baseline file, verdicts.json, or the reports folder it is in
 * @throws VerdictFileError
 */
export function readEarlier(path: string): Snapshot {
  const { file, value } = parsed(path, EARLIER);
  if (typeof value === 'object' && value !== null && 'baseline' in value) {
    if (checkBaseline(value)) return value;
    throw new VerdictFileError(file, schemaProblems(checkBaseline.errors), EARLIER);
  }
  if (checkVerdicts(value)) return snapshotOf(value);
  throw new VerdictFileError(file, schemaProblems(checkVerdicts.errors), EARLIER);
}

function parsed(path: string, wanted: string): { file: string; value: unknown } {
  let file = path;
  try {
    if (statSync(path).isDirectory()) file = join(path, 'verdicts.json');
    return { file, value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const found = code === 'ENOENT' ? 'found no such file' : `it cannot be read (${message})`;
    throw new VerdictFileError(file, [found], wanted);
  }
}
