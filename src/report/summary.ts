import { join } from 'node:path';
import { styleText } from 'node:util';
import { RULE_BY_ID } from '../rules/index.ts';
import {
  type Breach,
  type Doubt,
  failures,
  otherPages,
  plural,
  unfinished,
  unjudged,
} from '../verdict/breaches.ts';
import { decisionOf, isFiltered } from '../verdict/gate.ts';
import { countsOf, stakeOf, targetsOf, visitState, visitsOf } from '../verdict/overview.ts';
import { nextStep, type Reason, together } from '../verdict/reasons.ts';
import type { AuditVerdicts, TargetVerdicts, VisitVerdicts, WaiverUse } from '../verdict/verdict.ts';
import { changeCounts, changedRules } from './changes.ts';
import { worstTargetsFirst } from './ranking.ts';
import { type RuleTexts, seatIn, whereOf } from './terminal.ts';
import { moneyText, shortenWords, wrapped } from './text.ts';

/** What `formatSummary` needs to know about the terminal. */
export interface SummaryStyle {
  colour: boolean;
  /** The reports folder as shown to the reader; undefined if nothing could be written there. */
  reports?: string | undefined;
  /** Columns; if unknown, as in a log, no line is wrapped. */
  width?: number | undefined;
  /** The folder that evidence and timelines are named from, if it is not `reports`. */
  files?: string;
  /** All of them by default. */
  rules?: RuleTexts;
}

/** What is known about the terminal behind a stream of this process. */
export function styleOf({ isTTY, columns }: NodeJS.WriteStream): Pick<SummaryStyle, 'colour' | 'width'> {
  return { colour: isTTY === true && !process.env.NO_COLOR, width: columns };
}

interface Style extends SummaryStyle {
  width: number;
  rules: RuleTexts;
}

/** Columns that read easily. */
const [NARROW, WIDE] = [40, 120];
/** How many causes are printed in full, then in one line each; the rest is counted. */
const [IN_FULL, IN_LINES] = [3, 10];
const [TARGETS, RELEASED_TARGETS, REASONS, DOUBTS] = [30, 10, 6, 5];

/**
 * An audit on one screen: the targets, worst first; failures by cause, with where and what to do; what could not be judged, is
 * waived or switched off; last the decision, its reasons, and what to do first. Its length depends on the number of causes, not
 * of visits.
 */
