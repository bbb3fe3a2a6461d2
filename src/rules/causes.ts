import type { Evidence } from '../evidence/evidence.ts';
import { isWithin } from '../evidence/pointer.ts';
import type { Target } from '../target/target.ts';
import { unseenOf } from '../views/blind.ts';
import { perEvidenceAnd } from '../views/memo.ts';
import type { CheckResult, Finding, Rule } from './rule.ts';

/** What another rule found. */
export interface Cause {
  /** Id of the rule. */
  rule: string;
  finding: Finding;
}

/** What rules have found in a visit so far: many ask for the same ones. */
const resultsOf = perEvidenceAnd((_: Evidence, __: Target) => new Map<Rule, CheckResult>());

/** Judges these rules for one that must not tell again what they tell: one cause, one failing rule. In their order. */
export function causesIn(rules: readonly Rule[], evidence: Evidence, target: Target): Cause[] {
  return rules.flatMap((rule) => {
    if (!(rule.scenarios as readonly string[]).includes(evidence.scenario)) return [];
    // A rule that is switched off tells nothing, so that nobody may rely on it.
    if (target.rules[rule.id] === 'off') return [];
    const result = resultOf(rule, evidence, target);
    return Array.isArray(result) ? result.map((finding) => ({ rule: rule.id, finding })) : [];
  });
}

/** What a rule's check comes to, made once for each visit. */
export function resultOf(rule: Rule, evidence: Evidence, target: Target): CheckResult {
  const results = resultsOf(evidence, target);
  const known = results.get(rule);
  if (known) return known;
  const result = asFarAsSeen(rule, evidence, target);
  results.set(rule, result);
  return result;
}

/** What is not shown must not pass for something that did not happen. */
function asFarAsSeen(
  { needs = [], needsToPass = [], check }: Rule,
  evidence: Evidence,
  target: Target,
): CheckResult {
  const unseen = unseenOf(needs, evidence);
  if (unseen) return unseen;
  const result = check(evidence, target);
  const isPass = Array.isArray(result) && result.length === 0;
  return (isPass ? unseenOf(needsToPass, evidence) : undefined) ?? result;
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
