import type { Evidence } from '../evidence/evidence.ts';
import type { Finding, Rule } from '../rules/rule.ts';
import { type Answer, type Asked, ask, isAsked } from '../rules/run.ts';
import { severityOf } from '../rules/severity.ts';
import type { Severity, Target } from '../target/target.ts';
import { faultName } from '../tiktok/events-api/faults.ts';
import { lackOf } from '../views/completeness.ts';
import { digestOf } from '../views/digest.ts';
import { eventsByRequest } from '../views/events.ts';
import { markExcluded } from '../views/excluded.ts';
import { inventoryOf } from '../views/inventory.ts';
import { stakesOf } from './stakes.ts';
import type { ReportedFinding, Verdict, VisitVerdicts } from './verdict.ts';

/** A visit to judge. */
export interface Recorded {
  evidence: Evidence;
  target: Target;
  /** The evidence file, relative to the reports folder. */
  file?: string;
  /** YYYY-MM-DD, in UTC: other rules do not yield to a failure that is waived on that day. */
  today?: string;
}

/** Judges one visit's evidence by the rules for its scenario. Pure: the same evidence gives the same verdicts. */
export function judgeVisit(
  evidence: Evidence,
  target: Target,
  rules: readonly Rule[],
  file?: string,
  today?: string,
): VisitVerdicts {
  const recorded = {
    evidence,
    target,
    ...(file === undefined ? {} : { file }),
    ...(today === undefined ? {} : { today }),
  };
  return judgeVisits([recorded], rules)[0]!;
}

/**
 * The same for several visits, in their order. They are judged together, rule by rule: all rules and views are more code than a
 * processor's caches hold, so that loading it again for each visit takes as long as running it.
 */
export function judgeVisits(recorded: readonly Recorded[], rules: readonly Rule[]): VisitVerdicts[] {
  const visits = recorded.map((visit) => ({
    asked: askedOf(visit),
    file: visit.file,
    judged: [] as Judged[],
  }));
  for (const rule of rules) {
    for (const { asked, judged } of visits) {
      const severity = isAsked(rule, asked.evidence) ? severityOf(rule, asked.target) : undefined;
      if (severity !== undefined) judged.push(judge(rule, severity, asked));
    }
  }
  return visits.map(({ asked, file, judged }) => verdictsOf(asked, file, withStakes(judged, rules, asked)));
}

/** Excluded documents are marked by the target as it is now; evidence that lacks something is of a broken visit. */
function askedOf({ evidence: recorded, target, today = recorded.startedAt.slice(0, 10) }: Recorded): Asked {
  const marked = markExcluded(recorded, target);
  const lack = lackOf(marked, target);
  const evidence: Evidence = lack ? { ...marked, outcome: 'broken', problem: lack } : marked;
  return { evidence, target, today };
}

function verdictsOf(
  { evidence, target }: Asked,
  file: string | undefined,
  verdicts: Verdict[],
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
    digest: digestOf(evidence, target),
    verdicts,
  };
}

/** A verdict, and what its findings were before they were put in words. */
interface Judged {
  verdict: Verdict;
  found: readonly Finding[];
}

/** Only where something failed: what passes puts nothing at stake. */
function withStakes(judged: readonly Judged[], rules: readonly Rule[], asked: Asked): Verdict[] {
  const failed = judged.flatMap(({ verdict, found }) =>
    verdict.findings.map((finding, index) => ({ rule: verdict.rule, found: found[index]!, finding })),
  );
  if (failed.length === 0) return judged.map(({ verdict }) => verdict);
  const stakes = stakesOf(
    failed,
    rules.filter((rule) => isAsked(rule, asked.evidence)),
    asked,
  );
  const valued = (finding: ReportedFinding): ReportedFinding => {
    const stake = stakes.get(finding);
    return stake ? { ...finding, stake } : finding;
  };
  return judged.map(({ verdict }) =>
    verdict.findings.length > 0 ? { ...verdict, findings: verdict.findings.map(valued) } : verdict,
  );
}

function judge(rule: Rule, severity: Severity, asked: Asked): Judged {
  const answer = answerOf(rule, asked);
  const found = 'findings' in answer ? answer.findings : [];
  return { verdict: verdictOf(rule, severity, answer, asked), found };
}

function verdictOf(rule: Rule, severity: Severity, answer: Answer, asked: Asked): Verdict {
  const { evidence } = asked;
  const findings = 'findings' in answer ? answer.findings : [];
  const verdict = { rule: rule.id, severity, findings: [] };
  if (findings.length > 0)
    return { ...verdict, outcome: 'fail', findings: findings.map((one) => inWords(one, rule, evidence)) };
  if (evidence.outcome !== 'complete')
    return { ...verdict, outcome: 'inconclusive', reason: 'The visit broke off before this could be judged' };
  if ('findings' in answer) return passOf(rule, severity);
  if ('inconclusive' in answer) {
    const { inconclusive: reason, ...why } = answer;
    return { ...verdict, outcome: 'inconclusive', reason, ...why };
  }
  const { inapplicable: reason, ...why } = answer;
  return { ...verdict, outcome: 'inapplicable', reason, ...why };
}

/** Most verdicts are passes, and a rule's passes are all alike: one object for all visits. Verdicts never change once they are given. */
function passOf(rule: Rule, severity: Severity): Verdict {
  const known = passes.get(rule)?.get(severity);
  if (known) return known;
  const pass: Verdict = { rule: rule.id, severity, findings: [], outcome: 'pass' };
  passes.set(rule, (passes.get(rule) ?? new Map<Severity, Verdict>()).set(severity, pass));
  return pass;
}

const passes = new WeakMap<Rule, Map<Severity, Verdict>>();

/** A rule that throws has judged nothing. */
function answerOf(rule: Rule, asked: Asked): Answer {
  try {
    return ask(rule, asked);
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

/**
 * Where the site made the call that a place in the evidence stands for: the call itself, or that of the request it was sent in.
 */
function sourceOf(place: string, evidence: Evidence): string | undefined {
  const [, list, index] = /^\/(calls|requests)\/(\d+)/.exec(place) ?? [];
  if (list === 'calls') return evidence.calls[Number(index)]?.source;
  if (list !== 'requests') return undefined;
  return eventsByRequest(evidence).get(`/requests/${index}`)?.call?.source;
}
