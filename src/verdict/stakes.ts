import type { Finding, Rule } from '../rules/rule.ts';
import { type Asked, leftToOthers } from '../rules/run.ts';
import { type Stake, stakesAt, sumOfStakes } from '../rules/stake.ts';
import type { ReportedFinding } from './verdict.ts';

/** A failure as it was found, and as it is reported. */
export interface Reported {
  rule: string;
  found: Finding;
  finding: ReportedFinding;
}

/**
 * What each failure of a visit puts at stake: of its own conversions, and of those that other rules found to be wrong and left to it.
 * A rule counts no conversion twice.
 *
 * @param failed the failures that are reported
 * @param rules those that were asked
 */
export function stakesOf(
  failed: readonly Reported[],
  rules: readonly Rule[],
  asked: Asked,
): Map<ReportedFinding, NonNullable<ReportedFinding['stake']>> {
  const stakes = new Map<ReportedFinding, Stake[]>();
  const reported = new Map<string, Set<object>>();
  const add = (rule: string, found: Finding, more: readonly Stake[]) => {
    const own = failed.filter((one) => one.rule === rule);
    // A finding that several were merged into is not one of them.
    const { finding } = own.find((one) => one.found === found) ?? own[0] ?? {};
    if (!finding) return;
    const known = reported.get(rule) ?? new Set();
    reported.set(rule, known);
    const fresh = more.filter(({ of }) => !known.has(of) && known.add(of));
    stakes.set(finding, [...(stakes.get(finding) ?? []), ...fresh]);
  };
  for (const rule of rules) {
    if (!rule.stakes) continue;
    for (const { one, by } of leftToOthers(rule, asked)) {
      const more = rule.stakes(one).flatMap((place) => stakesAt(place, asked.evidence));
      const [reporter = { rule: rule.id, found: one }] = by;
      add(reporter.rule, reporter.found, more);
    }
  }
  return new Map(
    [...stakes].flatMap(([finding, own]) => {
      const sum = sumOfStakes(own.map(({ amounts }) => amounts));
      return sum ? [[finding, sum] as const] : [];
    }),
  );
}
