import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { RULE_BY_ID } from '../../../src/rules/index.ts';
import { type Kill, killIn } from './kills.ts';

/** Prints the kill matrix after the mutants' tests: rule by mutant, and whatever is not on its diagonal. */
export default class MatrixReporter implements Reporter {
  private readonly kills: Kill[] = [];
  private readonly failures: string[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    const kill = killIn(result.attachments);
    if (kill) this.kills.push(kill);
    if (result.status !== 'passed')
      this.failures.push(`${test.title}\n${result.error?.message ?? result.status}`);
    else if (process.stdout.isTTY) process.stdout.write('.');
  }

  onEnd({ status }: FullResult): void {
    console.log(`\n${formatMatrix(this.kills)}`);
    for (const failure of this.failures) console.log(`\nFailed: ${failure}`);
    console.log(
      `\n${this.failures.length === 0 && status === 'passed' ? 'Every mutant is killed.' : 'Not right.'}`,
    );
  }

  printsToStdio(): boolean {
    return true;
  }
}

/**
 * A line for each rule with the mutants that it kills, those of the site first; then mutants killed by another rule or by none.
 */
export function formatMatrix(kills: readonly Kill[]): string {
  const width = Math.max(...[...RULE_BY_ID.keys()].map((id) => id.length));
  const rows = [...RULE_BY_ID.keys()].map((id) => {
    const own = kills.filter(({ rule, killedBy }) => rule === id && killedBy.includes(id));
    const site = own.filter(({ kind }) => kind === 'site').map(({ mutant }) => mutant);
    const evidence = own.filter(({ kind }) => kind === 'evidence').map(({ mutant }) => mutant);
    return [
      `${id.padEnd(width)}  ${String(own.length).padStart(3)}`,
      ...site,
      ...evidence.map((mutant) => `(${mutant})`),
    ].join('  ');
  });
  const stray = kills.flatMap(({ mutant, rule, killedBy }) => {
    const others = killedBy.filter((id) => id !== rule);
    return killedBy.includes(rule) && others.length === 0
      ? []
      : [`${mutant}: wanted ${rule}; killed by ${killedBy.join(', ') || 'none'}`];
  });
  return [
    `${kills.length} mutants, ${RULE_BY_ID.size} rules. In brackets: mutants of the evidence.`,
    ...rows,
    '',
    stray.length === 0
      ? 'No mutant is killed by another rule than its own, and none survives.'
      : 'Off the diagonal:',
    ...stray,
  ].join('\n');
}
