import { problem, UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import { isInconclusive } from './gate.ts';
import type { Outcome, Verdict, VisitId, VisitRun, VisitVerdicts } from './verdict.ts';
import { visitIdOf } from './visit-id.ts';

/** One run of a visit, before any waiver. */
export function visitRun(
  { outcome, problem, evidence, timeline, picture, tracked, digest, verdicts }: VisitVerdicts,
  run: number,
): VisitRun {
  return {
    run,
    outcome,
    ...(problem ? { problem } : {}),
    ...(evidence === undefined ? {} : { evidence }),
    ...(timeline === undefined ? {} : { timeline }),
    ...(picture === undefined ? {} : { picture }),
    ...(tracked ? { tracked } : {}),
    ...(digest ? { digest } : {}),
    verdicts,
  };
}

/**
 * Combines the runs of a visit into one: broken if one run is; a rule whose outcome differs between runs is inconclusive.
 *
 * @param runs at least one, in their order
 */
export function combinedVisit(id: VisitId, runs: VisitRun[]): VisitVerdicts {
  const [first] = runs;
  const { evidence, timeline, tracked } = runs.find((run) => run.evidence !== undefined) ?? first!;
  const picture = runs.find((run) => run.picture !== undefined)?.picture;
  const problem = problemOf(runs);
  return {
    ...visitIdOf(id),
    outcome: outcomeOf(runs),
    ...(problem ? { problem } : {}),
    ...(evidence === undefined ? {} : { evidence }),
    ...(timeline === undefined ? {} : { timeline }),
    ...(picture === undefined ? {} : { picture }),
    ...(tracked ? { tracked } : {}),
    verdicts: rulesOf(runs).map((rule) => combinedVerdict(rule, runs, evidence)),
    runs,
  };
}

/** Whether a verdict was not the same in all runs of its visit. */
export function isUnstable({ outcome, runs = {} }: Verdict): boolean {
  return outcome === 'inconclusive' && Object.keys(runs).length > 1;
}

/** Missing if no run left a result; if only some did, the visit is broken. */
function outcomeOf(runs: VisitRun[]): VisitVerdicts['outcome'] {
  if (runs.every(({ outcome }) => outcome === 'complete')) return 'complete';
  return runs.every(({ outcome }) => outcome === 'missing') ? 'missing' : 'broken';
}

function problemOf(runs: VisitRun[]): VisitVerdicts['problem'] {
  const troubled = runs.filter(({ outcome }) => outcome !== 'complete');
  const [first] = troubled;
  if (!first || troubled.length === runs.length) return first?.problem;
  const isMissing = Number(first.outcome === 'missing');
  const args = { times: troubled.length, runs: runs.length, isMissing };
  return problem(
    'some-runs',
    { ...args, first: first.problem?.message ?? UNKNOWN_PROBLEM },
    first.problem?.kind,
  );
}

function rulesOf(runs: VisitRun[]): string[] {
  return [...new Set(runs.flatMap(({ verdicts }) => verdicts.map(({ rule }) => rule)))];
}

function combinedVerdict(rule: string, runs: VisitRun[], evidence: string | undefined): Verdict {
  const judged = runs.flatMap((run) =>
    run.verdicts.filter((verdict) => verdict.rule === rule).map((verdict) => ({ run, verdict })),
  );
  const [first] = judged;
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { verdict } of judged) counts[verdict.outcome] = (counts[verdict.outcome] ?? 0) + 1;
  const found = judged.find(({ verdict }) => verdict.findings.length > 0);
  const { severity, reason } = first!.verdict;
  const outcome = sameOutcome(judged);
  return {
    rule,
    severity,
    outcome: outcome ?? 'inconclusive',
    ...reasonOf(outcome, counts, judged.length, reason),
    findings: found?.verdict.findings ?? [],
    ...(found?.run.evidence === undefined || found.run.evidence === evidence
      ? {}
      : { evidence: found.run.evidence }),
    runs: counts,
  };
}

/**
 * The common outcome of all runs; undefined if they differ. What a broken run did not judge does not weaken a failure that the
 * others saw, but it never lets a visit pass.
 */
function sameOutcome(judged: { run: VisitRun; verdict: Verdict }[]): Outcome | undefined {
  const outcomes = new Set(judged.map(({ verdict }) => verdict.outcome));
  if (outcomes.size === 1) return judged[0]!.verdict.outcome;
  const others = judged.filter(({ run, verdict }) => run.outcome === 'complete' || !isInconclusive(verdict));
  return others.length > 0 && others.every(({ verdict }) => verdict.outcome === 'fail') ? 'fail' : undefined;
}

function reasonOf(
  outcome: Outcome | undefined,
  counts: Partial<Record<Outcome, number>>,
  total: number,
  reason: string | undefined,
): Pick<Verdict, 'reason'> {
  if (outcome === 'fail') return {};
  if (outcome !== undefined) return reason === undefined ? {} : { reason };
  const parts = WORDS.flatMap(([name, word]) => (counts[name] ? [{ word, times: counts[name] }] : []));
  const told = parts.map(({ word, times }, index) =>
    index === 0 ? `${word} in ${times} of ${total} visits` : `${word} in ${times}`,
  );
  return { reason: `Unstable: ${told.join(', ')}` };
}

/** Worst first. */
const WORDS: [Outcome, string][] = [
  ['fail', 'failed'],
  ['inconclusive', 'could not be judged'],
  ['pass', 'passed'],
  ['inapplicable', 'did not apply'],
];
