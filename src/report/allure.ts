import { type Label, LabelName, LinkType, Stage, Status, type TestResult } from 'allure-js-commons';
import type { EnvironmentInfo } from 'allure-js-commons/sdk';
import { FileSystemWriter, md5, ReporterRuntime } from 'allure-js-commons/sdk/reporter';
import type { Evidence } from '../evidence/evidence.ts';
import { nearest, valueAt } from '../evidence/pointer.ts';
import type { RuleText } from '../rules/rule.ts';
import { visitName } from '../verdict/gate.ts';
import type { AuditVerdicts, Outcome, Verdict, VisitVerdicts } from '../verdict/verdict.ts';
import { judgedOf } from '../verdict/whole-run.ts';
import { ruleDocUrl } from './doc-link.ts';
import { type RuleTexts, waiverText, whereOf } from './terminal.ts';
import { shortenWords } from './text.ts';

/** Reads an evidence file, by its path relative to the reports folder; undefined where it cannot be read. */
export type EvidenceReader = (file: string) => Evidence | undefined;

/** Tells the results of rules from those of visits, which come from allure-playwright. allurerc.ts goes by it. */
export const FRAMEWORK = 'ttq-conformance';

const STATUS: Record<Outcome, Status> = {
  pass: Status.PASSED,
  fail: Status.FAILED,
  // Allure has no word for it: it is named, tagged and told as waived, and neither passed nor failed.
  waived: Status.SKIPPED,
  inconclusive: Status.BROKEN,
  inapplicable: Status.SKIPPED,
};

/**
 * Writes one Allure result for each rule and visit, the environment, and what holds the release as a global error.
 *
 * A rule that failed carries the pieces of evidence that its findings point to; the whole of it is attached to the visit's own
 * result, once.
 *
 * @param at when the visits were judged, in milliseconds since 1970
 * @param rulesPage where docs/rules.md can be read from the report; without it, rules have no link to it
 */
export function writeAllureResults(
  resultsDir: string,
  audit: AuditVerdicts,
  rules: RuleTexts,
  environmentInfo: EnvironmentInfo,
  at: number,
  read: EvidenceReader,
  rulesPage?: string,
): void {
  const runtime = new ReporterRuntime({ writer: new FileSystemWriter({ resultsDir }), environmentInfo });
  for (const { target, ...judged } of audit.targets) {
    for (const visit of judgedOf(judged)) {
      const pieces = piecesIn(visit, read);
      for (const verdict of visit.verdicts) {
        const result = ruleResult(target, visit, verdict, rules.get(verdict.rule), rulesPage);
        const uuid = runtime.startTest({ ...result, start: at });
        for (const { place, text } of pieces.get(verdict) ?? []) {
          const options = { encoding: 'utf8', contentType: 'application/json' } as const;
          runtime.writeAttachment(uuid, null, `evidence ${place || '/'}`, Buffer.from(text), options);
        }
        runtime.stopTest(uuid, { stop: at });
        runtime.writeTest(uuid);
      }
    }
  }
  runtime.writeEnvironmentInfo();
  if (audit.gate.released) return;
  const reasons = audit.gate.reasons.map(({ message }) => `- ${shortenWords(message)}`);
  const message = ['The release is held', ...reasons].join('\n');
  runtime.applyGlobalRuntimeMessages([{ type: 'global_error', data: { message } }]);
}

const PIECES = 5;
const PIECE_LENGTH = 20_000;

interface Piece {
  /** JSON Pointer into the evidence. */
  place: string;
  text: string;
}

/** For each verdict of the visit with findings, what they point to. The evidence is read once, and only where it is needed. */
function piecesIn(visit: VisitVerdicts, read: EvidenceReader): Map<Verdict, Piece[]> {
  const verdicts = visit.verdicts.filter(({ findings }) => findings.length > 0);
  const files = Map.groupBy(verdicts, (verdict) => evidenceOf(visit, verdict));
  return new Map(
    [...files].flatMap(([file, alike]) => {
      const evidence = file === undefined ? undefined : read(file);
      return evidence ? alike.map((verdict) => [verdict, piecesOf(verdict, evidence)] as const) : [];
    }),
  );
}

function piecesOf({ findings }: Verdict, evidence: Evidence): Piece[] {
  const places = new Set(findings.map(({ place }) => proofOf(nearest(evidence, place))));
  return [...places]
    .filter((place) => place !== '')
    .slice(0, PIECES)
    .map((place) => {
      const text = JSON.stringify(valueAt(evidence, place), null, 2);
      return { place, text: text.length > PIECE_LENGTH ? `${text.slice(0, PIECE_LENGTH)}\n…` : text };
    });
}

