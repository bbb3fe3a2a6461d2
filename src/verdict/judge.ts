import type { Evidence } from '../evidence/evidence.ts';
import { resultOf } from '../rules/causes.ts';
import type { CheckResult, Finding, Rule } from '../rules/rule.ts';
import type { Severity, Target } from '../target/target.ts';
import { faultName } from '../tiktok/events-api/faults.ts';
import { eventsByRequest } from '../views/events.ts';
import { inventoryOf } from '../views/inventory.ts';
import { severityOf } from './policy.ts';
import type { ReportedFinding, Verdict, VisitVerdicts } from './verdict.ts';

/**
 * Holds one visit's evidence against the rules that speak for its scenario. Pure: the same evidence gives the same verdicts.
 *
 * @param file the evidence file, relative to the reports folder
 */
export function judgeVisit(
  evidence: Evidence,
  target: Target,
  rules: readonly Rule[],
  file?: string,
): VisitVerdicts {
  const { journey, scenario, clickUrl, fault, outcome, problem } = evidence;
  return {
    journey,
    scenario,
    ...(clickUrl === undefined ? {} : { clickUrl }),
    ...(fault === undefined ? {} : { fault: faultName(fault) }),
    outcome,
    ...(problem ? { problem } : {}),
    ...(file === undefined ? {} : { evidence: file }),
    tracked: inventoryOf(evidence),
    verdicts: rules
      .filter(({ scenarios }) => (scenarios as readonly string[]).includes(scenario))
      .flatMap((rule) => {
        const severity = severityOf(rule, target);
        return severity === undefined ? [] : [judge(rule, severity, evidence, target)];
      }),
  };
}

function judge(rule: Rule, severity: Severity, evidence: Evidence, target: Target): Verdict {
  const verdict = { rule: rule.id, severity, findings: [] };
  const result = checked(rule, evidence, target);
  const broken = evidence.outcome !== 'complete';
  const findings = Array.isArray(result) ? result.filter(({ absence }) => !(broken && absence)) : [];
  if (findings.length > 0)
    return { ...verdict, outcome: 'fail', findings: findings.map((one) => inWords(one, rule, evidence)) };
  if (broken)
    return { ...verdict, outcome: 'inconclusive', reason: 'The visit broke off before this could be judged' };
  if (Array.isArray(result)) return { ...verdict, outcome: 'pass' };
  const unseen = result.unseen ? { unseen: result.unseen } : {};
  if ('inapplicable' in result)
    return { ...verdict, outcome: 'inapplicable', reason: result.inapplicable, ...unseen };
  return { ...verdict, outcome: 'inconclusive', reason: result.inconclusive, ...unseen };
}

/** A rule that throws has judged nothing. */
function checked(rule: Rule, evidence: Evidence, target: Target): CheckResult {
  try {
    return resultOf(rule, evidence, target);
  } catch (error) {
    return { inconclusive: `The rule itself failed: ${error instanceof Error ? error.message : error}` };
  }
}

function inWords(
  { code, args, place, event, page }: Finding,
  rule: Rule,
  evidence: Evidence,
): ReportedFinding {
  const message = rule.messages[code]?.(args) ?? code;
  const source = sourceOf(place, evidence);
  return {
    code,
    args,
    message,
    place,
    ...(event ? { event } : {}),
    ...(page ? { page } : {}),
    ...(source ? { source } : {}),
  };
}

/** Where the site made the call that a place in the evidence stands for: the call itself, or the request it was sent in. */
function sourceOf(place: string, evidence: Evidence): string | undefined {
  const [, list, index] = /^\/(calls|requests)\/(\d+)/.exec(place) ?? [];
  if (list === 'calls') return evidence.calls[Number(index)]?.source;
  if (list !== 'requests') return undefined;
  return eventsByRequest(evidence).get(`/requests/${index}`)?.call?.source;
}
