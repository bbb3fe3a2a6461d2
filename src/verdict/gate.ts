import { SEVERITIES, type Severity } from '../target/target.ts';
import type { Gate, Outcome, Verdict, VisitVerdicts } from './verdict.ts';

/**
 * Whether the release may go out. It may only where every visit was made and judged, and nothing failed that counts: whatever
 * is missing, broken or unjudged holds it.
 *
 * @param failOn severities whose failures hold the release
 */
export function decideGate(visits: VisitVerdicts[], failOn: Severity[]): Gate {
  if (visits.length === 0) return { released: false, reasons: ['No visit was made'] };
  const reasons = [
    ...failures(visits, failOn),
    ...unfinished(visits),
    ...unjudged(visits),
    ...inconclusive(visits),
    ...noLongerJudged(visits, failOn),
  ];
  return { released: reasons.length === 0, reasons };
}

/** What names a visit of a target. */
export type VisitId = Pick<VisitVerdicts, 'journey' | 'scenario' | 'clickUrl' | 'fault'>;

export function isSameVisit(a: VisitId, b: VisitId): boolean {
  return (
    a.journey === b.journey && a.scenario === b.scenario && a.clickUrl === b.clickUrl && a.fault === b.fault
  );
}

/**
 * `purchase under ad-click`, with the click URL where it is needed to tell visits apart; `purchase under events-api-faults
 * (token-expired)`, always with the fault.
 *
 * @param among the visits that are spoken of; without them the click URL is always named
 */
export function visitName(visit: VisitId, among?: VisitVerdicts[]): string {
  const name = `${visit.journey} under ${visit.scenario}`;
  if (visit.fault !== undefined) return `${name} (${visit.fault})`;
  const alike = among?.filter(
    (other) => other.journey === visit.journey && other.scenario === visit.scenario,
  );
  return visit.clickUrl === undefined || alike?.length === 1 ? name : `${name} (${visit.clickUrl})`;
}

/** Whether a verdict is a failure that holds the release: of a severity that counts, and not in the baseline. */
export function failureHolds({ outcome, severity, change }: Verdict, failOn: readonly Severity[]): boolean {
  return outcome === 'fail' && failOn.includes(severity) && change !== 'known';
}

/** Whether a reason of the gate is that this rule failed. */
export function isReasonOf({ rule, severity }: Verdict, reason: string): boolean {
  return reason.startsWith(failureReason(rule, severity));
}

function failureReason(rule: string, severity: Severity): string {
  return `${rule} (${severity}) failed`;
}

const KNOWN: readonly Outcome[] = ['pass', 'fail', 'waived', 'inapplicable'];

/** What counts as unjudged: also an outcome that is none of the known words. */
export function isInconclusive({ outcome }: Verdict): boolean {
  return !KNOWN.includes(outcome);
}

/** Worst severity first, then by rule. */
export function compareVerdicts(a: Verdict, b: Verdict): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0)
  );
}

function failures(visits: VisitVerdicts[], failOn: Severity[]): string[] {
  const failed = verdictsOf(visits, (verdict) => failureHolds(verdict, failOn));
  const what = ({ verdict: { rule, severity, change } }: Judged) =>
    `${failureReason(rule, severity)}${change === 'worse' ? ', worse than in the baseline,' : ''}`;
  return grouped(failed, what).map(
    ([what, items]) =>
      `${what} in ${share(items, visits)}: ${names(items, visits)}${expiryNote(items.map(({ verdict }) => verdict))}`,
  );
}

/** Why what was waived counts again. */
function expiryNote(verdicts: Verdict[]): string {
  const waivers = verdicts.flatMap(({ findings }) => findings.flatMap(({ waiver }) => waiver ?? []));
  const expired = waivers.filter(({ expired }) => expired);
  const notes = new Set(
    expired.map(({ owner, expires }) => `; the waiver of ${owner} expired on ${expires}`),
  );
  return [...notes].join('');
}

function unfinished(visits: VisitVerdicts[]): string[] {
  const items = visits.filter(({ outcome }) => outcome !== 'complete').map((visit) => ({ visit }));
  const what = ({ visit }: { visit: VisitVerdicts }) =>
    `${visit.outcome === 'missing' ? 'No evidence came of' : 'Broken off:'}\n${visit.problem?.message ?? 'for a reason that was not recorded'}`;
  return grouped(items, what).map(([key, group]) => {
    const [verb, ...message] = key.split('\n');
    return `${verb} ${share(group, visits)} (${names(group, visits)}): ${message.join(' ')}`;
  });
}

function unjudged(visits: VisitVerdicts[]): string[] {
  const items = complete(visits)
    .filter(({ verdicts }) => verdicts.every(({ outcome }) => outcome === 'inapplicable'))
    .map((visit) => ({ visit }));
  if (items.length === 0) return [];
  return [`No rule applied in ${share(items, visits)}: ${names(items, visits)}`];
}

/** Of complete visits only: what is inconclusive in a broken one is so because it broke, which has a reason of its own. */
function inconclusive(visits: VisitVerdicts[]): string[] {
  const items = verdictsOf(
    complete(visits),
    (verdict) => isInconclusive(verdict) && verdict.change !== 'known',
  );
  return byReason(items, visits, 'could not be judged');
}

/** Against a baseline: what it judged, and what now does not apply. */
function noLongerJudged(visits: VisitVerdicts[], failOn: Severity[]): string[] {
  const items = verdictsOf(
    complete(visits),
    ({ outcome, change, severity }) =>
      outcome === 'inapplicable' && change === 'unjudged' && failOn.includes(severity),
  );
  return byReason(items, visits, 'is no longer judged');
}

function byReason(items: Judged[], visits: VisitVerdicts[], what: string): string[] {
  const key = ({ verdict }: Judged) => `${verdict.rule}\n${verdict.reason ?? 'no reason was given'}`;
  return grouped(items, key).map(([ruleAndReason, group]) => {
    const [rule, ...reason] = ruleAndReason.split('\n');
    return `${rule} ${what} in ${share(group, visits)} (${names(group, visits)}): ${reason.join(' ')}`;
  });
}

interface Judged {
  visit: VisitVerdicts;
  verdict: Verdict;
}

function complete(visits: VisitVerdicts[]): VisitVerdicts[] {
  return visits.filter(({ outcome }) => outcome === 'complete');
}

function verdictsOf(visits: VisitVerdicts[], wanted: (verdict: Verdict) => boolean): Judged[] {
  return visits
    .flatMap((visit) => visit.verdicts.filter(wanted).map((verdict) => ({ visit, verdict })))
    .sort((a, b) => compareVerdicts(a.verdict, b.verdict));
}

function grouped<T>(items: T[], key: (item: T) => string): [string, T[]][] {
  return [...Map.groupBy(items, key)];
}

function share(items: { visit: VisitVerdicts }[], visits: VisitVerdicts[]): string {
  return `${items.length} of ${visits.length} ${visits.length === 1 ? 'visit' : 'visits'}`;
}

const NAMED = 3;

function names(items: { visit: VisitVerdicts }[], visits: VisitVerdicts[]): string {
  const all = items.map(({ visit }) => visitName(visit, visits));
  if (all.length <= NAMED + 1) return all.join(', ');
  return `${all.slice(0, NAMED).join(', ')} and ${all.length - NAMED} more`;
}
