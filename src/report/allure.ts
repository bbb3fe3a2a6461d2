import { join } from 'node:path';
import {
  type Label,
  LabelName,
  type Link,
  LinkType,
  Stage,
  Status,
  type StepResult,
  type TestResult,
} from 'allure-js-commons';
import type { EnvironmentInfo } from 'allure-js-commons/sdk';
import {
  createStepResult,
  createTestResult,
  md5,
  ReporterRuntime,
  type Writer,
} from 'allure-js-commons/sdk/reporter';
import type { RuleText } from '../rules/rule.ts';
import { findingsOf, plural, unfinished } from '../verdict/breaches.ts';
import { decisionOf, isFiltered, isInconclusive, visitName } from '../verdict/gate.ts';
import { together } from '../verdict/reasons.ts';
import type { AuditVerdicts, Outcome, TargetVerdicts, Verdict, VisitVerdicts } from '../verdict/verdict.ts';
import { reportedOf } from '../verdict/whole-run.ts';
import { ruleDocUrl } from './doc-link.ts';
import { relativeLink } from './escape.ts';
import { type RuleTexts, topicOf, waiverText, whereOf } from './terminal.ts';
import { shortenWords } from './text.ts';

/** Distinguishes results of rules from those of visits, which come from allure-playwright. */
export const FRAMEWORK = 'ttq-conformance';

const STATUS: Record<Outcome, Status> = {
  pass: Status.PASSED,
  fail: Status.FAILED,
  // Allure has no status for it: it is named, tagged and described as waived, and is neither passed nor failed.
  waived: Status.SKIPPED,
  inconclusive: Status.BROKEN,
  inapplicable: Status.SKIPPED,
};

/** What `targetResults` needs besides the verdicts. */
export interface AllureStyle {
  rules: RuleTexts;
  /** When the visits were judged, in milliseconds since 1970. */
  at: number;
  /** URL of docs/rules.md as seen from the report; without it, rules have no links. */
  rulesPage?: string | undefined;
  /** Path from the report to the reports folder, such as `../..`. */
  home: string;
  /** The reports folder to read pictures from, which are embedded in the report. */
  folder?: string;
}

/**
 * Writes Allure's results of an audit: one for each rule and target, one for each thing that stopped visits, the environment, and
 * as a global error what holds the release.
 */
export function writeAllureResults(
  writer: Writer,
  audit: AuditVerdicts,
  environmentInfo: EnvironmentInfo,
  style: AllureStyle,
): void {
  const runtime = new ReporterRuntime({ writer, environmentInfo });
  for (const target of audit.targets) {
    for (const { picture } of target.visits)
      if (picture !== undefined && style.folder !== undefined)
        writer.writeAttachmentFromPath(attachmentName(picture), join(style.folder, picture));
    for (const result of targetResults(target, style)) {
      // A predictable name of the result, so that links to it can be made without reading the report.
      const { historyId = '' } = result;
      writer.writeResult({ ...createTestResult(historyId), ...result, start: style.at, stop: style.at });
    }
  }
  runtime.writeEnvironmentInfo();
  if (audit.gate.released) return;
  const reasons = together(audit.gate.reasons, audit.targets.length);
  const message = [
    isFiltered(audit.gate) ? decisionOf(audit.gate) : 'The release is held',
    ...reasons.map((one) => `- ${shortenWords(one.message)}`),
  ].join('\n');
  runtime.applyGlobalRuntimeMessages([{ type: 'global_error', data: { message } }]);
}

/** Where a rule's result is in the report of a target, as a URL fragment. */
export function allureAnchor(target: string, rule: string): string {
  return `#${md5(identity({ target }, rule).historyId)}`;
}

/** A rule's verdict in one visit, or over the whole run. */
interface Judged {
  visit: VisitVerdicts;
  verdict: Verdict;
}

