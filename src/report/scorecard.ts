import { createHash } from 'node:crypto';
import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import { SEVERITIES } from '../target/target.ts';
import {
  type Breach,
  countOutcomes,
  failures,
  otherPages,
  plural,
  troubles,
  waivedFailures,
} from '../verdict/breaches.ts';
import { decisionOf, visitName } from '../verdict/gate.ts';
import { countsOf, stakeOf, targetsOf, visitsOf } from '../verdict/overview.ts';
import type {
  AuditVerdicts,
  Comparison,
  TargetVerdicts,
  Verdict,
  VisitVerdicts,
} from '../verdict/verdict.ts';
import { reportedOf } from '../verdict/whole-run.ts';
import { allureAnchor } from './allure.ts';
import { ruleDocUrl } from './doc-link.ts';
import { html, relativeLink } from './escape.ts';
import { allureReport } from './files.ts';
import { STATES, type Worst, worstByRule, worstTargetsFirst } from './ranking.ts';
import { SCRIPT, STYLE } from './scorecard-page.ts';
import { type RuleTexts, topicOf, whereOf } from './terminal.ts';
import { moneyText, shortenWords } from './text.ts';
import { type Trend, trendLine } from './trend.ts';

export interface ScorecardStyle {
  /** URL of docs/rules.md; without it, rules have no links. */
  rulesPage?: string | undefined;
  /** When the audit was made. */
  at?: Date | undefined;
  /** Counts of earlier runs. */
  trend?: Trend | undefined;
  /** Whether each target that could be audited has an Allure report. */
  hasAllure?: boolean | undefined;
}

/**
 * An audit as one HTML page that loads nothing and opens from disk: failures over all targets; then a row for each target, worst
 * first, with its gate and a cell for each topic of rules. For a single target, its visits replace the row. Links lead to other
 * files in the reports folder, where the page belongs.
 *
 * The same audit gives the same bytes. It is complete without its script, which only filters the rows.
 */
