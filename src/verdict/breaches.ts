import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import { RULES, RUN_RULES } from '../rules/index.ts';
import { SEVERITIES, type Severity } from '../target/target.ts';
import { causeOfDoubt, causeOfStop, faultOf, kindOf, pageOf } from './causes.ts';
import { failureHolds, isInconclusive, visitName } from './gate.ts';
import type {
  AuditVerdicts,
  Outcome,
  ReportedFinding,
  TargetVerdicts,
  Verdict,
  VisitVerdicts,
} from './verdict.ts';
import { reportedOf } from './whole-run.ts';

type Targets = Pick<AuditVerdicts, 'targets'>;

/** A visit of one of the targets, or its whole run. */
export interface Seat {
  target: TargetVerdicts;
  visit: VisitVerdicts;
}

/** What breaks a rule in the same way, in any number of visits and targets. */
export interface Breach {
  rule: string;
  severity: Severity;
  /** The first wording; the others differ only in ids, values and counts. */
  message: string;
  /** Whether it holds the release of its targets. */
  holds: boolean;
  sightings: (Seat & { finding: ReportedFinding })[];
}

/** Why visits could not be judged, and which. */
export interface Doubt {
  /** Undefined if the visit itself broke off or was not made. */
  rule?: string;
  reason: string;
  seats: Seat[];
}

/**
 * Failures, worst first, but causes before their consequences. Waived findings are left out, even if others of the same verdict
 * are not.
 */
export function failures(audit: Targets): Breach[] {
  return breaches(audit, false);
}

/** Waived failures, worst first. */
export function waivedFailures(audit: Targets): Breach[] {
  return breaches(audit, true);
}

function breaches({ targets }: Targets, waived: boolean): Breach[] {
  const found = seatsOf(targets).flatMap(({ target, visit }) =>
    visit.verdicts.flatMap((verdict) =>
      findingsOf(verdict)
        .filter(({ waiver }) => isWaived(verdict, waiver) === waived)
        .map((finding) => ({ target, visit, verdict, finding })),
    ),
  );
  const holds = ({ target, verdict }: (typeof found)[number]) =>
    !waived && failureHolds(verdict, target.failOn);
  const groups = Map.groupBy(found, (one) => {
    const { rule, severity } = one.verdict;
    const same = targets.length === 1 ? faultOf(one.finding) : kindOf(one.finding);
    return JSON.stringify([rule, severity, holds(one), same]);
  });
  const sorted = [...groups.values()]
    .map((group) => {
      const [first] = group as [(typeof found)[number]];
      const { rule, severity } = first.verdict;
      return { rule, severity, message: first.finding.message, holds: holds(first), sightings: group };
    })
    .sort(worstFirst);
  return causesFirst(sorted);
}

/** By rule, those that report its cause when they fail too. */
const REPORTERS: ReadonlyMap<string, readonly string[]> = new Map(
  [...RULES, ...RUN_RULES].map(({ id, yieldsTo = [] }) => [id, yieldsTo.map(({ rule }) => rule)]),
);

/** The same order, except that a rule that yields to another in one of its targets comes after it. */
function causesFirst(sorted: readonly Breach[]): Breach[] {
  const byRule = Map.groupBy(sorted, ({ rule }) => rule);
  const ordered: Breach[] = [];
  const begun = new Set<Breach>();
  const place = (breach: Breach) => {
    if (begun.has(breach)) return;
    begun.add(breach);
    const reporters = (REPORTERS.get(breach.rule) ?? []).flatMap((rule) => byRule.get(rule) ?? []);
    for (const cause of reporters) if (shareTarget(cause, breach)) place(cause);
    ordered.push(breach);
  };
  for (const breach of sorted) place(breach);
  return ordered;
}

function shareTarget(one: Breach, other: Breach): boolean {
  const targets = new Set(one.sightings.map(({ target }) => target));
  return other.sightings.some(({ target }) => targets.has(target));
}

/** The findings of a verdict. A failure without any still counts as one. */
export function findingsOf({ outcome, findings, reason }: Verdict): ReportedFinding[] {
  if (outcome !== 'fail' && outcome !== 'waived') return [];
  if (findings.length > 0) return findings;
  return [{ code: '', args: {}, message: reason ?? 'It failed, and no finding says why', place: '' }];
}

function isWaived({ outcome }: Verdict, waiver: ReportedFinding['waiver']): boolean {
  return outcome === 'waived' || (waiver !== undefined && !waiver.expired);
}

function worstFirst(a: Breach, b: Breach): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    Number(b.holds) - Number(a.holds) ||
    b.sightings.length - a.sightings.length ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Rules that could not be judged in complete visits. In others everything is inconclusive, for the visit's own reason. */
export function unjudged({ targets }: Targets): Doubt[] {
  const found = seatsOf(targets)
    .filter(({ visit }) => visit.outcome === 'complete')
    .flatMap((seat) => seat.visit.verdicts.filter(isInconclusive).map((verdict) => ({ seat, verdict })));
  const reasonOf = ({ reason }: Verdict) => reason ?? 'No reason was given';
  const groups = Map.groupBy(found, ({ verdict }) => JSON.stringify([verdict.rule, causeOfDoubt(verdict)]));
  return [...groups.values()].map((group) => ({
    rule: group[0]!.verdict.rule,
    reason: reasonOf(group[0]!.verdict),
    seats: group.map(({ seat }) => seat),
  }));
}

/** Visits that broke off or were not made, by what stopped them. */
export function unfinished({ targets }: Targets): Doubt[] {
  const found = seatsOf(targets).filter(({ visit }) => visit.outcome !== 'complete');
  const reasonOf = ({ visit }: Seat) => {
    const what = visit.outcome === 'missing' ? 'No evidence' : 'Broke off';
    return `${what}: ${visit.problem?.message ?? UNKNOWN_PROBLEM}`;
  };
  const causeIn = ({ visit }: Seat) => causeOfStop(visit, targets.length === 1);
  return [...Map.groupBy(found, causeIn).values()].map((seats) => ({
    reason: reasonOf(seats[0]!),
    seats,
  }));
}

/** Every visit, and the whole run of each target. */
export function seatsOf(targets: readonly TargetVerdicts[]): Seat[] {
  return targets.flatMap((target) => reportedOf(target).map((visit) => ({ target, visit })));
}

/** What holds the audit but is not a reason of one of its targets, such as an interruption. */
export function troubles({ gate }: AuditVerdicts): string[] {
  return gate.reasons.filter(({ target }) => target === undefined).map(({ message }) => message);
}

/** `purchase under ad-click`, after the target if there are several. */
export function seatName({ target, visit }: Seat, { targets }: AuditVerdicts): string {
  const name = visitName(visit, target.visits);
  return targets.length === 1 ? name : `${target.target}: ${name}`;
}

/** The number of verdicts with each outcome. An unknown outcome counts as inconclusive. */
export function countOutcomes(verdicts: readonly Verdict[]): Record<Outcome, number> {
  const counts = { pass: 0, fail: 0, waived: 0, inapplicable: 0, inconclusive: 0 };
  for (const verdict of verdicts) counts[isInconclusive(verdict) ? 'inconclusive' : verdict.outcome] += 1;
  return counts;
}

/** On how many pages besides the first it was seen; over several targets that number is meaningless. */
export function otherPages({ sightings }: Breach, { targets }: Targets): number {
  const pages = new Set(sightings.flatMap(({ finding }) => pageOf(finding) ?? []));
  return targets.length > 1 ? 0 : Math.max(0, pages.size - 1);
}

/** `1 visit`, `2 visits`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