/** One result for each rule, with its visits as steps, and one for each thing that stopped visits. Failures first. */
function targetResults(target: TargetVerdicts, style: AllureStyle): Partial<TestResult>[] {
  const judged = reportedOf(target).flatMap((visit) => visit.verdicts.map((verdict) => ({ visit, verdict })));
  // What is inconclusive because a visit broke off is reported once, with the visit.
  const shown = judged.filter(
    ({ visit, verdict }) => visit.outcome === 'complete' || !isInconclusive(verdict),
  );
  const results = [...Map.groupBy(shown, ({ verdict }) => verdict.rule)].map(([rule, all]) =>
    ruleResult(target, rule, all, style),
  );
  return [
    ...results.filter(({ status }) => status === Status.FAILED),
    ...stopped(target, style),
    ...results.filter(({ status }) => status !== Status.FAILED),
  ];
}

/** Worst first: a rule that failed in one visit has failed. */
const ORDER: readonly Outcome[] = ['fail', 'inconclusive', 'waived', 'pass', 'inapplicable'];

function outcomeOf(all: readonly Judged[]): Outcome {
  const outcomes = new Set(all.map(({ verdict }) => known(verdict)));
  return ORDER.find((outcome) => outcomes.has(outcome)) ?? 'inconclusive';
}

function known(verdict: Verdict): Outcome {
  return isInconclusive(verdict) ? 'inconclusive' : verdict.outcome;
}

function ruleResult(
  target: TargetVerdicts,
  id: string,
  all: readonly Judged[],
  style: AllureStyle,
): Partial<TestResult> {
  const rule = style.rules.get(id);
  const outcome = outcomeOf(all);
  const worst = all.filter(({ verdict }) => known(verdict) === outcome);
  const [{ verdict }] = worst as [Judged];
  const groups = groupsOf(all, target);
  return {
    ...identity(target, id),
    name: `${rule?.title ?? id}${outcome === 'waived' ? ' (waived)' : ''}`,
    fullName: `${id}: ${target.target}`,
    titlePath: [target.target, topicOf(id)],
    stage: Stage.FINISHED,
    status: STATUS[outcome],
    statusDetails: details(worst, outcome),
    description: [description(worst, all, rule), ...looks(filesOf(worst, style))].join('\n\n'),
    labels: labels(target, id, verdict, outcome, worst),
    links: [...filesOf(worst, style), ...aboutLinks(id, rule, style)],
    steps: groups.map(groupStep),
  };
}

/** No part of this may depend on the run, because a rule's history is kept under it. */
function identity({ target }: Pick<TargetVerdicts, 'target'>, what: string) {
  const id = md5(JSON.stringify([target, what]));
  return { testCaseId: id, historyId: id };
}

/** Visits in which a rule had the same outcome for the same reason. */
interface Group {
  outcome: Outcome;
  message: string;
  /** For a failure, where each visit shows it. */
  sightings: { visit: VisitVerdicts; name: string; where?: string }[];
}

/** Worst first. */
function groupsOf(all: readonly Judged[], target: TargetVerdicts): Group[] {
  const groups = new Map<string, Group>();
  for (const { visit, verdict } of all) {
    const outcome = known(verdict);
    const name = visitName(visit, target.visits);
    const found = findingsOf(verdict);
    const messages =
      found.length > 0
        ? found.map((finding) => ({ message: finding.message, where: whereOf(finding) }))
        : [{ message: outcome === 'pass' ? '' : (verdict.reason ?? 'No reason was given') }];
    for (const { message, ...where } of messages) {
      const key = JSON.stringify([outcome, alike(message)]);
      const group = groups.get(key) ?? { outcome, message, sightings: [] };
      group.sightings.push({ visit, name, ...where });
      groups.set(key, group);
    }
  }
  return [...groups.values()].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
}

/** The message without ids and numbers, which may differ in the same finding. */
function alike(message: string): string {
  return message.replace(/\S*\d\S*/g, '#');
}

const SAID: Record<Outcome, string> = {
  pass: 'Passed',
  fail: 'Failed',
  waived: 'Waived',
  inapplicable: 'Did not apply',
  inconclusive: 'Could not be judged',
};
/** How many visits of a group are named. */
const NAMED = 12;