export function formatScorecard(audit: AuditVerdicts, rules: RuleTexts, style: ScorecardStyle = {}): string {
  const topics = topicsOf(audit, rules);
  const title = headline(audit);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${sourceHash(STYLE)}'; script-src '${sourceHash(SCRIPT)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${html(title)}</h1>
${made(audit, style)}
${onlyTrend(audit, style)}${list(troubles(audit))}
<nav aria-label="Reports">${style.hasAllure ? '<a href="allure/index.html">Allure report</a>' : ''}<a href="summary.md">Summary</a><a href="results.sarif">SARIF</a><a href="junit.xml">JUnit</a><a href="verdicts.json">Verdicts</a></nav>
${filters(audit, topics)}
</header>
<main>
${causesSection(audit, rules, style)}
${audit.targets.length === 1 ? targetSection(audit.targets[0]!, topics, style) : table(audit, topics, style)}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function table({ targets }: AuditVerdicts, topics: string[], style: ScorecardStyle): string {
  const hasBaseline = targets.some(({ comparison }) => comparison);
  return `<section class="targets"><h2>Targets</h2>
${LEGEND}
<table>
<thead><tr><th scope="col">Target</th><th scope="col">Gate</th>${hasBaseline ? '<th scope="col" title="Since the baseline">Trend</th>' : ''}${topics.map((topic) => `<th scope="col">${html(topic)}</th>`).join('')}</tr></thead>
<tbody>
${worstTargetsFirst(targets)
  .map((target) => row(target, topics, style, hasBaseline))
  .join('\n')}
</tbody>
</table></section>`;
}

/** For a single target: the state of each topic, and the visits. */
function targetSection(target: TargetVerdicts, topics: string[], style: ScorecardStyle): string {
  const worst = Map.groupBy(worstByRule(target).values(), ({ verdict }) => topicOf(verdict.rule));
  const cells = topics.flatMap((topic) => {
    const all = worst.get(topic) ?? [];
    return all.length === 0 ? [] : [`<li>${html(topic)}<br>${topicMarks(topic, all, target, style)}</li>`];
  });
  const reasons = target.gate.reasons.map(({ message }) => message);
  return [
    `<section data-target>${reasons.length > 0 ? `<h2>What holds it</h2>${list(reasons)}` : ''}`,
    cells.length > 0 ? `<h2>Topics</h2>${LEGEND}<ul class="topics">${cells.join('')}</ul>` : '',
    target.visits.length > 0 ? `<h2>${plural(target.visits.length, 'visit')}</h2>${visitList(target)}` : '',
    target.comparison ? `<h2>Since the baseline</h2><p>${trendCell(target.comparison)}</p>` : '',
    aside(target),
    '</section>',
  ].join('\n');
}

/** How many causes are shown, and for several targets, how many of them unfolded. */
const [CAUSES, FIRST_CAUSES] = [60, 6];

/** Failures over all targets, worst first, with where, what to do, and links to the timeline and the rule. */
function causesSection(audit: AuditVerdicts, rules: RuleTexts, style: ScorecardStyle): string {
  const failed = failures(audit);
  if (failed.length === 0) return '';
  const cards = failed.slice(0, CAUSES).map((breach) => causeCard(breach, audit, rules, style));
  const rest = failed.length - cards.length;
  const shown = audit.targets.length === 1 ? cards.length : FIRST_CAUSES;
  const folded = cards.slice(shown);
  return `<section class="causes"><h2>What fails</h2>
${cards.slice(0, shown).join('\n')}
${folded.length > 0 ? `<details class="more"><summary>${plural(folded.length, 'more cause')}</summary><div class="causes">${folded.join('\n')}</div></details>` : ''}
${rest > 0 ? `<p>and ${plural(rest, 'more failure')}, all of them in verdicts.json</p>` : ''}</section>`;
}

function causeCard(
  breach: Breach,
  { targets }: AuditVerdicts,
  rules: RuleTexts,
  style: ScorecardStyle,
): string {
  const { rule, severity, holds, message, sightings } = breach;
  const more = otherPages(breach, { targets });
  const [{ finding, visit, target }] = sightings as [Breach['sightings'][number]];
  const text = rules.get(rule);
  const stake = stakeOf(breach);
  const names = targets.length > 1 ? targetsOf(breach) : [];
  const visits = visitsOf(breach).length;
  const planned = targets.reduce((sum, one) => sum + one.visits.length, 0);
  const extent = [
    ...(names.length > 0 ? [plural(names.length, 'target')] : []),
    ...(visits > 0 ? [`${visits} of ${plural(planned, 'visit')}`] : ['the whole run']),
  ].join(', ');
  const state = STATES.find(({ name }) => name === (holds ? 'holds' : 'fail'))!;
  const evidence = finding.seen?.[0]?.evidence ?? visit.evidence;
  const links = [
    ...(visit.timeline === undefined ? [] : [link(visit.timeline, 'Timeline')]),
    ...(style.hasAllure ? [`<a href="${html(allureLink(target, rule))}">All visits</a>`] : []),
    ...(evidence === undefined ? [] : [link(evidence, 'Evidence')]),
  ];
  return [
    `<article data-rule="${html(rule)}" data-topic="${html(topicOf(rule))}" data-severity="${severity}">`,
    `<h3><span class="mark ${state.style}">${state.mark} ${severity}</span> ${ruleName(rule, style)} <span class="soft">${html(extent)}</span></h3>`,
    `<p class="seen">${words(message)}</p>`,
    stake ? `<p><b>At stake</b> ${words(moneyText(stake))}</p>` : '',
    text ? `<p><b>Do</b> ${words(text.fix)}</p>` : '',
    `<p class="soft">${words(`${visitName(visit, target.visits)}${targets.length > 1 ? ` of ${target.target}` : ''}: ${whereOf(finding)}${more > 0 ? `, and ${plural(more, 'more page')}` : ''}`)}</p>`,
    names.length > 1 ? `<p class="soft">${words(firstOf(names))}</p>` : '',
    links.length > 0 ? `<p class="links">${links.join('')}</p>` : '',
    '</article>',
  ].join('');
}

const NAMED = 12;

function firstOf(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return rest < 2 ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${rest} more`;
}

function allureLink({ target }: TargetVerdicts, rule: string): string {
  return `${relativeLink(allureReport(target))}${allureAnchor(target, rule)}`;
}

function filters({ targets }: AuditVerdicts, topics: string[]): string {
  const failing = new Set(
    verdictsOf(targets)
      .filter(({ outcome }) => outcome === 'fail')
      .map(({ rule }) => rule),
  );
  const select = (name: string, label: string, values: readonly string[]) =>
    `<label>${label} <select name="${name}"><option value="">all</option>${values.map((value) => `<option>${html(value)}</option>`).join('')}</select></label>`;
  return `<form hidden><label>Search <input type="search" name="search" placeholder="target, rule or text"></label>${select('topic', 'Topic', topics)}${select('severity', 'Severity', SEVERITIES)}${select('rule', 'Rule', [...failing].sort())}${targets.length === 1 ? '' : '<label><input type="checkbox" name="held"> Only held</label>'}<output></output></form>`;
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Topics with a verdict, in the order of the rules. */
function topicsOf({ targets }: AuditVerdicts, rules: RuleTexts): string[] {
  const asked = new Set(verdictsOf(targets).map(({ rule }) => rule));
  const judged = new Set([...asked].map(topicOf));
  const known = [...new Set([...rules.keys()].map(topicOf))].filter((topic) => judged.has(topic));
  return [...new Set([...known, ...judged])];
}

function verdictsOf(targets: readonly TargetVerdicts[]): Verdict[] {
  return targets.flatMap((target) => reportedOf(target).flatMap(({ verdicts }) => verdicts));
}

function headline({ gate, targets, shard }: AuditVerdicts): string {
  const held = targets.filter((target) => !target.gate.released).length;
  const all = targets.length === 1 ? targets[0]!.target : plural(targets.length, 'target');
  const what = decisionOf(gate) !== 'Held' || held === 0 || targets.length === 1 ? all : `${held} of ${all}`;
  const part = shard ? ` (part ${shard.current} of ${shard.total})` : '';
  return `${decisionOf(gate)}: ${what}${part}`;
}

function made({ targets }: AuditVerdicts, { at }: ScorecardStyle): string {
  const refused = targets.filter(({ problem }) => problem !== undefined).length;
  const held = targets.filter(({ gate }) => !gate.released).length - refused;
  const { failedRules, failedVisits, unjudgedVisits } = countsOf(targets);
  const visits = targets.reduce((sum, target) => sum + target.visits.length, 0);
  const parts = [
    ...(at ? [`Audited ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`] : []),
    `${plural(targets.length, 'target')}: ${targets.length - held - refused} released, ${held} held, ${refused} not audited`,
    `${plural(visits, 'visit')}: ${plural(failedRules, 'failed rule')}, ${plural(failedVisits, 'failed visit')}, ${plural(unjudgedVisits, 'unjudged visit')}`,
  ];
  return `<p>${parts.map(html).join('<br>\n')}</p>`;
}

/** The trend of a single target is at the top, as there is no row for it. */
function onlyTrend({ targets }: AuditVerdicts, { trend }: ScorecardStyle): string {
  const line = targets.length === 1 ? trendLine(trend?.[targets[0]!.target]) : '';
  return line === '' ? '' : `<p>Failed rules, run by run ${line}</p>\n`;
}

function list(texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return `<ul>${texts.map((text) => `<li>${words(text)}</li>`).join('')}</ul>`;
}

function words(text: string): string {
  return html(shortenWords(text)).replaceAll('\n', '<br>');
}

const LEGEND = `<p class="legend">${STATES.map(({ mark, style, says }) => `<span><span class="mark ${style}" aria-hidden="true">${mark}</span> ${says}</span>`).join('')}<br>
Numbers count rules, each by its worst outcome over all visits. A cell leads to what shows it.</p>`;

function row(target: TargetVerdicts, topics: string[], style: ScorecardStyle, hasBaseline: boolean): string {
  const held = target.gate.released ? 'no' : 'yes';
  const all = [...worstByRule(target).values()];
  const worst = Map.groupBy(all, ({ verdict }) => topicOf(verdict.rule));
  const failing = all
    .filter(({ state }) => state.name === 'holds' || state.name === 'fail')
    .map(({ verdict }) => `${verdict.rule} ${verdict.severity}`);
  const name = html(target.target);
  const lead =
    style.hasAllure && target.problem === undefined
      ? `<a href="${html(relativeLink(allureReport(target.target)))}">${name}</a>`
      : name;
  return [
    `<tr data-held="${held}" data-fails="${html(failing.join(';'))}"><th scope="row"><span>${lead}</span></th>`,
    `<td class="gate">${gateCell(target, style)}</td>`,
    ...(hasBaseline ? [`<td>${trendCell(target.comparison)}</td>`] : []),
    ...topics.map((topic) => topicCell(topic, worst.get(topic) ?? [], target, style)),
    '</tr>',
  ].join('');
}

const REASONS = 2;

function gateCell(target: TargetVerdicts, style: ScorecardStyle): string {
  const { gate, problem, visits } = target;
  const badge = gate.released
    ? '<span class="mark good">✓ Released</span>'
    : `<span class="mark bad">✕ ${problem === undefined ? decisionOf(gate) : 'Not audited'}</span>`;
  const reasons = gate.reasons.map(({ message }) => message);
  const rest = reasons.slice(REASONS);
  const more =
    rest.length > 0
      ? `<details><summary>${plural(rest.length, 'more reason')}</summary>${list(rest)}</details>`
      : '';
  return [
    badge,
    trendLine(style.trend?.[target.target]),
    list(reasons.slice(0, REASONS)),
    more,
    visits.length > 0 && !gate.released
      ? `<details><summary>${plural(visits.length, 'visit')}</summary>${visitList(target)}${aside(target)}</details>`
      : '',
  ].join('');
}

function visitList(target: TargetVerdicts): string {
  const lines = reportedOf(target).map((visit) => `<li>${visitLine(visit, target.visits)}</li>`);
  return `<ul class="visits">${lines.join('')}</ul>`;
}

/** What is waived or switched off, and which waivers are unused. */
function aside(target: TargetVerdicts): string {
  const { off, waivers } = target;
  const waived = waivedFailures({ targets: [target] }).map(({ rule, severity, message, sightings }) => {
    const waiver = sightings[0]?.finding.waiver;
    return `Waived${waiver ? ` until ${waiver.expires} (${waiver.owner})` : ''}: ${rule} (${severity}): ${message}`;
  });
  const idle = waivers
    .filter(({ state }) => state !== 'used')
    .map(({ rule, owner, state }) => `The waiver of ${rule} (${owner}) is ${state}`);
  return [
    list([...waived, ...idle]),
    off.length > 0 ? `<p>Switched off: ${off.map(html).join(', ')}</p>` : '',
  ].join('');
}

function ruleName(rule: string, { rulesPage }: ScorecardStyle): string {
  return rulesPage === undefined
    ? html(rule)
    : `<a href="${html(encodeURI(ruleDocUrl(rule, rulesPage)))}">${html(rule)}</a>`;
}

function visitLine(visit: VisitVerdicts, visits: VisitVerdicts[]): string {
  const { pass, fail, waived, inconclusive } = countOutcomes(visit.verdicts);
  const counts = [
    `${pass} pass`,
    `${fail} fail`,
    ...(waived > 0 ? [`${waived} waived`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
  ].join(', ');
  const state =
    visit.outcome === 'complete'
      ? ''
      : `${visit.outcome === 'missing' ? 'no evidence' : 'broke off'}: ${visit.problem?.message ?? UNKNOWN_PROBLEM}; `;
  const links = [
    ...(visit.evidence === undefined ? [] : [link(visit.evidence, 'evidence')]),
    ...(visit.timeline === undefined ? [] : [link(visit.timeline, 'timeline')]),
    ...(visit.picture === undefined ? [] : [link(visit.picture, 'page')]),
  ];
  return [words(`${visitName(visit, visits)}: ${state}${counts}`), ...links].join(' ');
}

function link(path: string, text: string): string {
  return `<a href="${html(relativeLink(path))}">${text}</a>`;
}

function trendCell(comparison: Comparison | undefined): string {
  if (!comparison) return '<span class="none">no baseline</span>';
  const { counts, gone } = comparison;
  const unjudged = counts.unjudged + gone.length;
  const parts = [
    counts.new > 0 ? `<span class="mark bad">+ ${counts.new} new</span>` : '',
    counts.worse > 0 ? `<span class="mark bad">↑ ${counts.worse} worse</span>` : '',
    unjudged > 0 ? `<span class="mark open">? ${unjudged} no longer judged</span>` : '',
    counts.fixed > 0 ? `<span class="mark good">− ${counts.fixed} fixed</span>` : '',
    counts.known > 0 ? `<span class="soft">= ${counts.known} known</span>` : '',
  ].filter(Boolean);
  return parts.length > 0 ? parts.join('<br>') : '<span class="none">= none</span>';
}

function topicCell(topic: string, all: Worst[], target: TargetVerdicts, style: ScorecardStyle): string {
  const open = `<td class="topic${all.length === 0 ? ' empty' : ''}" data-topic="${html(topic)}">`;
  return `${open}${all.length === 0 ? '' : topicMarks(topic, all, target, style)}</td>`;
}

/** In a cell, what was not seen ranks before what passes: it may hide anything. */
const CELL = STATES.toSorted((a, b) => placeOf(a) - placeOf(b));

function placeOf(state: (typeof STATES)[number]): number {
  const pass = STATES.findIndex(({ name }) => name === 'pass');
  return state.name === 'unseen' ? pass - 0.5 : STATES.indexOf(state);
}

function topicMarks(topic: string, all: Worst[], target: TargetVerdicts, style: ScorecardStyle): string {
  const byState = CELL.map((state) => ({ state, rules: all.filter((one) => one.state === state) })).filter(
    ({ rules }) => rules.length > 0,
  );
  const [{ state, rules }, ...others] = byState as [(typeof byState)[number], ...typeof byState];
  const { visit, verdict } = rules[0]!;
  const counts = byState.map((one) => `${one.rules.length} ${one.state.many}`).join(', ');
  const says = html(`${topic}: ${counts}; ${verdict.rule}, ${visitName(visit, target.visits)}`);
  const label = `${state.mark} ${rules.length}`;
  const isTrouble = !['pass', 'unseen', 'none'].includes(state.name);
  const lead =
    style.hasAllure && isTrouble && (visit.outcome === 'complete' || verdict.outcome === 'fail')
      ? allureLink(target, verdict.rule)
      : visit.timeline && relativeLink(visit.timeline);
  const mark =
    // Passing cells have little to show, and 500 targets have many of them.
    lead === undefined || !isTrouble
      ? `<span class="mark ${state.style}" title="${says}">${label}</span>`
      : `<a class="mark ${state.style}" title="${says}" aria-label="${says}" href="${html(lead)}">${label}</a>`;
  const rest = others.map((one) => `${one.state.mark} ${one.rules.length}`).join(' ');
  return `${mark}${rest ? `<span class="rest">${rest}</span>` : ''}`;
}
