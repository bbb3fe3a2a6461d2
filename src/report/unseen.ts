import type { AuditVerdicts } from '../verdict/verdict.ts';
import { reportedOf } from '../verdict/whole-run.ts';

/** Rules that were not judged because the evidence does not show what they need, by reason; empty if all were judged. */
export function formatUnseen({ targets }: AuditVerdicts): string {
  const verdicts = targets.flatMap((target) => reportedOf(target).flatMap(({ verdicts }) => verdicts));
  const byReason = Map.groupBy(
    verdicts.filter(({ unseen }) => unseen !== undefined),
    ({ outcome, reason = '' }) => `${reason} (${outcome})`,
  );
  if (byReason.size === 0) return '';
  return [
    'Not judged, because the evidence does not show enough',
    ...[...byReason].flatMap(([reason, alike]) => {
      const rules = [...new Set(alike.map(({ rule }) => rule))].sort();
      return [
        `  ${reason}: ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`,
        `    ${rules.join(', ')}`,
      ];
    }),
  ].join('\n');
}