function groupStep({ outcome, message, sightings }: Group): StepResult {
  const visits = plural(new Set(sightings.map(({ name }) => name)).size, 'visit');
  const what = message === '' ? '' : `: ${shortenWords(message)}`;
  const rest = sightings.length - NAMED;
  const shown = sightings.slice(0, rest === 1 ? undefined : NAMED);
  // For passes and rules that do not apply, the visits are not listed.
  const isListed = outcome !== 'pass' && outcome !== 'inapplicable';
  return step(`${SAID[outcome]} in ${visits}${what}`, STATUS[outcome], [
    ...(isListed ? shown.map((one) => step(sightingText(one), STATUS[outcome])) : []),
    ...(isListed && rest > 1 ? [step(`and ${rest} more`, STATUS[outcome])] : []),
  ]);
}

function sightingText({ name, where, visit }: Group['sightings'][number]): string {
  const file = visit.timeline === undefined ? '' : ` (${visit.timeline})`;
  return shortenWords(`${name}${where === undefined ? '' : `: ${where}`}${file}`);
}

function step(name: string, status: Status, steps: StepResult[] = []): StepResult {
  return { ...createStepResult(), name, status, stage: Stage.FINISHED, steps };
}

/** Visits that broke off or were not made, by what stopped them: without them the rules are not judged. */
function stopped(target: TargetVerdicts, style: AllureStyle): Partial<TestResult>[] {
  if (target.problem)
    return [stoppedResult(target, 'The target can be audited', target.problem.message, [], style)];
  return unfinished({ targets: [target] }).map(({ reason, seats }) =>
    stoppedResult(
      target,
      'Every visit is made to its end',
      reason,
      seats.map(({ visit }) => visit),
      style,
    ),
  );
}

function stoppedResult(
  target: TargetVerdicts,
  name: string,
  reason: string,
  visits: VisitVerdicts[],
  style: AllureStyle,
): Partial<TestResult> {
  const message = shortenWords(reason);
  const [first] = visits;
  return {
    ...identity(target, `${name} ${alike(reason)}`),
    name,
    fullName: `${name}: ${target.target}`,
    titlePath: [target.target, 'visits'],
    stage: Stage.FINISHED,
    status: Status.BROKEN,
    statusDetails: { message },
    labels: labelsOf({ ...common(target, 'visits'), [LabelName.SEVERITY]: 'blocker' }, []),
    links: first ? fileLinks(first, first.evidence, style) : [],
    steps: visits.map((visit) => ({
      ...step(visitName(visit, target.visits), Status.BROKEN),
      attachments: pictures(visit, style),
    })),
  };
}

function pictures({ picture }: VisitVerdicts, { folder }: AllureStyle): StepResult['attachments'] {
  if (picture === undefined || folder === undefined) return [];
  return [{ name: 'Page where it broke off', type: 'image/png', source: attachmentName(picture) }];
}

function attachmentName(picture: string): string {
  return `${md5(picture)}-attachment.png`;
}

function common({ target }: TargetVerdicts, topic: string): Record<string, string> {
  return {
    [LabelName.PARENT_SUITE]: target,
    [LabelName.SUITE]: topic,
    [LabelName.EPIC]: topic,
    [LabelName.FRAMEWORK]: FRAMEWORK,
    target,
    topic,
  };
}

function labels(
  target: TargetVerdicts,
  id: string,
  { severity }: Verdict,
  outcome: Outcome,
  worst: readonly Judged[],
): Label[] {
  const changes = new Set(worst.flatMap(({ verdict: { change } }) => change ?? []));
  const single = { ...common(target, topicOf(id)), [LabelName.STORY]: id, [LabelName.SEVERITY]: severity };
  const tags = [
    id,
    ...(outcome === 'waived' ? ['waived'] : []),
    ...[...changes].map((change) => `baseline: ${change}`),
  ];
  return labelsOf(single, tags);
}

function labelsOf(single: Record<string, string>, tags: string[]): Label[] {
  return [...Object.entries(single), ...tags.map((tag) => [LabelName.TAG, tag] as const)].map(
    ([name, value]) => ({ name, value }),
  );
}

