import { join } from 'node:path';
import { styleText } from 'node:util';
import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import type { RuleText } from '../rules/rule.ts';
import { compareVerdicts, isInconclusive, visitName } from '../verdict/gate.ts';
import type {
  AuditVerdicts,
  FindingWaiver,
  ReportedFinding,
  TargetVerdicts,
  Verdict,
  VisitVerdicts,
  WaiverUse,
} from '../verdict/verdict.ts';
import { isUnstable } from '../verdict/visit-runs.ts';
import { isWholeRun, reportedOf } from '../verdict/whole-run.ts';
import { changeCounts, changedRules } from './changes.ts';
import { shortenWords } from './text.ts';

/** Rules by their id. */
export type RuleTexts = ReadonlyMap<string, RuleText>;

/**
 * What a failing visit says, worst first: each broken rule with what was seen, where, and what to do; then what could not be
 * judged and why; the files last.
 *
 * @param reports the reports folder, as the reader should find it
 */
export function formatVisitFailure(visit: VisitVerdicts, rules: RuleTexts, reports = 'reports'): string {
  const failed = visit.verdicts.filter(({ outcome }) => outcome === 'fail').sort(compareVerdicts);
  const open = visit.verdicts.filter(isInconclusive).sort(compareVerdicts);
  const waived = visit.verdicts.filter(({ outcome }) => outcome === 'waived').sort(compareVerdicts);
  const parts = [
    headline(visit, failed.length, open.length),
    ...failed.map((verdict) => formatFailed(verdict, rules.get(verdict.rule))),
    ...(waived.length > 0 ? [['Waived', ...waived.flatMap(waivedLines)].join('\n')] : []),
    ...(open.length > 0 ? [formatOpen(open)] : []),
    ...filesOf(visit, reports),
  ];
  return parts.join('\n\n');
}

function filesOf({ evidence, timeline }: VisitVerdicts, reports: string): string[] {
  const lines = [
    ...(timeline === undefined ? [] : [`Timeline: ${join(reports, timeline)}`]),
    ...(evidence === undefined ? [] : [`Evidence: ${join(reports, evidence)}`]),
  ];
  return lines.length > 0 ? [lines.join('\n')] : [];
}

function headline(visit: VisitVerdicts, failed: number, open: number): string {
  const parts = [
    ...(visit.outcome === 'complete' ? [] : [problemLine(visit)]),
    ...(failed > 0 ? [`${failed} ${failed === 1 ? 'rule' : 'rules'} failed`] : []),
    ...(open > 0 ? [`${open} could not be judged`] : []),
  ];
  return `${visitName(visit)}: ${parts.join('; ') || 'no rule failed'}`;
}

function problemLine({ outcome, problem }: VisitVerdicts): string {
  const what = outcome === 'missing' ? 'no evidence' : 'broke off';
  return shortenWords(`${what}: ${problem?.message ?? UNKNOWN_PROBLEM}`);
}

const FINDINGS = 10;

function formatFailed({ rule, severity, findings }: Verdict, text: RuleText | undefined): string {
  const shown = findings.slice(0, FINDINGS);
  return [
    `${rule} (${severity})${text ? `: ${text.title}` : ''}`,
    ...shown.flatMap((finding) => [
      field('seen', finding.message),
      field('where', whereOf(finding)),
      ...(finding.waiver ? [field('waiver', waiverText(finding.waiver))] : []),
    ]),
    ...(findings.length > shown.length
      ? [field('seen', `${findings.length - shown.length} more of the same kind`)]
      : []),
    ...(text ? [field('do', text.fix)] : []),
  ].join('\n');
}

function waivedLines({ rule, severity, findings }: Verdict): string[] {
  const waivers = new Set(findings.flatMap(({ waiver }) => (waiver ? [waiverText(waiver)] : [])));
  return [...waivers].map((text) => `  ${rule} (${severity}): ${text}`);
}

/** Who accepts a finding, until when, and why. */
export function waiverText({ owner, expires, expired, reason }: FindingWaiver): string {
  const until = expired ? `expired on ${expires}, so that it counts again` : `until ${expires}`;
  return `${until} (${owner}): ${reason}`;
}

/** By reason: in a visit that broke off, all have the same. */
function formatOpen(verdicts: Verdict[]): string {
  const byReason = Map.groupBy(verdicts, ({ reason }) => reason ?? 'no reason was given');
  return [
    'Could not be judged',
    ...[...byReason].map(([reason, alike]) => {
      const [first] = alike;
      const who = alike.length === 1 ? `${first!.rule} (${first!.severity})` : `${alike.length} rules`;
      return `  ${who}: ${shortenWords(reason)}`;
    }),
  ].join('\n');
}

function field(name: string, text: string): string {
  return `  ${name.padEnd(7)}${shortenWords(text).replaceAll('\n', '\n         ')}`;
}

/** Page, event and place in the evidence, as far as they are known. */
export function whereOf({ page, event, place, source, seen }: ReportedFinding): string {
  return [
    ...(page ? [page] : []),
    ...(event ? [event] : []),
    ...(source ? [`called at ${shortSource(source, page)}`] : []),
    ...(seen ? seenIn(seen) : [`evidence ${place || '/'}`]),
  ].join(', ');
}

