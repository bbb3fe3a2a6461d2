import { SEVERITIES } from '../target/target.ts';
import { visitName } from './gate.ts';
import { type Failure, judgedThen, keyOf, type TargetSnapshot, type VisitSnapshot } from './snapshot.ts';
import type { ChangeKind, Comparison, TargetVerdicts, Verdict, VisitVerdicts } from './verdict.ts';
import { isSameVisit } from './visit-id.ts';
import { isWholeRun, judgedOf } from './whole-run.ts';

/** All verdicts of a target, marked with how they differ from the baseline, and the totals. */
export interface Compared extends Pick<TargetVerdicts, 'visits' | 'run'> {
  comparison: Comparison;
}

/**
 * Compares the visits of a target and their whole run with its baseline. A pass that was a pass before is not a change, and neither
 * is a waived failure.
 *
 * @param off rules that the target switches off on purpose, so they are not reported as no longer judged
 * @param isWhole whether these are all of its visits, so that a missing one is gone
 */
export function compareWith(
  before: TargetSnapshot,
  judged: Pick<TargetVerdicts, 'visits' | 'run'>,
  off: readonly string[],
  isWhole: boolean,
): Compared {
  const known = judgedThen(before);
  const compared = isWhole ? judgedOf(judged) : judged.visits;
  const marked = compared.map((visit) => {
    const then = known.find((one) => isSameVisit(one, visit));
    // A failure that the whole run leaves to another rule is in the visits.
    const failing = failingIn(isWholeRun(visit) ? compared : [visit]);
    return { ...visit, verdicts: visit.verdicts.map((verdict) => withChange(verdict, then, failing)) };
  });
  const counts: Comparison['counts'] = { new: 0, worse: 0, unjudged: 0, known: 0, fixed: 0 };
  for (const { change } of marked.flatMap(({ verdicts }) => verdicts)) if (change) counts[change]++;
  const gone = [
    ...(isWhole ? visitsGone(before, marked) : []),
    ...marked.flatMap((visit) => rulesGone(known, visit, off)),
  ];
  // A part of the visits cannot be compared with a whole run.
  const run = marked.find(isWholeRun)?.verdicts ?? judged.run;
  const visits = marked.filter((visit) => !isWholeRun(visit));
  return { visits, ...(run ? { run } : {}), comparison: { counts, gone } };
}

function failingIn(visits: readonly VisitVerdicts[]): string[] {
  const verdicts = visits.flatMap((visit) => visit.verdicts);
  return verdicts.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule);
}

/** @param failing the rules that now fail in the visit */
function withChange(verdict: Verdict, then: VisitSnapshot | undefined, failing: readonly string[]): Verdict {
  const change = changeOf(verdict, then, failing);
  return change === undefined ? verdict : { ...verdict, change };
}

function changeOf(
  verdict: Verdict,
  then: VisitSnapshot | undefined,
  failing: readonly string[],
): ChangeKind | undefined {
  const { rule, outcome, yieldedTo = [] } = verdict;
  const failed = then?.fail.find((failure) => failure.rule === rule);
  const wasUnjudged = then?.inconclusive.includes(rule) ?? false;
  switch (outcome) {
    case 'fail':
      if (!failed) return 'new';
      return isWorse(failed, verdict) ? 'worse' : 'known';
    case 'inconclusive':
      return wasUnjudged ? 'known' : 'unjudged';
    case 'inapplicable': {
      const judged = [...(then?.pass ?? []), ...namesOf(then?.fail), ...namesOf(then?.waived)];
      const wasJudged = judged.includes(rule);
      const isReported = yieldedTo.some((other) => failing.includes(other));
      return wasJudged && !isReported ? 'unjudged' : undefined;
    }
    case 'pass':
      return failed || wasUnjudged || namesOf(then?.waived).includes(rule) ? 'fixed' : undefined;
    default:
      return undefined;
  }
}

function namesOf(failures: readonly Failure[] = []): string[] {
  return failures.map(({ rule }) => rule);
}

/** A higher severity, or a finding unlike all of those before. */
function isWorse(before: Failure, { severity, findings }: Verdict): boolean {
  if (SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(before.severity)) return true;
  if (before.findings === undefined) return false;
  const known = new Set(before.findings.map(keyOf));
  return findings.some((finding) => !known.has(keyOf(finding)));
}

function visitsGone(before: TargetSnapshot, visits: readonly VisitVerdicts[]): string[] {
  return before.visits
    .filter((then) => !visits.some((visit) => isSameVisit(then, visit)))
    .map((then) => `the visit ${visitName(then)}`);
}

/** Rules that the baseline judged and that are no longer even asked. */
function rulesGone(known: readonly VisitSnapshot[], visit: VisitVerdicts, off: readonly string[]): string[] {
  // A visit that broke off or is missing already holds the release.
  if (visit.outcome !== 'complete') return [];
  const then = known.find((one) => isSameVisit(one, visit));
  if (!then) return [];
  const asked = new Set(visit.verdicts.map(({ rule }) => rule));
  return [...then.pass, ...namesOf(then.fail), ...namesOf(then.waived)]
    .filter((rule) => !asked.has(rule) && !off.includes(rule))
    .map((rule) => `${rule} in ${visitName(visit)}`);
}
