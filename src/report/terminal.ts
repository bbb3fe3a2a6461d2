import { join } from 'node:path';
import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import type { RuleText } from '../rules/rule.ts';
import { SEVERITIES, type Severity } from '../target/target.ts';
import type { Seat } from '../verdict/breaches.ts';
import { compareVerdicts, isInconclusive, visitName } from '../verdict/gate.ts';
import type { FindingWaiver, ReportedFinding, Verdict, VisitVerdicts } from '../verdict/verdict.ts';
import { shortenWords } from './text.ts';

/** Rules by their id. */
export type RuleTexts = ReadonlyMap<string, RuleText>;

/** `event-id` of `event-id/present`. */
export function topicOf(rule: string): string {
  return rule.split('/')[0]!;
}

/**
 * The report of a failing visit, worst first: each broken rule with what was seen, where, and what to do; then what could not be
 * judged and why; the files last.
 *
 * @param reports the reports folder as shown to the reader
 * @param failOn the severities that hold: beside a failure that does, each other takes one line
 */
export function formatVisitFailure(
  visit: VisitVerdicts,
  rules: RuleTexts,
  { reports = 'reports', failOn = SEVERITIES }: { reports?: string; failOn?: readonly Severity[] } = {},
): string {
  const failed = visit.verdicts.filter(({ outcome }) => outcome === 'fail').sort(compareVerdicts);
  const holding = failed.filter(({ severity }) => failOn.includes(severity));
  const full = holding.length > 0 ? holding : failed;
  const others = failed.filter((one) => !full.includes(one));
  const open = visit.verdicts.filter(isInconclusive).sort(compareVerdicts);
  const waived = visit.verdicts.filter(({ outcome }) => outcome === 'waived').sort(compareVerdicts);
  const parts = [
    headline(visit, failed.length, open.length),
    ...full.map((verdict) => formatFailed(verdict, rules.get(verdict.rule))),
    ...(others.length > 0 ? [['Also failing', ...others.map(failedLine)].join('\n')] : []),
    ...(waived.length > 0 ? [['Waived', ...waived.flatMap(waivedLines)].join('\n')] : []),
    ...(open.length > 0 ? [formatOpen(open)] : []),
    ...filesOf(visit, reports),
  ];
  return parts.join('\n\n');
}

function filesOf({ evidence, timeline, picture }: VisitVerdicts, reports: string): string[] {
  const lines = [
    ...(timeline === undefined ? [] : [`Timeline: ${join(reports, timeline)}`]),
    ...(picture === undefined ? [] : [`Page:     ${join(reports, picture)}`]),
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

function failedLine({ rule, severity, findings }: Verdict): string {
  const [first] = findings;
  const more = findings.length > 1 ? `, and ${findings.length - 1} more` : '';
  return `  ${rule} (${severity})${first ? `: ${shortenWords(first.message)}` : ''}${more}`;
}

function waivedLines({ rule, severity, findings }: Verdict): string[] {
  const waivers = new Set(findings.flatMap(({ waiver }) => (waiver ? [waiverText(waiver)] : [])));
  return [...waivers].map((text) => `  ${rule} (${severity}): ${text}`);
}

/** Who accepts a finding, until when, and why. */
export function waiverText({ owner, expires, expired, reason }: FindingWaiver): string {
  const until = expired ? `expired on ${expires}, so it counts again` : `until ${expires}`;
  return `${until} (${owner}): ${reason}`;
}

/** Grouped by reason: in a visit that broke off, all have the same. */
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

/** A visit's name among those of its target. */
export function seatIn({ target, visit }: Seat): string {
  return visitName(visit, target.visits);
}

/** Page, event and place in the evidence, if known. */
export function whereOf({ page, event, place, source, seen }: ReportedFinding): string {
  return [
    ...(page ? [page] : []),
    ...(event ? [event] : []),
    ...(source ? [`called at ${shortSource(source, page)}`] : []),
    ...(seen ? seenIn(seen) : [`evidence ${place || '/'}`]),
  ].join(', ');
}

const SIGHTINGS = 3;

/** For a finding over the whole run: the visits that show it. */
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
