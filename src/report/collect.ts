import { problem } from '../evidence/problem.ts';
import type { Severity } from '../target/target.ts';
import { decideGate } from '../verdict/gate.ts';
import type { VisitId, VisitVerdicts } from '../verdict/verdict.ts';
import { missingVisit, visitKey } from '../verdict/visit-id.ts';
import { combinedVisit, visitRun } from '../verdict/visit-runs.ts';

/** The runs of one visit: the outcome of each, by its number. */
type Runs = Map<number, VisitVerdicts>;

/** The visits of a target: first those planned, then the outcome of each. Keeps the order in which they were announced. */
export class VisitCollection {
  readonly #failOn: Severity[];
  readonly #visits = new Map<string, Runs>();
  readonly #recorded = new Set<VisitVerdicts>();

  constructor(failOn: Severity[]) {
    this.#failOn = failOn;
  }

  /** From now on the visit counts as missing until something is recorded for it. */
  expect(id: VisitId, run = 1): void {
    const runs = this.#runsOf(id);
    if (!runs.has(run)) runs.set(run, missingVisit(id, problem('not-run', {})));
  }

  /** Of several recordings of one run the worst is kept: a second try that passed does not undo the first. */
  record(visit: VisitVerdicts, run = 1): void {
    const runs = this.#runsOf(visit);
    const before = runs.get(run);
    if (before && this.#recorded.has(before) && this.#badness(before) >= this.#badness(visit)) return;
    runs.set(run, visit);
    this.#recorded.add(visit);
  }

  /**
   * @param isRepeated whether visits are made several times, even if only one of the runs is known here
   * @param checked has the last word on the outcome of a run
   */
  all(isRepeated: boolean, checked: (visit: VisitVerdicts) => VisitVerdicts): VisitVerdicts[] {
    return [...this.#visits.values()].map((runs) => {
      const visits = [...runs].sort(([one], [other]) => one - other);
      const [[, first]] = visits as [[number, VisitVerdicts]];
      if (!isRepeated) return checked(first);
      return combinedVisit(
        first,
        visits.map(([run, visit]) => visitRun(checked(visit), run)),
      );
    });
  }

  #runsOf(id: VisitId): Runs {
    const key = visitKey(id);
    const runs = this.#visits.get(key) ?? new Map();
    this.#visits.set(key, runs);
    return runs;
  }

  /** A failure outranks a missing visit: both hold the release, but only the failure says what to fix. */
  #badness(visit: VisitVerdicts): number {
    const failures = visit.verdicts.filter(({ outcome }) => outcome === 'fail');
    if (failures.some(({ severity }) => this.#failOn.includes(severity))) return 1000 + failures.length;
    if (visit.outcome === 'missing') return 900;
    if (visit.outcome === 'broken') return 800;
    if (!decideGate([visit], this.#failOn).released) return 700;
    return failures.length;
  }
}
