import type { Problem } from '../evidence/problem.ts';
import type { VisitId, VisitVerdicts } from './verdict.ts';

/** The part of a visit's verdicts that names it. */
export function visitIdOf({ journey, scenario, clickUrl, fault }: VisitId): VisitId {
  return {
    journey,
    scenario,
    ...(clickUrl === undefined ? {} : { clickUrl }),
    ...(fault === undefined ? {} : { fault }),
  };
}

/** Equal texts for the same visit. */
export function visitKey({ journey, scenario, clickUrl, fault }: VisitId): string {
  return JSON.stringify([journey, scenario, clickUrl ?? null, fault ?? null]);
}

export function isSameVisit(one: VisitId, other: VisitId): boolean {
  return visitKey(one) === visitKey(other);
}

/** A planned visit that left no result. */
export function missingVisit(id: VisitId, problem: Problem): VisitVerdicts {
  return { ...visitIdOf(id), outcome: 'missing', problem, verdicts: [] };
}
