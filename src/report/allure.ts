import { type Label, LabelName, LinkType, Stage, Status, type TestResult } from 'allure-js-commons';
import type { EnvironmentInfo } from 'allure-js-commons/sdk';
import { FileSystemWriter, md5, ReporterRuntime } from 'allure-js-commons/sdk/reporter';
import type { Rule } from '../rules/rule.ts';
import { visitName } from '../verdict/gate.ts';
import type { AuditVerdicts, Outcome, Verdict, VisitVerdicts } from '../verdict/verdict.ts';
import { type RuleTexts, whereOf } from './terminal.ts';
import { shortenWords } from './text.ts';

/** Tells the results of rules from those of visits, which come from allure-playwright. allurerc.ts goes by it. */
export const FRAMEWORK = 'ttq-conformance';

const STATUS: Record<Outcome, Status> = {
  pass: Status.PASSED,
  fail: Status.FAILED,
  // Allure knows no such status; it is marked as known (see ruleResult), and never passed.
  waived: Status.SKIPPED,
  inconclusive: Status.BROKEN,
  inapplicable: Status.SKIPPED,
};

/**
 * Writes one Allure result for each rule and visit, the environment, and what holds the release as a global error.
 *
 * The evidence is not attached here but to the visit's own result, once.
 *
 * @param at when the visits were judged, in milliseconds since 1970
 */
export function writeAllureResults(
  resultsDir: string,
  audit: AuditVerdicts,
  rules: RuleTexts,
  environmentInfo: EnvironmentInfo,
  at: number,
): void {
  const runtime = new ReporterRuntime({ writer: new FileSystemWriter({ resultsDir }), environmentInfo });
  for (const { target, visits } of audit.targets) {
    for (const visit of visits) {
      for (const verdict of visit.verdicts) {
        const result = ruleResult(target, visit, verdict, rules.get(verdict.rule));
        const uuid = runtime.startTest({ ...result, start: at });
        runtime.stopTest(uuid, { stop: at });
        runtime.writeTest(uuid);
      }
    }
  }
  runtime.writeEnvironmentInfo();
  if (audit.gate.released) return;
  const reasons = audit.gate.reasons.map((reason) => `- ${shortenWords(reason)}`);
  const message = ['The release is held', ...reasons].join('\n');
  runtime.applyGlobalRuntimeMessages([{ type: 'global_error', data: { message } }]);
}

function ruleResult(
  target: string,
  visit: VisitVerdicts,
  verdict: Verdict,
  rule: Rule | undefined,
): Partial<TestResult> {
  // No part of this may depend on the run: the history of a rule hangs on it.
  const testCaseId = md5(
    JSON.stringify([
      target,
      visit.journey,
      visit.scenario,
      visit.clickUrl ?? null,
      verdict.rule,
      // At the end and only where there is one: what has a history already keeps it.
      ...(visit.fault === undefined ? [] : [visit.fault]),
    ]),
  );
  const title = rule?.title ?? verdict.rule;
  return {
    name: title,
    fullName: `${verdict.rule}: ${target}, ${visitName(visit)}`,
    testCaseId,
    historyId: testCaseId,
    titlePath: [target, visit.journey, visit.scenario],
    stage: Stage.FINISHED,
    status: STATUS[verdict.outcome] ?? Status.BROKEN,
    statusDetails: details(verdict, evidenceOf(visit, verdict)),
    description: description(visit, rule, evidenceOf(visit, verdict)),
    labels: labels(target, visit, verdict),
    links: sourceLinks(rule),
  };
}

function labels(target: string, visit: VisitVerdicts, { rule, severity }: Verdict): Label[] {
  const topic = rule.split('/')[0]!;
  return Object.entries({
    [LabelName.PARENT_SUITE]: target,
    [LabelName.SUITE]: visit.journey,
    [LabelName.SUB_SUITE]: visit.scenario,
    [LabelName.EPIC]: topic,
    [LabelName.FEATURE]: topic,
    [LabelName.STORY]: rule,
    [LabelName.SEVERITY]: severity,
    [LabelName.TAG]: rule,
    [LabelName.FRAMEWORK]: FRAMEWORK,
    target,
    journey: visit.journey,
    scenario: visit.scenario,
    topic,
    ...(visit.clickUrl === undefined ? {} : { clickUrl: visit.clickUrl }),
    ...(visit.fault === undefined ? {} : { fault: visit.fault }),
  }).map(([name, value]) => ({ name, value }));
}

/** The file that the findings point into. */
function evidenceOf(visit: VisitVerdicts, verdict: Verdict): string | undefined {
  return verdict.evidence ?? visit.evidence;
}

/** What was seen is the message; where, the trace: so the report groups what broke in the same way. */
function details(
  { outcome, reason, findings }: Verdict,
  evidence: string | undefined,
): TestResult['statusDetails'] {
  if (outcome === 'pass') return {};
  if (outcome !== 'fail') return { message: shortenWords(reason ?? 'No reason was given') };
  const messages = new Set(findings.map(({ message }) => shortenWords(message)));
  const places = findings.map((finding) => shortenWords(`${finding.message}\n  ${whereOf(finding)}`));
  return {
    message: [...messages].join('\n'),
    trace: [...places, ...(evidence ? [`Evidence: ${evidence}`] : [])].join('\n'),
  };
}

/** Markdown. */
function description(visit: VisitVerdicts, rule: Rule | undefined, evidence: string | undefined): string {
  const parts = [
    ...(rule ? [`**Why.** ${rule.why}`, `**What to do.** ${rule.mend}`, `**Source.** ${rule.source}`] : []),
    ...(visit.clickUrl ? [`**Click URL.** \`${visit.clickUrl}\``] : []),
    ...(visit.fault ? [`**Fault of the Events API.** ${visit.fault}`] : []),
    ...(evidence ? [`**Evidence.** \`${evidence}\`, attached to the visit ${visitName(visit)}`] : []),
  ];
  return parts.join('\n\n');
}

function sourceLinks(rule: Rule | undefined): TestResult['links'] {
  const urls = rule?.source.match(/https?:\/\/[^\s)>\]]+[^\s)>\].,;]/g) ?? [];
  return urls.map((url) => ({ url, name: url, type: LinkType.DEFAULT }));
}
