import { visitName } from '../verdict/gate.ts';
import type { ChangeKind, TargetVerdicts } from '../verdict/verdict.ts';
import { reportedOf } from '../verdict/whole-run.ts';

const KINDS: Record<ChangeKind, string> = {
  new: 'new',
  worse: 'worse',
  unjudged: 'no longer judged',
  known: 'known',
  fixed: 'fixed',
};

/** How a target differs from its baseline, in one line: verdicts by kind. Undefined without a baseline. */
export function changeCounts({ comparison }: TargetVerdicts): string | undefined {
  if (!comparison) return undefined;
  const { counts, gone } = comparison;
  const parts = (Object.keys(KINDS) as ChangeKind[])
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${KINDS[kind]}`);
  const all = gone.length > 0 ? [...parts, `${gone.length} gone`] : parts;
  return all.length > 0 ? all.join(', ') : 'no change';
}

/** A rule that was fixed, or that fails as before, and in which visits. */
export interface ChangedRule {
  rule: string;
  visits: string[];
}

/** The rules whose verdicts differ from the baseline in one way, in their order. */
export function changedRules(target: TargetVerdicts, kind: ChangeKind): ChangedRule[] {
  const found = reportedOf(target).flatMap((visit) =>
    visit.verdicts
      .filter(({ change }) => change === kind)
      .map(({ rule }) => ({ rule, visit: visitName(visit, target.visits) })),
  );
  return [...Map.groupBy(found, ({ rule }) => rule)].map(([rule, alike]) => ({
    rule,
    visits: alike.map(({ visit }) => visit),
  }));
}
