import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import { SEVERITIES, type Severity } from '../target/target.ts';
import { causeOf, causeOfDoubt, causeOfProblem } from '../verdict/causes.ts';
import { failureHolds, isInconclusive, isReasonOf, visitName } from '../verdict/gate.ts';
import type { Reason } from '../verdict/reasons.ts';
import type {
  AuditVerdicts,
  Outcome,
  ReportedFinding,
  TargetVerdicts,
  Verdict,
  VisitVerdicts,
} from '../verdict/verdict.ts';
import { reportedOf } from '../verdict/whole-run.ts';

type Targets = Pick<AuditVerdicts, 'targets'>;

/** A visit of one of the targets, or its whole run. */
export interface Seat {
  target: TargetVerdicts;
  visit: VisitVerdicts;
}

/** What breaks a rule in the same way, in however many visits it was seen. */
export interface Breach {
  rule: string;
  severity: Severity;
  /** As it was worded first; the others differ from it in ids, values and counts only. */
  message: string;
  /** Whether it holds the release of its targets. */
  holds: boolean;
  sightings: (Seat & { finding: ReportedFinding })[];
}

/** Why visits could not be judged, and which. */
export interface Doubt {
  /** Undefined where the visit itself broke off or was not made. */
  rule?: string;
  reason: string;
  seats: Seat[];
}

/** What fails, worst first. A finding that a waiver covers is not among it, though others of its verdict may be. */
export function failures(audit: Targets): Breach[] {
  return breaches(audit, false);
}

/** What fails and is waived, worst first. */
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
    return JSON.stringify([rule, severity, holds(one), causeOf(one.finding)]);
  });
  return [...groups.values()]
    .map((group) => {
      const [first] = group as [(typeof found)[number]];
      const { rule, severity } = first.verdict;
      return { rule, severity, message: first.finding.message, holds: holds(first), sightings: group };
    })
    .sort(worstFirst);
}

/** What a verdict found to be broken. A failure that says nothing more is one all the same. */
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

/** Rules that could not be judged in visits that were complete. In others all is inconclusive, for the visit's own reason. */
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
  const causeIn = ({ visit }: Seat) => `${visit.outcome} ${causeOfProblem(visit.problem)}`;
  return [...Map.groupBy(found, causeIn).values()].map((seats) => ({
    reason: reasonOf(seats[0]!),
    seats,
  }));
}

/** Every visit, and the whole run of each target. */
export function seatsOf(targets: readonly TargetVerdicts[]): Seat[] {
  return targets.flatMap((target) => reportedOf(target).map((visit) => ({ target, visit })));
}

/** What holds a target apart from failures: what could not be judged, or was not made. */
export function otherReasons(target: TargetVerdicts): Reason[] {
  const failed = reportedOf(target).flatMap(({ verdicts }) =>
    verdicts.filter(({ outcome }) => outcome === 'fail'),
  );
  return target.gate.reasons.filter((reason) => !failed.some((verdict) => isReasonOf(verdict, reason)));
}

/** What holds the audit and is not a reason of one of its targets, such as an interruption. */
export function troubles({ gate }: AuditVerdicts): string[] {
  return gate.reasons.filter(({ target }) => target === undefined).map(({ message }) => message);
}

/** `purchase under ad-click`, with the target before it where there are several. */
export function seatName({ target, visit }: Seat, { targets }: AuditVerdicts): string {
  const name = visitName(visit, target.visits);
  return targets.length === 1 ? name : `${target.target}: ${name}`;
}

/** How many verdicts came to which outcome. What is none of the known words counts as inconclusive. */
export function countOutcomes(verdicts: readonly Verdict[]): Record<Outcome, number> {
  const counts = { pass: 0, fail: 0, waived: 0, inapplicable: 0, inconclusive: 0 };
  for (const verdict of verdicts) counts[isInconclusive(verdict) ? 'inconclusive' : verdict.outcome] += 1;
  return counts;
}

/** `1 visit`, `2 visits`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
