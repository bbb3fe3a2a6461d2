import type { Evidence } from '../evidence/evidence.ts';
import { isWithin } from '../evidence/pointer.ts';
import type { Target } from '../target/target.ts';
import type { Finding, Rule } from './rule.ts';

/** What another rule found. */
export interface Cause {
  /** Id of the rule. */
  rule: string;
  finding: Finding;
}

/** Judges these rules for one that must not tell again what they tell: one cause, one failing rule. In their order. */
export function causesIn(rules: readonly Rule[], evidence: Evidence, target: Target): Cause[] {
  return rules.flatMap(({ id, scenarios, check }) => {
    if (!(scenarios as readonly string[]).includes(evidence.scenario)) return [];
    const result = check(evidence, target);
    return Array.isArray(result) ? result.map((finding) => ({ rule: id, finding })) : [];
  });
}

/**
 * Whether a finding is about one of these copies of an event: it stands within it, is of the whole that it stands in, or of a
 * member that its request has for all of its events.
 */
export function isAbout({ place: found }: Finding, places: readonly string[]): boolean {
  const [, body] = /^(\/server\/requests\/\d+\/body)\/(?!data\/|batch\/)[^/]+$/.exec(found) ?? [];
  return places.some(
    (place) =>
      isWithin(found, place) || isWithin(place, found) || (body !== undefined && isWithin(place, body)),
  );
}
