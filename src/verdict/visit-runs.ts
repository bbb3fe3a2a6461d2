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
    verdicts: [...talliesOf(runs)].map(([rule, tally]) => combinedVerdict(rule, tally, evidence)),
    runs,
  };
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

/** What a rule made of the runs: no list of them, as a folder can hold thousands of runs of one visit. */
interface Tally {
  first: Verdict;
  /** How many runs it judged. */
  total: number;
  counts: Partial<Record<Outcome, number>>;
  /** Its outcomes, without what broken runs did not judge. */
  firm: Set<Outcome>;
  /** The first run in which it found something. */
  found?: { run: VisitRun; verdict: Verdict };
}

function talliesOf(runs: readonly VisitRun[]): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const run of runs) {
    for (const verdict of run.verdicts) {
      const { rule, outcome, findings } = verdict;
      const tally = tallies.get(rule) ?? { first: verdict, total: 0, counts: {}, firm: new Set() };
      tallies.set(rule, tally);
      tally.total += 1;
      tally.counts[outcome] = (tally.counts[outcome] ?? 0) + 1;
      if (run.outcome === 'complete' || !isInconclusive(verdict)) tally.firm.add(outcome);
      if (!tally.found && findings.length > 0) tally.found = { run, verdict };
    }
  }
  return tallies;
}

function combinedVerdict(rule: string, tally: Tally, evidence: string | undefined): Verdict {
  const { first, total, counts, found } = tally;
  const { severity, reason } = first;
  const outcome = sameOutcome(tally);
  return {
    rule,
    severity,
    outcome: outcome ?? 'inconclusive',
    ...reasonOf(outcome, counts, total, reason),
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
function sameOutcome({ first, counts, firm }: Tally): Outcome | undefined {
  if (Object.keys(counts).length === 1) return first.outcome;
  return firm.size === 1 && firm.has('fail') ? 'fail' : undefined;
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
  const outcomes = parts.map(({ word, times }, index) =>
    index === 0 ? `${word} in ${times} of ${total} visits` : `${word} in ${times}`,
  );
  return { reason: `Unstable: ${outcomes.join(', ')}` };
}

/** Worst first. */
const WORDS: [Outcome, string][] = [
  ['fail', 'failed'],
  ['inconclusive', 'could not be judged'],
  ['pass', 'passed'],
  ['inapplicable', 'did not apply'],
];
