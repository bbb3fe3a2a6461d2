import type { Evidence, Part } from '../evidence/evidence.ts';
import { isWithin } from '../evidence/pointer.ts';
import type { Severity, Target } from '../target/target.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';
import { unseenOf } from '../views/blind.ts';
import { perEvidenceAnd } from '../views/memo.ts';
import { withoutPixel } from './browser-half.ts';
import { listed, pathOf } from './finding.ts';
import { RULES } from './index.ts';
import type { CheckResult, Doubt, Finding, Rule, Yield } from './rule.ts';
import { severityOf } from './severity.ts';
import { isOfFinding, isOfVisit } from './waived.ts';

/** The result of a rule in a visit, after yielding to others. */
export type Answer =
  | { findings: Finding[] }
  | { inapplicable: string; unseen?: Part[]; yieldedTo?: string[] }
  | { inconclusive: string; unseen?: Part[] };

/** A visit that rules are asked about. */
export interface Asked {
  evidence: Evidence;
  target: Target;
  /** YYYY-MM-DD, in UTC: rules do not yield to a failure that is waived on that day. */
  today: string;
  /** All rules, as each may yield to others. */
  rules?: readonly Rule[];
}

/** Whether a rule is asked in the scenario of a visit. */
export function isAsked({ scenarios }: Rule, { scenario }: Pick<Evidence, 'scenario'>): boolean {
  return (scenarios as readonly string[]).includes(scenario);
}

/**
 * Asks one rule. Only this function applies `yieldsTo`: a finding is dropped if a finding of another rule explains it and itself
 * counts. Chains are resolved on what the checks found: a rule that explains a finding may itself yield to a third one.
 *
 * @throws whatever the rule's check throws
 */
export function ask(rule: Rule, asked: Asked): Answer {
  const { evidence, target } = asked;
  const result = resultOf(rule, evidence, target);
  if ('inapplicable' in result || 'inconclusive' in result) return result;
  // Most come to nothing.
  if (Array.isArray(result) && result.length === 0) return { findings: result };
  const found = positive(foundIn(result), evidence);
  const doubts = isBroken(evidence) || Array.isArray(result) ? [] : result.doubts;
  const judged = [...found, ...doubts].map((one) => ({ one, by: namesOf(reportersOf(one, rule, asked)) }));
  const kept = new Set(judged.flatMap(({ one, by }) => (by.length === 0 ? [one] : [])));
  const findings = found.filter((one) => kept.has(one));
  if (findings.length > 0 || judged.length === 0) return { findings: rule.group?.(findings) ?? findings };
  const doubt = doubts.find((one) => kept.has(one));
  if (doubt) return { inconclusive: doubt.inconclusive };
  const names = [...new Set(judged.flatMap(({ by }) => by))];
  const what = rule.dropped?.(judged.map(({ one }) => one)) ?? 'What is wrong';
  return { inapplicable: `${what} is reported by ${listed(names)}`, yieldedTo: names };
}

/** What rules have found in a visit so far: many rules yield to the same ones. */
const resultsOf = perEvidenceAnd((_: Evidence, __: Target) => new Map<Rule, CheckResult>());

/** The result of a rule's check, made once for each visit. */
function resultOf(rule: Rule, evidence: Evidence, target: Target): CheckResult {
  const results = resultsOf(evidence, target);
  const known = results.get(rule);
  if (known) return known;
  const result = asFarAsSeen(rule, evidence, target);
  results.set(rule, result);
  return result;
}

/** What is not shown must not count as something that did not happen. */
function asFarAsSeen(rule: Rule, evidence: Evidence, target: Target): CheckResult {
  const { needs = [], needsToPass = [], check } = rule;
  const without = withoutPixel(rule, target) ?? unseenOf(needs, evidence);
  if (without) return without;
  const result = check(evidence, target);
  const isPass = Array.isArray(result) && result.length === 0;
  return (isPass ? unseenOf(needsToPass, evidence) : undefined) ?? result;
}

/** The findings of a rule, each with those of other rules that report its cause; none where it is reported itself. */
export function leftToOthers(rule: Rule, asked: Asked): { one: Finding; by: Reporter[] }[] {
  const found = foundBy(rule, asked.evidence, asked.target);
  return found.map((one) => ({ one, by: reportersOf(one, rule, asked) }));
}

