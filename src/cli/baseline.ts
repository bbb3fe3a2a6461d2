import { relative } from 'node:path';
import { COULD_NOT_RUN, RELEASED } from '../report/exit-code.ts';
import { writeWhole } from '../report/files.ts';
import { readVerdicts } from '../report/verdict-files.ts';
import { snapshotOf } from '../verdict/snapshot.ts';

/**
 * Writes the results of an audit as the baseline of later ones.
 *
 * @param path verdicts.json, or the reports folder it is in
 * @param output the baseline file
 * @returns the exit code
 * @throws VerdictFileError
 */
export function baseline(path: string, output: string): number {
  const audit = readVerdicts(path);
  const unfinished = audit.targets.flatMap(({ target, problem, visits }) => {
    if (problem !== undefined) return [`${target} could not be audited`];
    const without = visits.filter(({ outcome }) => outcome !== 'complete').length;
    return without > 0 ? [`${target} has ${without} of ${visits.length} visits broken off or missing`] : [];
  });
  const whole = audit.shard ? [`It is shard ${audit.shard.current} of ${audit.shard.total}`] : [];
  const part = audit.gate.reasons.filter(({ code }) => code === 'filtered').map(({ message }) => message);
  const reasons = [
    ...whole,
    ...part,
    ...(audit.targets.length === 0 ? ['It has no target'] : []),
    ...unfinished,
  ];
  if (reasons.length > 0) {
    // Later audits would not notice the loss of what is missing from it.
    console.error(
      `${relative('', path) || path} is not a baseline: only a complete audit can be ` +
        `one.\n${reasons.map((reason) => `  ${reason}`).join('\n')}\nFix that, audit again, and accept the new verdicts.`,
    );
    return COULD_NOT_RUN;
  }
  writeWhole(output, `${JSON.stringify(snapshotOf(audit), null, 2)}\n`);
  const failures = audit.targets.flatMap(({ visits }) =>
    visits.flatMap(({ verdicts }) => verdicts.filter(({ outcome }) => outcome === 'fail')),
  );
  console.log(
    `${output}: ${audit.targets.length} ${audit.targets.length === 1 ? 'target' : 'targets'}, ` +
      `${failures.length} ${failures.length === 1 ? 'failure' : 'failures'} accepted`,
  );
  return RELEASED;
}