/** The record that a place is in: a single value says little. */
function proofOf(place: string): string {
  return /^\/server\/requests\/\d+|^\/\w+\/\d+/.exec(place)?.[0] ?? place;
}

function ruleResult(
  target: string,
  visit: VisitVerdicts,
  verdict: Verdict,
  rule: RuleText | undefined,
  rulesPage: string | undefined,
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
  const title = `${rule?.title ?? verdict.rule}${verdict.outcome === 'waived' ? ' (waived)' : ''}`;
  return {
    name: title,
    fullName: `${verdict.rule}: ${target}, ${visitName(visit)}`,
    testCaseId,
    historyId: testCaseId,
    titlePath: [target, visit.journey, visit.scenario],
    stage: Stage.FINISHED,
    status: STATUS[verdict.outcome] ?? Status.BROKEN,
    statusDetails: details(verdict, evidenceOf(visit, verdict)),
    description: description(visit, verdict, rule),
    labels: labels(target, visit, verdict),
    links: links(verdict.rule, rule, rulesPage),
  };
}

function labels(target: string, visit: VisitVerdicts, { rule, severity, outcome, change }: Verdict): Label[] {
  const tags = [
    rule,
    ...(outcome === 'waived' ? ['waived'] : []),
    ...(change ? [`baseline: ${change}`] : []),
  ];
  const topic = rule.split('/')[0]!;
  const single = Object.entries({
    [LabelName.PARENT_SUITE]: target,
    [LabelName.SUITE]: visit.journey,
    [LabelName.SUB_SUITE]: visit.scenario,
    [LabelName.EPIC]: topic,
    [LabelName.FEATURE]: topic,
    [LabelName.STORY]: rule,
    [LabelName.SEVERITY]: severity,
    [LabelName.FRAMEWORK]: FRAMEWORK,
    target,
    journey: visit.journey,
    scenario: visit.scenario,
    topic,
    ...(visit.clickUrl === undefined ? {} : { clickUrl: visit.clickUrl }),
    ...(visit.fault === undefined ? {} : { fault: visit.fault }),
  });
  return [...single, ...tags.map((tag) => [LabelName.TAG, tag] as const)].map(([name, value]) => ({
    name,
    value,
  }));
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
  if (outcome !== 'fail' && outcome !== 'waived')
    return { message: shortenWords(reason ?? 'No reason was given') };
  const waivers = findings.flatMap(({ waiver }) => (waiver ? [`Waived ${waiverText(waiver)}`] : []));
  const messages = new Set([
    ...(outcome === 'waived' ? waivers : []),
    ...findings.map(({ message }) => shortenWords(message)),
    ...(outcome === 'waived' ? [] : waivers),
  ]);
  const places = findings.map((finding) => shortenWords(`${finding.message}\n  ${whereOf(finding)}`));
  return {
    message: [...messages].join('\n'),
    trace: [...places, ...(evidence ? [`Evidence: ${evidence}`] : [])].join('\n'),
  };
}

/** Markdown. */
function description(visit: VisitVerdicts, verdict: Verdict, rule: RuleText | undefined): string {
  const evidence = evidenceOf(visit, verdict);
  const parts = [
    ...(rule
      ? [
          `**Expected.** ${rule.title}.`,
          ...found(verdict),
          `**Why.** ${rule.why}`,
          `**What to do.** ${rule.fix}`,
          `**Source.** ${rule.source}`,
        ]
      : []),
    ...(visit.clickUrl ? [`**Click URL.** \`${visit.clickUrl}\``] : []),
    ...(visit.fault ? [`**Fault of the Events API.** ${visit.fault}`] : []),
    ...(evidence ? [`**Evidence.** \`${evidence}\`, attached to the visit ${visitName(visit)}`] : []),
  ];
  return parts.join('\n\n');
}

function found({ findings }: Verdict): string[] {
  if (findings.length === 0) return [];
  return [`**Found.** ${[...new Set(findings.map(({ message }) => inMarkdown(message)))].join('; ')}.`];
}

/** What a site says is no markup. */
function inMarkdown(text: string): string {
  return shortenWords(text).replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&');
}

/** The rule's documentation first. */
function links(id: string, rule: RuleText | undefined, rulesPage: string | undefined): TestResult['links'] {
  const urls = rule?.source.match(/https?:\/\/[^\s)>\]]+[^\s)>\].,;]/g) ?? [];
  return [
    ...(rule && rulesPage
      ? [{ url: ruleDocUrl(id, rulesPage), name: `About ${id}`, type: LinkType.DEFAULT }]
      : []),
    ...urls.map((url) => ({ url, name: url, type: LinkType.DEFAULT })),
  ];
}
