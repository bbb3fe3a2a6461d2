import type { Verdict, VisitVerdicts } from './verdict.ts';

/**
 * Keeps alike what is alike in the verdicts of many visits: nearly all of them are passes and rules that do not apply, in the same words,
 * and a visit that keeps them to itself takes ten times the memory. Verdicts are never changed once they are given.
 *
 * @returns the same visit, with those parts shared that were seen in a visit before
 */
export function sharing(): (visit: VisitVerdicts) => VisitVerdicts {
  const verdicts = new Map<string, Verdict>();
  const inventories = new Map<string, VisitVerdicts['tracked']>();
  /** What came in one message has them shared already. */
  const known = new WeakMap<Verdict, Verdict>();
  const shared = (verdict: Verdict): Verdict => {
    if (verdict.findings.length > 0) return verdict;
    const before = known.get(verdict);
    if (before) return before;
    const alike = once(verdicts, JSON.stringify(verdict), verdict);
    known.set(verdict, alike);
    return alike;
  };
  return (visit) => ({
    ...visit,
    ...(visit.tracked
      ? { tracked: once(inventories, JSON.stringify(visit.tracked), visit.tracked) ?? [] }
      : {}),
    verdicts: visit.verdicts.map(shared),
  });
}

function once<T>(seen: Map<string, T>, key: string, value: T): T {
  const before = seen.get(key);
  if (before !== undefined) return before;
  seen.set(key, value);
  return value;
}
