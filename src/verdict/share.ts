import type { Verdict, VisitVerdicts } from './verdict.ts';

/**
 * Shares equal parts between the verdicts of many visits: nearly all are passes and inapplicable rules with the same wording, and
 * separate copies take ten times the memory. Verdicts never change once they are given.
 *
 * @returns the same visit, sharing the parts that an earlier visit had
 */
export function sharing(): (visit: VisitVerdicts) => VisitVerdicts {
  const verdicts = new Map<string, Verdict>();
  const inventories = new Map<string, VisitVerdicts['tracked']>();
  /** Verdicts from the same message share their parts already. */
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