/** How many findings are written out; the steps have the rest. */
const MESSAGES = 5;

/** What was seen, so that the report groups equal failures. */
function details(worst: readonly Judged[], outcome: Outcome): TestResult['statusDetails'] {
  if (outcome === 'pass') return {};
  const [{ verdict }] = worst as [Judged];
  if (outcome !== 'fail' && outcome !== 'waived')
    return { message: shortenWords(verdict.reason ?? 'No reason was given') };
  const found = differing(worst);
  const waivers = worst.flatMap((one) =>
    one.verdict.findings.flatMap(({ waiver }) => (waiver ? [`Waived ${waiverText(waiver)}`] : [])),
  );
  const messages = new Set([
    ...(outcome === 'waived' ? waivers : []),
    ...found.slice(0, MESSAGES).map(({ message }) => shortenWords(message)),
    ...(outcome === 'waived' ? [] : waivers),
  ]);
  return { message: [...messages].join('\n') };
}

/** The findings of some visits; of those that differ only in ids and numbers, the first. */
function differing(all: readonly Judged[]) {
  const found = all.flatMap(({ verdict }) => findingsOf(verdict));
  return [...Map.groupBy(found, ({ message }) => alike(message)).values()].map(([first]) => first!);
}

/** Markdown. */
function description(worst: readonly Judged[], all: readonly Judged[], rule: RuleText | undefined): string {
  if (!rule) return '';
  const found = differing(worst);
  const shown = found.slice(0, MESSAGES).map(({ message }) => inMarkdown(message));
  const [first] = found;
  const visits = new Set(worst.map(({ visit }) => visit)).size;
  return [
    `**Expected.** ${rule.title}.`,
    ...(first
      ? [
          `**Found.** ${shown.join('; ')}. In ${visits} of ${plural(new Set(all.map(({ visit }) => visit)).size, 'visit')}.`,
          `**Where.** ${inMarkdown(whereOf(first))}`,
        ]
      : []),
    `**What to do.** ${rule.fix}`,
    `**Why.** ${rule.why}`,
    `**Source.** ${rule.source}`,
  ].join('\n\n');
}

/** Allure does not make links of relative paths. */
function looks(files: readonly Link[]): string[] {
  if (files.length === 0) return [];
  return [`**Look.** ${files.map(({ name, url }) => `[${name}](<${url}>)`).join(', ')}`];
}

/** Escaped, so that a site's text is not read as Markdown. */
function inMarkdown(text: string): string {
  return shortenWords(text).replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&');
}

/** Timeline and evidence of the first visit that shows it. */
function filesOf([first]: readonly Judged[], style: AllureStyle): Link[] {
  if (!first || findingsOf(first.verdict).length === 0) return [];
  const { visit, verdict } = first;
  return fileLinks(
    visit,
    verdict.findings[0]?.seen?.[0]?.evidence ?? verdict.evidence ?? visit.evidence,
    style,
  );
}

function fileLinks(
  { timeline, picture }: VisitVerdicts,
  evidence: string | undefined,
  { home }: AllureStyle,
): Link[] {
  const files = Object.entries({
    Timeline: timeline,
    'Page where it broke off': picture,
    Evidence: evidence,
  });
  return files.flatMap(([name, file]) =>
    file === undefined
      ? []
      : [{ url: `${home}/${relativeLink(file).slice('./'.length)}`, name, type: LinkType.DEFAULT }],
  );
}

/** The rule's documentation first. */
function aboutLinks(id: string, rule: RuleText | undefined, { rulesPage }: AllureStyle): Link[] {
  const urls = rule?.source.match(/https?:\/\/[^\s)>\]]+[^\s)>\].,;]/g) ?? [];
  return [
    ...(rule && rulesPage
      ? [{ url: ruleDocUrl(id, rulesPage), name: `About ${id}`, type: LinkType.DEFAULT }]
      : []),
    ...urls.map((url) => ({ url, name: url, type: LinkType.DEFAULT })),
  ];
}
