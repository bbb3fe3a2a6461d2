import { createHash } from 'node:crypto';
import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import { countOutcomes, failures, plural, troubles, waivedFailures } from '../verdict/breaches.ts';
import { visitName } from '../verdict/gate.ts';
import { countsOf } from '../verdict/overview.ts';
import type {
  AuditVerdicts,
  Comparison,
  TargetVerdicts,
  Verdict,
  VisitVerdicts,
} from '../verdict/verdict.ts';
import { reportedOf } from '../verdict/whole-run.ts';
import { ruleDocUrl } from './doc-link.ts';
import { html, relativeLink } from './escape.ts';
import { STATES, type Worst, worstByRule, worstTargetsFirst } from './ranking.ts';
import { SCRIPT, STYLE } from './scorecard-page.ts';
import type { RuleTexts } from './terminal.ts';
import { whereOf } from './terminal.ts';
import { shortenWords } from './text.ts';

export interface ScorecardStyle {
  /** Where docs/rules.md can be read from the page; without it, rules have no links. */
  rulesPage?: string | undefined;
  /** When the audit was made. */
  at?: Date | undefined;
}

/**
 * All targets of an audit on one page of HTML that loads nothing and opens from disk: a row for each target, worst first, with its
 * gate, and a cell for each topic of rules. Links lead to other files of the reports folder, in which the page belongs.
 *
 * The same bytes for the same audit. It is complete without its script, which only filters the rows.
 */
