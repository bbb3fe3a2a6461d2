import type { TargetVerdicts, Verdict, VisitId, VisitVerdicts } from './verdict.ts';

/** Stands for all visits of a target together, where one is named. No scenario is called so. */
export const WHOLE_RUN: VisitId = { journey: 'the whole run', scenario: 'whole-run' };

/** The verdicts on a whole run in the form of a visit's, for who goes through both; none where there are none. */
export function wholeRun(run: readonly Verdict[] | undefined): VisitVerdicts[] {
  return run ? [{ ...WHOLE_RUN, outcome: 'complete', verdicts: [...run] }] : [];
}

/** All that was judged of a target: its visits, and the whole run. */
export function judgedOf({ visits, run }: Pick<TargetVerdicts, 'visits' | 'run'>): VisitVerdicts[] {
  return [...visits, ...wholeRun(run)];
}

/** The same for a reader, to whom a visit that is not there is reported once, and not for each rule that lacks it. */
export function reportedOf(target: Pick<TargetVerdicts, 'visits' | 'run'>): VisitVerdicts[] {
  const { visits, run } = target;
  if (!run || visits.every(({ outcome }) => outcome === 'complete')) return judgedOf(target);
  return [...visits, ...wholeRun(run.filter(({ outcome }) => outcome !== 'inconclusive'))];
}

export function isWholeRun({ scenario }: Pick<VisitId, 'scenario'>): boolean {
  return scenario === WHOLE_RUN.scenario;
}
