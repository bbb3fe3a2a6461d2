import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import { SEVERITIES, type Severity } from '../target/target.ts';
import { causeOfStop } from './causes.ts';
import { type Reason, reason } from './reasons.ts';
import type { FindingWaiver, Gate, Outcome, Verdict, VisitId, VisitVerdicts } from './verdict.ts';
import { isWholeRun, WHOLE_RUN, wholeRun } from './whole-run.ts';

/**
 * Whether the release may go out: only if every visit was made and judged, and nothing that counts failed. Whatever is missing,
 * broken or unjudged holds it.
 *
 * @param failOn severities whose failures hold the release
 * @param run verdicts over all of these visits
 */
export function decideGate(visits: VisitVerdicts[], failOn: Severity[], run?: readonly Verdict[]): Gate {
  if (visits.length === 0) return { released: false, reasons: [reason('no-visit', {})] };
  const whole = wholeRun(run);
  // Verdicts that are inconclusive because a visit is missing are covered by a reason of their own.
  const isComplete = visits.every(({ outcome }) => outcome === 'complete');
  const reasons = [
    ...failures(visits, failOn),
    ...failures(whole, failOn),
    ...unfinished(visits),
    ...unjudged(visits),
    ...inconclusive(visits),
    ...(isComplete ? inconclusive(whole) : []),
    ...noLongerJudged(visits, failOn),
    ...noLongerJudged(whole, failOn),
  ];
  return { released: reasons.length === 0, reasons };
}

/** The gate's decision in words. A run from which a filter left visits out decides nothing, whatever it saw. */
export function decisionOf({ released, reasons }: Gate): 'Released' | 'Held' | 'No release decision' {
  if (released) return 'Released';
  return isFiltered({ reasons }) ? 'No release decision' : 'Held';
}

/** Whether a filter left visits out. */
export function isFiltered({ reasons }: Pick<Gate, 'reasons'>): boolean {
  return reasons.some(({ code }) => code === 'filtered');
}

/**
 * `purchase under ad-click`, with the click URL if it is needed to tell visits apart; `purchase under events-api-faults
 * (token-expired)`, always with the fault.
 *
 * @param among the visits under discussion; without them the click URL is always included
 */
export function visitName(visit: VisitId, among?: VisitVerdicts[]): string {
  if (isWholeRun(visit)) return WHOLE_RUN.journey;
  const name = `${visit.journey} under ${visit.scenario}`;
  if (visit.fault !== undefined) return `${name} (${visit.fault})`;
  const alike = among?.filter(
    (other) => other.journey === visit.journey && other.scenario === visit.scenario,
  );
  return visit.clickUrl === undefined || alike?.length === 1 ? name : `${name} (${visit.clickUrl})`;
}

/** Whether a verdict is a failure that holds the release: its severity counts, and it is not in the baseline. */
export function failureHolds({ outcome, severity, change }: Verdict, failOn: readonly Severity[]): boolean {
  return outcome === 'fail' && failOn.includes(severity) && change !== 'known';
}

const KNOWN: readonly Outcome[] = ['pass', 'fail', 'waived', 'inapplicable'];

/** Whether a verdict counts as unjudged, which includes any unknown outcome. */
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

function failures(visits: VisitVerdicts[], failOn: Severity[]): Reason[] {
  const failed = verdictsOf(visits, (verdict) => failureHolds(verdict, failOn));
  const what = ({ verdict: { rule, severity, change } }: Judged) =>
    JSON.stringify([rule, severity, change === 'worse']);
  return grouped(failed, what).map((items) => {
    const { rule, severity, change } = items[0].verdict;
    const expired = expiredWaivers(items.map(({ verdict }) => verdict));
    return reason('failed', {
      rule,
      severity,
      change: change === 'worse' ? 'worse' : 'none',
      ...within(items, visits),
      owners: expired.map(({ owner }) => owner),
      days: expired.map(({ expires }) => expires),
    });
  });
}

/** Why waived failures count again, each owner and day once. */
function expiredWaivers(verdicts: Verdict[]): FindingWaiver[] {
  const waivers = verdicts.flatMap(({ findings }) => findings.flatMap(({ waiver }) => waiver ?? []));
  const expired = waivers.filter(({ expired }) => expired);
  return [...Map.groupBy(expired, ({ owner, expires }) => JSON.stringify([owner, expires])).values()].map(
    ([first]) => first!,
  );
}

function unfinished(visits: VisitVerdicts[]): Reason[] {
  const items = visits.filter(({ outcome }) => outcome !== 'complete').map((visit) => ({ visit }));
  return grouped(items, ({ visit }) => causeOfStop(visit)).map((group) => {
    const { outcome, problem } = group[0].visit;
    const { code = 'unknown', message: why = UNKNOWN_PROBLEM } = problem ?? {};
    const varies = group.some(({ visit }) => visit.problem?.message !== problem?.message);
    return reason(outcome === 'missing' ? 'missing' : 'broken', {
      ...within(group, visits),
      problem: code,
      why,
      ...(varies ? { varies: 1 } : {}),
    });
  });
}

function unjudged(visits: VisitVerdicts[]): Reason[] {
  const items = complete(visits)
    .filter(({ verdicts }) => verdicts.every(({ outcome }) => outcome === 'inapplicable'))
    .map((visit) => ({ visit }));
  return items.length === 0 ? [] : [reason('nothing-applied', within(items, visits))];
}

/** Only for complete visits: in a broken one, everything is inconclusive because it broke, which is a reason of its own. */
function inconclusive(visits: VisitVerdicts[]): Reason[] {
  const items = verdictsOf(
    complete(visits),
    (verdict) => isInconclusive(verdict) && verdict.change !== 'known',
  );
  return byReason(items, visits, 'unjudged');
}

/** Against a baseline: rules that it judged and that are now inapplicable. */
function noLongerJudged(visits: VisitVerdicts[], failOn: Severity[]): Reason[] {
  const items = verdictsOf(
    complete(visits),
    ({ outcome, change, severity }) =>
      outcome === 'inapplicable' && change === 'unjudged' && failOn.includes(severity),
  );
  return byReason(items, visits, 'no-longer-judged');
}

function byReason(items: Judged[], visits: VisitVerdicts[], code: 'unjudged' | 'no-longer-judged'): Reason[] {
  const key = ({ verdict }: Judged) => JSON.stringify([verdict.rule, verdict.reason]);
  return grouped(items, key).map((group) => {
    const { rule, reason: why = 'no reason was given' } = group[0].verdict;
    return reason(code, { rule, ...within(group, visits), why });
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

function grouped<T>(items: T[], key: (item: T) => string): [T, ...T[]][] {
  return [...Map.groupBy(items, key).values()] as [T, ...T[]][];
}

/** For the whole run, no visits at all. */
function within(items: { visit: VisitVerdicts }[], visits: VisitVerdicts[]) {
  if (visits.every(isWholeRun)) return { visits: [], of: 0 };
  return { visits: items.map(({ visit }) => visitName(visit, visits)), of: visits.length };
}
