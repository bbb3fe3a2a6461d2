import type { Severity } from '../target/target.ts';
import { decideGate } from '../verdict/gate.ts';
import type { VisitVerdicts } from '../verdict/verdict.ts';

/** What names a visit. */
export type VisitId = Pick<VisitVerdicts, 'journey' | 'scenario' | 'clickUrl' | 'fault'>;

/** The visits of a run: first those it should make, then what came of each. Keeps the order in which they were announced. */
export class VisitCollection {
  readonly #failOn: Severity[];
  readonly #visits = new Map<string, VisitVerdicts>();
  readonly #recorded = new Set<string>();

  constructor(failOn: Severity[]) {
    this.#failOn = failOn;
  }

  /** From now on the visit counts as missing unless something is recorded for it. */
  expect(id: VisitId): void {
    const key = keyOf(id);
    if (!this.#visits.has(key)) this.#visits.set(key, missingVisit(id, 'it was not run'));
  }

  /** Of several recordings of one visit the worst stays: a second try that passed does not undo the first. */
  record(visit: VisitVerdicts): void {
    const key = keyOf(visit);
    const before = this.#visits.get(key);
    if (before && this.#recorded.has(key) && this.#badness(before) >= this.#badness(visit)) return;
    this.#visits.set(key, visit);
    this.#recorded.add(key);
  }

  all(): VisitVerdicts[] {
    return [...this.#visits.values()];
  }

  /** A failure outranks a missing visit: both hold the release, but only the failure says what to mend. */
  #badness(visit: VisitVerdicts): number {
    const failures = visit.verdicts.filter(({ outcome }) => outcome === 'fail');
    if (failures.some(({ severity }) => this.#failOn.includes(severity))) return 1000 + failures.length;
    if (visit.outcome === 'missing') return 900;
    if (visit.outcome === 'broken') return 800;
    if (!decideGate([visit], this.#failOn).released) return 700;
    return failures.length;
  }
}

export function missingVisit(
  { journey, scenario, clickUrl, fault }: VisitId,
  message: string,
): VisitVerdicts {
  return {
    journey,
    scenario,
    ...(clickUrl === undefined ? {} : { clickUrl }),
    ...(fault === undefined ? {} : { fault }),
    outcome: 'missing',
    problem: { kind: 'missing', message },
    verdicts: [],
  };
}

function keyOf({ journey, scenario, clickUrl, fault }: VisitId): string {
  return JSON.stringify([journey, scenario, clickUrl ?? null, fault ?? null]);
}