const SIGHTINGS = 3;

/** Of a finding over the whole run: the visits that show it. */
function seenIn(seen: NonNullable<ReportedFinding['seen']>): string[] {
  const rest = seen.length - SIGHTINGS;
  return [
    ...seen
      .slice(0, SIGHTINGS)
      .map(({ visit, evidence = 'evidence', place }) => `${visit} (${evidence} ${place || '/'})`),
    ...(rest > 0 ? [`${rest} more`] : []),
  ];
}

/** On the page itself, line and column are enough. */
function shortSource(source: string, page: string | undefined): string {
  const [, url, position] = /^(.*?):(\d+:\d+)$/.exec(source) ?? [];
  return url !== undefined && url === page ? `line ${position}` : source;
}

/** What `formatSummary` needs to know of the terminal. */
export interface SummaryStyle {
  colour: boolean;
  /** The reports folder, as the reader should find it; undefined where nothing could be written there. */
  reports?: string | undefined;
}

/** The audit in a few lines: one for each visit, then the gate and its reasons, then where to read on. */
export function formatSummary(audit: AuditVerdicts, { colour, reports }: SummaryStyle): string {
  const { gate, targets } = audit;
  const head = gate.released ? 'Released' : 'Held';
  return [
    ...targets.flatMap(targetLines),
    '',
    colour ? styleText(['bold', gate.released ? 'green' : 'red'], head, { validateStream: false }) : head,
    ...gate.reasons.map(({ message }) => `  - ${shortenWords(message)}`),
    ...(reports === undefined
      ? []
      : ['', `Verdicts: ${reports}/verdicts.json`, `Overview: ${reports}/scorecard.html`]),
  ].join('\n');
}

function targetLines(verdicts: TargetVerdicts): string[] {
  const { target, problem, visits, opened = [], off, waivers } = verdicts;
  if (problem !== undefined) return [`${target}: could not be audited`];
  const shown = reportedOf(verdicts).filter((visit) => !isWholeRun(visit) || visit.verdicts.some(isApplied));
  const names = shown.map((visit) => shortenWords(visitName(visit, visits)));
  const width = Math.max(0, ...names.map((name) => name.length));
  const times = Math.max(1, ...visits.map(({ runs = [] }) => runs.length));
  return [
    `${target}: ${visits.length} ${visits.length === 1 ? 'visit' : 'visits'}${times > 1 ? `, each made ${times} times` : ''}`,
    ...(noneWasMade(visits)
      ? []
      : shown.map((visit, index) => `  ${names[index]!.padEnd(width)}  ${countsLine(visit)}`)),
    ...opened.map(({ message }) => `  Gate opened: ${shortenWords(message)}`),
    ...(off.length > 0 ? [`  Switched off: ${off.join(', ')}`] : []),
    ...waivers.map((waiver) => `  Waiver ${STATES[waiver.state]}: ${shortenWords(waiverLine(waiver))}`),
    ...baselineLines(verdicts),
  ];
}

function isApplied({ outcome }: Verdict): boolean {
  return outcome !== 'inapplicable';
}

function baselineLines(verdicts: TargetVerdicts): string[] {
  const counts = changeCounts(verdicts);
  if (counts === undefined) return [];
  const lines = (['known', 'fixed'] as const).flatMap((kind) =>
    changedRules(verdicts, kind).map(
      ({ rule, visits }) => `    ${kind.padEnd(7)} ${rule}: ${shortenWords(visits.join(', '))}`,
    ),
  );
  return [`  Against the baseline: ${counts}`, ...lines];
}

const STATES: Record<WaiverUse['state'], string> = {
  used: 'in use',
  expired: 'expired',
  stale: 'stale, nothing needs it',
  unknown: 'not judged',
};

function waiverLine({ rule, journey, scenario, event, owner, expires, reason }: WaiverUse): string {
  const scope = [journey, scenario, event].filter((part) => part !== undefined);
  return `${[rule, ...scope].join(', ')} until ${expires} (${owner}): ${reason}`;
}

/** Then the gate's reasons say it all. */
function noneWasMade(visits: VisitVerdicts[]): boolean {
  return visits.every(({ outcome }) => outcome === 'missing');
}

function countsLine(visit: VisitVerdicts): string {
  if (visit.verdicts.length === 0) return problemLine(visit);
  const count = (outcome: Verdict['outcome']) =>
    visit.verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const open = visit.verdicts.filter(isInconclusive).length;
  const unstable = visit.verdicts.filter(isUnstable).length;
  const waived = count('waived') > 0 ? `${count('waived')} waived, ` : '';
  const counts = `${count('pass')} pass, ${count('fail')} fail, ${waived}${count('inapplicable')} inapplicable, ${open} inconclusive${unstable > 0 ? `, ${unstable} of them unstable` : ''}`;
  return visit.outcome === 'complete' ? counts : `${counts}. ${problemLine(visit)}`;
}
