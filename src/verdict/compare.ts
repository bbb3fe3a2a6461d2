import { SEVERITIES } from '../target/target.ts';
import { visitName } from './gate.ts';
import { type Failure, keyOf, type TargetSnapshot, type VisitSnapshot } from './snapshot.ts';
import type { ChangeKind, Comparison, Verdict, VisitVerdicts } from './verdict.ts';
import { isSameVisit } from './visit-id.ts';

/** A target's visits, each verdict marked with how it differs from the baseline, and the sum of it. */
export interface Compared {
  visits: VisitVerdicts[];
  comparison: Comparison;
}

/**
 * Holds the visits of a target against its baseline. A pass that was one is no change, and what is waived is none either.
 *
 * @param off rules that the target switches off: that they are judged no longer is its own wish
 * @param isWhole whether these are all of its visits, so that one that is missing is gone
 */
export function compareWith(
  before: TargetSnapshot,
  visits: readonly VisitVerdicts[],
  off: readonly string[],
  isWhole: boolean,
): Compared {
  const marked = visits.map((visit) => {
    const then = before.visits.find((one) => isSameVisit(one, visit));
    const failing = visit.verdicts.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule);
    return { ...visit, verdicts: visit.verdicts.map((verdict) => withChange(verdict, then, failing)) };
  });
  const counts: Comparison['counts'] = { new: 0, worse: 0, unjudged: 0, known: 0, mended: 0 };
  for (const { change } of marked.flatMap(({ verdicts }) => verdicts)) if (change) counts[change]++;
  const gone = [
    ...(isWhole ? visitsGone(before, marked) : []),
    ...marked.flatMap((visit) => rulesGone(before, visit, off)),
  ];
  return { visits: marked, comparison: { counts, gone } };
}

/** @param failing the rules that fail in the visit now */
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
      return failed || wasUnjudged || namesOf(then?.waived).includes(rule) ? 'mended' : undefined;
    default:
      return undefined;
  }
}

function namesOf(failures: readonly Failure[] = []): string[] {
  return failures.map(({ rule }) => rule);
}

/** A higher severity, or a finding that is like none of those before. */
function isWorse(before: Failure, { severity, findings }: Verdict): boolean {
  if (SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(before.severity)) return true;
  if (before.findings === undefined) return false;
  const known = new Set(before.findings.map(keyOf));
  return findings.some((finding) => !known.has(keyOf(finding)));
}

/**
 * For showing texts that are alike once: a text without what differs from run to run, such as order numbers, event_ids and click ids: every word that has
 * three digits or more, and the digits of all others.
 */
export function signatureOf(message: string): string {
  return message
    .replace(/\[([\w-]+) (?:sha256=[0-9a-f]{64} shape=|hmac=)[^\]]*\]/g, '[$1]')
    .split(/([\s,;:()"'=&?/]+)/)
    .map((word) => (word.replace(/\D/g, '').length >= 3 ? '#' : word.replace(/\d+/g, '#')))
    .join('');
}

function visitsGone(before: TargetSnapshot, visits: readonly VisitVerdicts[]): string[] {
  return before.visits
    .filter((then) => !visits.some((visit) => isSameVisit(then, visit)))
    .map((then) => `the visit ${visitName(then)}`);
}

/** What the baseline judged, and is not even asked any more. */
function rulesGone(before: TargetSnapshot, visit: VisitVerdicts, off: readonly string[]): string[] {
  // A visit that broke off or is missing holds the release by itself.
  if (visit.outcome !== 'complete') return [];
  const then = before.visits.find((one) => isSameVisit(one, visit));
  if (!then) return [];
  const asked = new Set(visit.verdicts.map(({ rule }) => rule));
  return [...then.pass, ...namesOf(then.fail), ...namesOf(then.waived)]
    .filter((rule) => !asked.has(rule) && !off.includes(rule))
    .map((rule) => `${rule} in ${visitName(visit)}`);
}