/** Who reports the cause of another's finding. */
export interface Reporter {
  rule: string;
  found: Finding;
}

function namesOf(reporters: readonly Reporter[]): string[] {
  return reporters.map(({ rule }) => rule);
}

/** The rules that report the cause of a finding, with what they found; empty if it must be reported itself. */
function reportersOf(one: Finding | Doubt, rule: Rule, asked: Asked): Reporter[] {
  return (rule.yieldsTo ?? []).flatMap((way) => {
    if (way.yielding && !way.yielding.includes(one.code)) return [];
    return countingOf(way, severityOf(rule, asked.target), asked).flatMap(({ cause, found }) => {
      if (!way.sharing.every((key) => agree(key, one, found))) return [];
      // If it yields to a third rule, that one reports it.
      const further = reportersOf(found, cause, asked);
      return further.length > 0 ? further : [{ rule: cause.id, found }];
    });
  });
}

/** The findings of the other rule that count: a verdict is given on them, and the gate notices them if it notices this rule's. */
function countingOf(
  { rule: id, to }: Yield,
  own: Severity | undefined,
  { evidence, target, today, rules = RULES }: Asked,
): { cause: Rule; found: Finding }[] {
  const cause = byId(rules).get(id);
  const severity = cause && severityOf(cause, target);
  if (!cause || !severity || !isAsked(cause, evidence)) return [];
  const { failOn } = target.gate;
  if (own && failOn.includes(own) && !failOn.includes(severity)) return [];
  const waivers = target.waivers.filter(
    (waiver) => waiver.rule === id && waiver.expires >= today && isOfVisit(waiver, evidence),
  );
  return foundBy(cause, evidence, target)
    .filter(({ code }) => !to || to.includes(code))
    .filter((found) => !waivers.some((waiver) => isOfFinding(waiver, found)))
    .map((found) => ({ cause, found }));
}

function byId(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
  const known = rulesById.get(rules) ?? new Map(rules.map((rule) => [rule.id, rule]));
  rulesById.set(rules, known);
  return known;
}

const rulesById = new WeakMap<readonly Rule[], ReadonlyMap<string, Rule>>();

/** A rule that throws has found nothing to yield to. */
function foundBy(rule: Rule, evidence: Evidence, target: Target): Finding[] {
  try {
    return positive(foundIn(resultOf(rule, evidence, target)), evidence);
  } catch {
    return [];
  }
}

function foundIn(result: CheckResult): Finding[] {
  if (Array.isArray(result)) return result;
  return 'findings' in result ? result.findings : [];
}

/** Absence proves nothing in a visit that broke off. */
function positive(findings: Finding[], evidence: Evidence): Finding[] {
  return isBroken(evidence) ? findings.filter(({ absence }) => !absence) : findings;
}

function isBroken({ outcome }: Evidence): boolean {
  return outcome !== 'complete';
}

function agree(key: string, one: Finding | Doubt, cause: Finding): boolean {
  const [own, others] = [valuesOf(key, one), valuesOf(key, cause)];
  return key === 'place'
    ? others.some((found) => isAbout(found, own))
    : own.some((value) => others.includes(value));
}

function valuesOf(key: string, { place, event, page, about = {} }: Finding | Doubt): readonly string[] {
  const named = Object.hasOwn(about, key) ? about[key]! : { place, event, page }[key];
  const values = named === undefined ? [] : typeof named === 'string' ? [named] : named;
  if (key === 'event') return values.map(canonicalEvent);
  return key === 'page' ? values.map(pathOf) : values;
}

/**
 * Whether a place is about one of these copies of an event: inside it, around it, or in a member that its request has for all of
 * its events.
 */
function isAbout(found: string, places: readonly string[]): boolean {
  const [, body] = /^(\/server\/requests\/\d+\/body)\/(?!data\/|batch\/)[^/]+$/.exec(found) ?? [];
  return places.some(
    (place) =>
      isWithin(found, place) || isWithin(place, found) || (body !== undefined && isWithin(place, body)),
  );
}