export function formatScorecard(audit: AuditVerdicts, rules: RuleTexts, style: ScorecardStyle = {}): string {
  const topics = topicsOf(audit, rules);
  const hasBaseline = audit.targets.some(({ comparison }) => comparison);
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
${list(troubles(audit))}
<nav aria-label="Reports"><a href="allure/index.html">Allure report</a><a href="summary.md">Summary</a><a href="results.sarif">SARIF</a><a href="verdicts.json">Verdicts</a></nav>
${LEGEND}
<form hidden><label>Search <input type="search" name="search" placeholder="target, rule or text"></label><label><input type="checkbox" name="held"> Only held</label><output></output></form>
</header>
<table>
<thead><tr><th scope="col">Target</th><th scope="col">Gate</th>${hasBaseline ? '<th scope="col" title="Since the baseline">Trend</th>' : ''}${topics.map((topic) => `<th scope="col">${html(topic)}</th>`).join('')}</tr></thead>
<tbody>
${worstTargetsFirst(audit.targets)
  .map((target) => row(target, topics, rules, style, hasBaseline))
  .join('\n')}
</tbody>
</table>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Topics that have a verdict, in the order of the rules. */
function topicsOf({ targets }: AuditVerdicts, rules: RuleTexts): string[] {
  const judged = new Set(verdictsOf(targets).map(({ rule }) => topicOf(rule)));
  const known = [...new Set([...rules.keys()].map(topicOf))].filter((topic) => judged.has(topic));
  return [...new Set([...known, ...judged])];
}

function topicOf(rule: string): string {
  return rule.split('/')[0]!;
}

function verdictsOf(targets: readonly TargetVerdicts[]): Verdict[] {
  return targets.flatMap((target) => reportedOf(target).flatMap(({ verdicts }) => verdicts));
}

function headline({ gate, targets, shard }: AuditVerdicts): string {
  const held = targets.filter((target) => !target.gate.released).length;
  const all = targets.length === 1 ? targets[0]!.target : plural(targets.length, 'target');
  const what = gate.released || held === 0 || targets.length === 1 ? all : `${held} of ${all}`;
  const part = shard ? ` (part ${shard.current} of ${shard.total})` : '';
  return `${gate.released ? 'Released' : 'Held'}: ${what}${part}`;
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

function list(texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return `<ul>${texts.map((text) => `<li>${words(text)}</li>`).join('')}</ul>`;
}

function words(text: string): string {
  return html(shortenWords(text)).replaceAll('\n', '<br>');
}

const LEGEND = `<p class="legend">${STATES.map(({ mark, style, says }) => `<span><span class="mark ${style}" aria-hidden="true">${mark}</span> ${says}</span>`).join('')}<br>
Numbers count rules, each by its worst outcome over all visits. A cell leads to the evidence that shows it.</p>`;

function row(
  target: TargetVerdicts,
  topics: string[],
  rules: RuleTexts,
  style: ScorecardStyle,
  hasBaseline: boolean,
): string {
  const held = target.gate.released ? 'no' : 'yes';
  const worst = Map.groupBy(worstByRule(target).values(), ({ verdict }) => topicOf(verdict.rule));
  return [
    `<tr data-held="${held}"><th scope="row"><span>${html(target.target)}</span></th>`,
    `<td class="gate">${gateCell(target, rules, style)}</td>`,
    ...(hasBaseline ? [`<td>${trendCell(target.comparison)}</td>`] : []),
    ...topics.map((topic) => topicCell(topic, worst.get(topic) ?? [], target)),
    '</tr>',
  ].join('');
}

const REASONS = 2;

function gateCell(target: TargetVerdicts, rules: RuleTexts, style: ScorecardStyle): string {
  const { gate, problem, visits } = target;
  const badge = gate.released
    ? '<span class="mark good">✓ Released</span>'
    : `<span class="mark bad">✕ ${problem === undefined ? 'Held' : 'Not audited'}</span>`;
  const reasons = gate.reasons.map(({ message }) => message);
  const rest = reasons.slice(REASONS);
  const more =
    rest.length > 0
      ? `<details><summary>${plural(rest.length, 'more reason')}</summary>${list(rest)}</details>`
      : '';
  return [
    badge,
    list(reasons.slice(0, REASONS)),
    more,
    visits.length > 0 ? details(target, rules, style) : '',
  ].join('');
}

const BREACHES = 20;

function details(target: TargetVerdicts, rules: RuleTexts, style: ScorecardStyle): string {
  const { visits, off, waivers } = target;
  const failed = failures({ targets: [target] });
  const waived = waivedFailures({ targets: [target] });
  const shown = [
    ...failed.map((breach) => ({ ...breach, waived: false })),
    ...waived.map((breach) => ({ ...breach, waived: true })),
  ];
  const rest = shown.length - BREACHES;
  const idle = waivers.filter(({ state }) => state !== 'used');
  return [
    `<details><summary>${plural(visits.length, 'visit')}, ${plural(failed.length, 'failure')}</summary><dl>`,
    ...shown.slice(0, BREACHES).map(({ rule, severity, message, sightings, waived }) => {
      const { finding } = sightings[0]!;
      const title = rules.get(rule)?.title ?? rule;
      const waiver =
        waived && finding.waiver ? `, waived until ${finding.waiver.expires}` : waived ? ', waived' : '';
      return `<dt title="${html(title)}">${ruleName(rule, style)} (${severity}${html(waiver)})</dt><dd>${words(message)}<br><span class="soft">${words(whereOf(finding))}${sightings.length > 1 ? `, and ${plural(sightings.length - 1, 'more place')}` : ''}</span></dd>`;
    }),
    '</dl>',
    rest > 0 ? `<p>and ${plural(rest, 'more failure')}, all of them in verdicts.json</p>` : '',
    `<ul>${reportedOf(target)
      .map((visit) => `<li>${visitLine(visit, visits)}</li>`)
      .join('')}</ul>`,
    off.length > 0 ? `<p>Switched off: ${off.map(html).join(', ')}</p>` : '',
    list(idle.map(({ rule, owner, state }) => `The waiver of ${rule} (${owner}) is ${state}`)),
    '</details>',
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

function topicCell(topic: string, all: Worst[], target: TargetVerdicts): string {
  const open = `<td class="topic${all.length === 0 ? ' empty' : ''}" data-topic="${html(topic)}">`;
  if (all.length === 0) return `${open}</td>`;
  const byState = STATES.map((state) => ({ state, rules: all.filter((one) => one.state === state) })).filter(
    ({ rules }) => rules.length > 0,
  );
  const [{ state, rules }, ...others] = byState as [(typeof byState)[number], ...typeof byState];
  const { visit, verdict } = rules[0]!;
  const counts = byState.map((one) => `${one.rules.length} ${one.state.many}`).join(', ');
  const says = html(`${topic}: ${counts}; ${verdict.rule}, ${visitName(visit, target.visits)}`);
  const label = `${state.mark} ${rules.length}`;
  const mark =
    visit.evidence === undefined
      ? `<span class="mark ${state.style}" title="${says}">${label}</span>`
      : `<a class="mark ${state.style}" title="${says}" aria-label="${says}" href="${html(relativeLink(visit.evidence))}">${label}</a>`;
  const rest = others.map((one) => `${one.state.mark} ${one.rules.length}`).join(' ');
  return `${open}${mark}${rest ? `<span class="rest">${rest}</span>` : ''}</td>`;
}
