import { RULE_BY_ID } from '../rules/index.ts';
import { sumOfStakes } from '../rules/stake.ts';
import type { Severity } from '../target/target.ts';
import { type Breach, failures } from './breaches.ts';
import { decideGate, visitName } from './gate.ts';
import type { AuditVerdicts, Cause, Counts, TargetVerdicts, VisitVerdicts } from './verdict.ts';
import { isWholeRun, reportedOf } from './whole-run.ts';

/** The outcome of a visit: `failed` if a failure in it holds the release, `unjudged` if anything else does. */
export type VisitState = 'passed' | 'failed' | 'unjudged';

export function visitState(visit: VisitVerdicts, failOn: Severity[]): VisitState {
  const { released, reasons } = decideGate([visit], failOn);
  if (released) return 'passed';
  return reasons.some(({ code }) => code === 'failed') ? 'failed' : 'unjudged';
}

/** The counts that all reports share, over some targets. */
export function countsOf(targets: readonly TargetVerdicts[]): Counts {
  const states = targets.flatMap(({ visits, failOn }) => visits.map((visit) => visitState(visit, failOn)));
  return {
    failedRules: targets.reduce((sum, target) => sum + failedRules(target).size, 0),
    failedVisits: states.filter((state) => state === 'failed').length,
    unjudgedVisits: states.filter((state) => state === 'unjudged').length,
  };
}

/** The rules of a target that failed in any visit or over the whole run, at any severity, unless waived. */
function failedRules(target: TargetVerdicts): Set<string> {
  const verdicts = reportedOf(target).flatMap((visit) => visit.verdicts);
  return new Set(verdicts.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule));
}

/** Failures over all targets as data, for example for a chat message. */
export function causesOf({ targets }: Pick<AuditVerdicts, 'targets'>): Cause[] {
  const planned = targets.reduce((sum, { visits }) => sum + visits.length, 0);
  return failures({ targets }).map((breach) => {
    const { rule, severity, holds, message } = breach;
    const text = RULE_BY_ID.get(rule);
    const stake = stakeOf(breach);
    return {
      rule,
      severity,
      holds,
      message,
      targets: targetsOf(breach),
      visits: visitsOf(breach).length,
      of: planned,
      ...(stake ? { stake } : {}),
      ...(text ? { title: text.title, fix: text.fix } : {}),
      example: exampleOf(breach),
    };
  });
}

/** The money at stake in all places that show it; undefined if none is known. */
export function stakeOf({ sightings }: Breach): Cause['stake'] {
  return sumOfStakes(sightings.map(({ finding }) => finding.stake));
}

/** The targets that show it, each once. */
export function targetsOf({ sightings }: Breach): string[] {
  return [...new Set(sightings.map(({ target }) => target.target))];
}

/** The visits that show it, each once, without the whole run. */
export function visitsOf({ sightings }: Breach): VisitVerdicts[] {
  return [...new Set(sightings.map(({ visit }) => visit))].filter((visit) => !isWholeRun(visit));
}

function exampleOf({ sightings }: Breach): Cause['example'] {
  const { target, visit, finding } = sightings[0]!;
  const { page, event, source, place, seen } = finding;
  const evidence = seen?.[0]?.evidence ?? visit.evidence;
  return {
    target: target.target,
    visit: visitName(visit, target.visits),
    ...(page === undefined ? {} : { page }),
    ...(event === undefined ? {} : { event }),
    ...(source === undefined ? {} : { source }),
    place,
    ...(evidence === undefined ? {} : { evidence }),
    ...(visit.timeline === undefined ? {} : { timeline: visit.timeline }),
  };
}
