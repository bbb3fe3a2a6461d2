import type { TargetVerdicts, Verdict, VisitId, VisitVerdicts } from './verdict.ts';

/** Stands for all visits of a target where a visit is named. No scenario has this name. */
export const WHOLE_RUN: VisitId = { journey: 'the whole run', scenario: 'whole-run' };

/** The verdicts on a whole run in the form of a visit, for code that handles both; empty if there are none. */
export function wholeRun(run: readonly Verdict[] | undefined): VisitVerdicts[] {
  return run ? [{ ...WHOLE_RUN, outcome: 'complete', verdicts: [...run] }] : [];
}

/** Everything judged of a target: its visits, and the whole run. */
export function judgedOf({ visits, run }: Pick<TargetVerdicts, 'visits' | 'run'>): VisitVerdicts[] {
  return [...visits, ...wholeRun(run)];
}

/** The same for a reader: a missing visit is reported once, and not for each rule that lacks it. */
export function reportedOf(target: Pick<TargetVerdicts, 'visits' | 'run'>): VisitVerdicts[] {
  const { visits, run } = target;
  if (!run || visits.every(({ outcome }) => outcome === 'complete')) return judgedOf(target);
  return [...visits, ...wholeRun(run.filter(({ outcome }) => outcome !== 'inconclusive'))];
}

export function isWholeRun({ scenario }: Pick<VisitId, 'scenario'>): boolean {
  return scenario === WHOLE_RUN.scenario;
}