export function formatSummary(audit: AuditVerdicts, options: SummaryStyle): string {
  const style = completed(options);
  const parts = [
    targetLines(audit, style),
    ...causeParts(audit, style),
    doubtLines(audit, style),
    asideLines(audit, style),
    fileLines(style),
    gateLines(audit, style),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Only the last part: the decision and its reasons. */
export function formatDecision(audit: AuditVerdicts, options: SummaryStyle): string {
  return gateLines(audit, completed(options)).join('\n');
}

function completed(options: SummaryStyle): Style {
  const { width: columns = Number.POSITIVE_INFINITY } = options;
  const width = columns === Number.POSITIVE_INFINITY ? columns : Math.max(NARROW, Math.min(columns, WIDE));
  return { ...options, width, rules: options.rules ?? RULE_BY_ID };
}

function targetLines({ targets }: AuditVerdicts, style: Style): string[] {
  const [only] = targets;
  if (targets.length === 1) return [`${only!.target}: ${stateOf(only!)}`];
  const held = worstTargetsFirst(targets).filter(({ gate }) => !gate.released);
  const released = targets.filter(({ gate }) => gate.released);
  const listed = [
    ...held.slice(0, TARGETS),
    ...(released.length > RELEASED_TARGETS ? [] : worstTargetsFirst(released)),
  ];
  const width = Math.max(0, ...listed.map(({ target }) => target.length));
  const visits = targets.reduce((sum, target) => sum + target.visits.length, 0);
  return [
    `${plural(targets.length, 'target')}, ${plural(visits, 'visit')}`,
    ...listed.map((target) => {
      const word = target.problem ? 'not audited' : decisionWord(target.gate);
      return `  ${painted(word.padEnd(WORD), target.gate.released ? 'green' : 'red', style)}  ${target.target.padEnd(width)}  ${stateOf(target)}`;
    }),
    ...(held.length > TARGETS ? [`  ${held.length - TARGETS} more are held`] : []),
    ...(released.length > RELEASED_TARGETS ? [`  ${plural(released.length, 'target')} released`] : []),
  ];
}

/** As wide as the widest. */
const WORD = 'not audited'.length;

function decisionWord(gate: AuditVerdicts['gate']): string {
  return isFiltered(gate) ? 'no decision' : decisionOf(gate).toLowerCase();
}

/** `27 visits, each made 3 times: 24 failed, 1 not judged, 2 passed; 1 rule failed`. */
function stateOf(target: TargetVerdicts): string {
  const { problem, visits, failOn } = target;
  if (problem) return shortenWords(problem.message);
  const { failedRules, failedVisits, unjudgedVisits } = countsOf([target]);
  const passed = visits.filter((visit) => visitState(visit, failOn) === 'passed').length;
  const states = [
    ...(failedVisits > 0 ? [`${failedVisits} failed`] : []),
    ...(unjudgedVisits > 0 ? [`${unjudgedVisits} not judged`] : []),
    ...(passed > 0 ? [`${passed} passed`] : []),
  ];
  const all = `${plural(visits.length, 'visit')}${repeatsOf(visits)}`;
  const rules = failedRules > 0 ? `; ${plural(failedRules, 'rule')} failed` : '';
  return `${all}${states.length > 0 ? `: ${states.join(', ')}` : ''}${rules}`;
}

/** With retries of a suite, some are made more often than others. */
function repeatsOf(visits: readonly VisitVerdicts[]): string {
  const times = new Set(visits.map(({ runs = [] }) => Math.max(1, runs.length)));
  const [first = 1] = times;
  if (times.size === 1) return first > 1 ? `, each made ${first} times` : '';
  const repeated = visits.filter(({ runs = [] }) => runs.length > 1).length;
  return repeated > 0 ? `, ${repeated} made more than once` : '';
}

function causeParts(audit: AuditVerdicts, style: Style): string[][] {
  const causes = failures(audit);
  // What does not hold the release takes one line if something else does.
  const isHeld = causes.some(({ holds }) => holds);
  const full = causes.filter(({ holds }) => holds || !isHeld).slice(0, IN_FULL);
  const others = causes.filter((cause) => !full.includes(cause));
  const lines = others
    .slice(0, IN_LINES)
    .map(
      (cause) =>
        `  ${cause.rule} (${cause.severity}): ${shortenWords(cause.message)}; ${extent(cause, audit)}`,
    );
  const rest = others.length - lines.length;
  return [
    ...full.map((cause) => causeLines(cause, audit, style)),
    others.length === 0
      ? []
      : ['Also failing', ...lines, ...(rest > 0 ? [`  and ${rest} more, in the overview`] : [])],
  ];
}

function causeLines(cause: Breach, audit: AuditVerdicts, style: Style): string[] {
  const { rule, severity, message, sightings } = cause;
  const [{ finding, visit }] = sightings as [Breach['sightings'][number]];
  const text = style.rules.get(rule);
  const stake = stakeOf(cause);
  const { reports, files: folder = reports } = style;
  const more = otherPages(cause, audit);
  const files = [visit.timeline, finding.seen?.[0]?.evidence ?? visit.evidence].filter(
    (file) => file !== undefined,
  );
  return [
    ...wrapped('', `${rule} (${severity})${text ? `: ${text.title}` : ''}`, style.width),
    ...field('seen', message, style),
    ...field('in', [extent(cause, audit), ...namedOf(cause, audit)].join(': '), style),
    ...field('where', `${whereOf(finding)}${more > 0 ? `, and ${plural(more, 'more page')}` : ''}`, style),
    ...(stake ? field('stake', moneyText(stake), style) : []),
    ...(finding.waiver?.expired
      ? field('waiver', `expired on ${finding.waiver.expires} (${finding.waiver.owner})`, style)
      : []),
    ...(text ? field('do', text.fix, style) : []),
    ...(folder === undefined
      ? []
      : files.flatMap((file, index) => field(index === 0 ? 'file' : '', join(folder, file), style))),
  ];
}

/** `24 of 27 visits`, `7 of 50 targets, 14 visits`, `the whole run`. */
function extent(cause: Breach, { targets }: AuditVerdicts): string {
  const visits = visitsOf(cause).length;
  if (targets.length > 1) {
    const across = `${targetsOf(cause).length} of ${targets.length} targets`;
    return visits === 0 ? across : `${across}, ${plural(visits, 'visit')}`;
  }
  const planned = targets[0]!.visits.length;
  return visits === 0 ? 'the whole run' : `${visits} of ${plural(planned, 'visit')}`;
}

function whoShows(cause: Breach, { targets }: AuditVerdicts): string[] {
  if (targets.length > 1) return targetsOf(cause);
  return [...new Set(cause.sightings.map(seatIn))];
}

/** Who shows it; nobody if that is the whole run of the only target, which is printed already. */
function namedOf(cause: Breach, audit: AuditVerdicts): string[] {
  const isWhole = audit.targets.length === 1 && visitsOf(cause).length === 0;
  return isWhole ? [] : [first(whoShows(cause, audit))];
}

const NAMED = 3;

function first(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return rest < 2 ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${rest} more`;
}

function field(name: string, text: string, { width }: Style): string[] {
  return wrapped(`  ${name.padEnd(7)}`, shortenWords(text), width);
}

function doubtLines(audit: AuditVerdicts, style: Style): string[] {
  const doubts = [
    ...Map.groupBy([...unfinished(audit), ...unjudged(audit)], (doubt) =>
      JSON.stringify([doubt.reason, doubters(doubt, audit)]),
    ).values(),
  ];
  if (doubts.length === 0) return [];
  const lines = doubts.slice(0, DOUBTS).flatMap((alike) => {
    const rules = alike.flatMap(({ rule }) => rule ?? []);
    const what = rules.length === 0 ? '' : `${first(rules)}: `;
    const [{ reason }] = alike as [Doubt];
    return wrapped(
      '  ',
      `${what}${shortenWords(reason)} (${first(doubters(alike[0]!, audit))})`,
      style.width,
    );
  });
  const rest = doubts.length - DOUBTS;
  return ['Could not be judged', ...lines, ...(rest > 0 ? [`  and ${rest} more, in the overview`] : [])];
}

function doubters({ seats }: Doubt, { targets }: AuditVerdicts): string[] {
  return [...new Set(seats.map((seat) => (targets.length > 1 ? seat.target.target : seatIn(seat))))];
}

/** What is waived or switched off, and changes against the baseline. For many targets, a count each. */
function asideLines({ targets }: AuditVerdicts, { width }: Style): string[] {
  const off = targets.filter((target) => target.off.length > 0);
  const waivers = targets.flatMap((target) => target.waivers);
  const openings = targets.flatMap((target) =>
    (target.opened ?? []).map(({ message }) => `Gate opened${nameIn(target, targets)}: ${message}`),
  );
  const lines = [
    ...openings,
    ...(off.length > MANY
      ? [`Rules are switched off in ${off.length} targets`]
      : off.map((one) => `Switched off${nameIn(one, targets)}: ${one.off.join(', ')}`)),
    ...(waivers.length > MANY
      ? [`${plural(waivers.length, 'waiver')}: ${waiverCounts(waivers)}`]
      : waivers.map((waiver) => `Waiver ${STATES[waiver.state]}: ${waiverLine(waiver)}`)),
    ...targets.flatMap((target) => baselineLines(target, targets)),
  ];
  const rest = lines.length - MANY;
  const shown =
    rest > 1 ? [...lines.slice(0, MANY), `and ${rest} more lines like these, in the overview`] : lines;
  return shown.flatMap((line) => wrapped(/^ */.exec(line)![0], shortenWords(line.trimStart()), width));
}

const MANY = 6;

function nameIn({ target }: TargetVerdicts, targets: readonly TargetVerdicts[]): string {
  return targets.length === 1 ? '' : ` in ${target}`;
}

function waiverCounts(waivers: readonly WaiverUse[]): string {
  const counts = Map.groupBy(waivers, ({ state }) => STATES[state]);
  return [...counts].map(([state, alike]) => `${alike.length} ${state}`).join(', ');
}

function baselineLines(target: TargetVerdicts, targets: readonly TargetVerdicts[]): string[] {
  const counts = changeCounts(target);
  if (counts === undefined) return [];
  const lines = (['known', 'fixed'] as const).flatMap((kind) =>
    changedRules(target, kind).map(({ rule, visits }) => `  ${kind.padEnd(5)} ${rule}: ${first(visits)}`),
  );
  return [`Against the baseline${nameIn(target, targets)}: ${counts}`, ...(targets.length > 1 ? [] : lines)];
}

const STATES: Record<WaiverUse['state'], string> = {
  used: 'in use',
  expired: 'expired',
  stale: 'stale, no longer needed',
  unknown: 'not judged',
};

function waiverLine({ rule, journey, scenario, event, owner, expires, reason }: WaiverUse): string {
  const scope = [journey, scenario, event].filter((part) => part !== undefined);
  return `${[rule, ...scope].join(', ')} until ${expires} (${owner}): ${reason}`;
}

function fileLines({ reports }: Style): string[] {
  if (reports === undefined) return [];
  return [`Overview: ${reports}/scorecard.html`, `Verdicts: ${reports}/verdicts.json`];
}

function gateLines(audit: AuditVerdicts, style: Style): string[] {
  const { gate, targets, counts = countsOf(targets) } = audit;
  const held = targets.filter((target) => !target.gate.released).length;
  const head = decisionOf(gate);
  const among = head !== 'Held' || targets.length < 2 ? '' : `: ${held} of ${targets.length} targets`;
  const numbers =
    `${plural(counts.failedRules, 'failed rule')}, ${plural(counts.failedVisits, 'failed visit')}, ` +
    `${plural(counts.unjudgedVisits, 'unjudged visit')}`;
  const reasons = together(gate.reasons, targets.length);
  const rest = reasons.length - REASONS;
  return [
    `${painted(`${head}${among}`, gate.released ? 'green' : 'red', style)} (${numbers})`,
    ...reasons.slice(0, REASONS).flatMap((reason) => reasonLines(reason, style)),
    ...(rest > 0 ? [`  - and ${plural(rest, 'more reason')}, all of them in verdicts.json`] : []),
  ];
}

function reasonLines(reason: Reason, { width, rules }: Style): string[] {
  const rule = reason.code === 'failed' ? rules.get(String(reason.args.rule)) : undefined;
  const next = rule ? `${inShort(rule.fix)}.` : nextStep(reason);
  return [
    ...wrapped('  - ', shortenWords(reason.message), width),
    ...(next === undefined ? [] : wrapped('    Do: ', next, width)),
  ];
}

/** The first sentence up to its details. A dot within a name or an example, and a colon within braces, does not end it. */
export function inShort(text: string): string {
  return /^(?:\{[^}]*\}|.)*?(?=[.:;](\s|$))/s.exec(text)?.[0] ?? text;
}

function painted(text: string, colour: 'green' | 'red', style: Style): string {
  return style.colour ? styleText(['bold', colour], text, { validateStream: false }) : text;
}
