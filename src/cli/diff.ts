import { formatDiff } from '../report/diff.ts';
import { diffAudits, isRegression } from '../verdict/diff.ts';
import { readEarlier, readVerdicts } from './verdict-files.ts';

const NOT_WORSE = 0;
const WORSE = 1;

/**
 * Prints what differs between two audits.
 *
 * @param before a baseline file, verdicts.json, or a reports folder
 * @param after verdicts.json, or a reports folder
 * @returns the exit code
 * @throws VerdictFileError
 */
export function diff(before: string, after: string): number {
  const diffs = diffAudits(readEarlier(before), readVerdicts(after));
  console.log(formatDiff(diffs));
  return diffs.some(isRegression) ? WORSE : NOT_WORSE;
}
