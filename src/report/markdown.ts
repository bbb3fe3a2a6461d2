import type { RuleText } from '../rules/rule.ts';
import {
  type Breach,
  type Doubt,
  failures,
  plural,
  seatName,
  unfinished,
  unjudged,
  waivedFailures,
} from '../verdict/breaches.ts';
import { decisionOf } from '../verdict/gate.ts';
import { countsOf, stakeOf } from '../verdict/overview.ts';
import { together } from '../verdict/reasons.ts';
import type { AuditVerdicts, WaiverUse } from '../verdict/verdict.ts';
import { changeCounts, changedRules } from './changes.ts';
import { ruleDocUrl } from './doc-link.ts';
import { githubHtml, markdown, markdownCode } from './escape.ts';
import { worstTargetsFirst } from './ranking.ts';
import { type RuleTexts, whereOf } from './terminal.ts';
import { moneyText, shortenMiddle, shortenWords } from './text.ts';

/** Bytes that a person would read; GitHub would accept a comment of twice as many. */
export const COMMENT_LIMIT = 30_000;
/** Bytes that GitHub accepts as the summary of a step. */
export const STEP_SUMMARY_LIMIT = 1_048_576;

/** How `formatMarkdown` writes. */
export interface MarkdownStyle {
  /** Most bytes of UTF-8, at least 2,000; what does not fit is counted at the end. */
  limit: number;
  /** URL of docs/rules.md; without it, rules have no links. */
  rulesPage?: string | undefined;
}

/** A part of the summary. Rows that do not fit are left out and counted. */
interface Section {
  head: string;
  rows: string[];
  /** What a row is called, as in `3 failing rules`. */
  what: string;
  /** Whether it takes the room that the others leave. */
  last?: boolean;
}

/**
 * An audit for a comment on a pull request or the summary of a step: the verdict; what holds each target; failures, worst first,
 * with what was seen, where, and what to do; what could not be judged, what is waived or switched off, and the counts.
 *
 * The same audit gives the same bytes. GitHub makes no mention, reference or link of a site's text.
 *
 * @throws RangeError for a limit below 2,000
 */
export function formatMarkdown(
  audit: AuditVerdicts,
  rules: RuleTexts,
  { limit, rulesPage }: MarkdownStyle,
): string {
  if (limit < LEAST)
    throw new RangeError(`The limit of a summary is ${limit} bytes; wanted ${LEAST} or more`);
  const failed = failures(audit);
  return fitted(
    `## ${headline(audit)}`,
    [
      reasonsSection(audit),
      openedSection(audit),
      tableSection(failed, rulesPage),
      ...(audit.targets.length > 1 ? [countsSection(audit)] : []),
      detailsSection(failed, rules, audit),
      doubtsSection(audit, rulesPage),
      waivedSection(audit, rulesPage),
      offSection(audit),
      baselineSection(audit, rulesPage),
      ...(audit.targets.length > 1 ? [] : [countsSection(audit)]),
    ],
    limit,
  );
}

const LEAST = 2_000;
const NAME = 100;

function headline({ gate, targets, shard }: AuditVerdicts): string {
  const held = targets.filter((target) => !target.gate.released).length;
  const what =
    targets.length === 1
      ? words(shortenMiddle(targets[0]!.target, NAME))
      : decisionOf(gate) !== 'Held' || held === 0
        ? plural(targets.length, 'target')
        : `${held} of ${plural(targets.length, 'target')}`;
  const part = shard ? ` (part ${shard.current} of ${shard.total})` : '';
  return `${decisionOf(gate)}: ${what}${part}`;
}

function reasonsSection({ gate, targets }: AuditVerdicts): Section {
  const rows = together(gate.reasons, targets.length).map(({ message }) => `- ${words(message)}`);
  return { head: '### What holds it\n', rows, what: 'reason' };
}

/** Settings that open a gate are shown at the top, whether the release is released or held. */
function openedSection({ targets }: AuditVerdicts): Section {
  const rows = targets.flatMap(({ target, opened = [] }) =>
    opened.map(({ message }) => `- ${targets.length === 1 ? '' : `${words(target)}: `}${words(message)}`),
  );
  return { head: '### What opens the gate\n', rows, what: 'setting that opens the gate' };
}

function tableSection(failed: Breach[], page: string | undefined): Section {
  return {
    head: '### What fails\n\n| severity | rule | seen | visits |\n|---|---|---|---|',
    rows: failed.map(({ rule, severity, message, holds, sightings }) => {
      const cells = [
        holds ? `**${severity}, holds**` : severity,
        ruleName(rule, page),
        words(message),
        visitsOf(sightings),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    what: 'failing rule',
  };
}

/** A rule that breaks in several ways has several rows, and one row may list a visit several times. */
function visitsOf(sightings: Breach['sightings']): string {
  const visits = new Set(sightings.map(({ visit }) => visit)).size;
  const targets = new Set(sightings.map(({ target }) => target)).size;
  return targets === 1 ? `${visits}` : `${visits} in ${targets} targets`;
}

/** How many places of one cause are shown: fewer if it occurs on several sites. */
const [PLACES, PLACES_OF_MANY] = [10, 3];
const SIGHTINGS = 10;

function detailsSection(failed: Breach[], rules: RuleTexts, audit: AuditVerdicts): Section {
  const rows = failed.map((breach) => {
    const { rule, severity, message, sightings } = breach;
    const stake = stakeOf(breach);
    const text = rules.get(rule);
    const title = text ? `: ${text.title}` : '';
    const shown = oneEach(sightings, audit).slice(0, audit.targets.length === 1 ? PLACES : PLACES_OF_MANY);
    const rest = sightings.length - shown.length;
    return [
      `<details><summary>${githubHtml(shortenWords(`${rule} (${severity})${title}`)).replace(/\n+/g, ' ')}</summary>\n`,
      `- **Seen** ${words(message)}`,
      ...(stake ? [`- **At stake** ${words(moneyText(stake))}`] : []),
      ...shown.map((one) => sighting(one, message, audit)),
      ...(rest > 0 ? [`- and ${plural(rest, 'more place')}, all of them in verdicts.json`] : []),
      ...(text ? advice(text) : []),
      '\n</details>\n',
    ].join('\n');
  });
  return { head: '', rows, what: 'explanation', last: true };
}

/** One place for each target: further visits of the same site add nothing. */
function oneEach(sightings: Breach['sightings'], { targets }: AuditVerdicts): Breach['sightings'] {
  if (targets.length === 1) return sightings;
  return [...Map.groupBy(sightings, ({ target }) => target).values()].map(([first]) => first!);
}

function sighting(one: Breach['sightings'][number], first: string, audit: AuditVerdicts): string {
  const { finding, visit } = one;
  const evidence = visit.evidence === undefined ? '' : ` in ${markdownCode(visit.evidence)}`;
  const other = finding.message === first ? '' : `: ${words(finding.message)}`;
  const waiver = finding.waiver
    ? ` (its waiver expired on ${words(finding.waiver.expires)}, ${words(finding.waiver.owner)})`
    : '';
  return `- **Where** ${words(seatName(one, audit))}: ${markdownCode(shortenWords(whereOf(finding)))}${evidence}${waiver}${other}`;
}

function advice({ why, fix }: RuleText): string[] {
  return [`- **Do** ${words(fix)}`, `- **Why** ${words(why)}`];
}

function doubtsSection(audit: AuditVerdicts, page: string | undefined): Section {
  const row = ({ rule, reason, seats }: Doubt) => {
    const all = audit.targets.length === 1 ? seats.map((seat) => seatName(seat, audit)) : namesOf(seats);
    const names = all.slice(0, SIGHTINGS).map(words);
    const rest = all.length - names.length;
    const visits = [...names, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
    return `| ${rule === undefined ? 'the visit itself' : ruleName(rule, page)} | ${words(reason)} | ${visits} |`;
  };
  return {
    head: '### What could not be judged\n\n| what | why | where |\n|---|---|---|',
    rows: [...unfinished(audit), ...unjudged(audit)].map(row),
    what: 'unjudged row',
  };
}

function namesOf(seats: Doubt['seats']): string[] {
  return [...new Set(seats.map(({ target }) => target.target))];
}

function waivedSection(audit: AuditVerdicts, page: string | undefined): Section {
  const covered = waivedFailures(audit).map(({ rule, severity, message, sightings }) => {
    const waiver = sightings[0]?.finding.waiver;
    const by = waiver ? `${words(waiver.reason)} (${words(waiver.owner)})` : '';
    const until = waiver ? words(waiver.expires) : '';
    return `| ${ruleName(rule, page)} (${severity}) | ${words(message)} | ${visitsOf(sightings)} | ${by} | ${until} |`;
  });
  const idle = audit.targets.flatMap(({ target, waivers }) =>
    waivers
      .filter(({ state }) => state !== 'used')
      .map(
        ({ rule, reason, owner, expires, state }) =>
          `| ${ruleName(rule, page)} | ${words(`${WAIVER[state]}, in ${target}`)} | 0 | ${words(reason)} (${words(owner)}) | ${words(expires)} |`,
      ),
  );
  return {
    head: '### Waived failures\n\n| rule | seen | visits | reason and owner | until |\n|---|---|---|---|---|',
    rows: [...covered, ...idle],
    what: 'waiver',
  };
}

const WAIVER: Record<WaiverUse['state'], string> = {
  used: 'used',
  expired: 'expired: what it covered counts again',
  stale: 'stale: nothing that it covers fails',
  unknown: 'not all that it covers was judged',
};

function offSection({ targets }: AuditVerdicts): Section {
  const rows = targets
    .filter(({ off }) => off.length > 0)
    .map(({ target, off }) => `- ${words(target)}: ${off.map(words).join(', ')}`);
  return { head: '### Switched off\n', rows, what: 'switched-off row' };
}

function baselineSection({ targets }: AuditVerdicts, page: string | undefined): Section {
  const rows = targets.flatMap((target) => {
    const counts = changeCounts(target);
    if (counts === undefined) return [];
    const lines = (['known', 'fixed'] as const).flatMap((kind) =>
      changedRules(target, kind).map(
        ({ rule, visits }) => `  - ${kind}: ${ruleName(rule, page)} in ${plural(visits.length, 'visit')}`,
      ),
    );
    return [`- ${words(target.target)}: ${counts}`, ...lines];
  });
  return { head: '### Against the baseline\n', rows, what: 'line on the baseline' };
}

/** Up to this many targets each is listed; of more, only those that are held. */
const FEW = 20;

function countsSection({ targets }: AuditVerdicts): Section {
  const held = targets.filter(({ gate }) => !gate.released);
  const shown = targets.length > FEW ? held : targets;
  const rows = worstTargetsFirst(shown).map((one) => {
    const { target, gate, problem, visits } = one;
    const { failedRules, failedVisits, unjudgedVisits } = countsOf([one]);
    const state = problem === undefined ? decisionOf(gate).toLowerCase() : 'could not be audited';
    return `| ${[words(target), state, failedRules, failedVisits, unjudgedVisits, visits.length].join(' | ')} |`;
  });
  const all = countsOf(targets);
  const visits = targets.reduce((sum, one) => sum + one.visits.length, 0);
  const sum = `| ${plural(targets.length, 'target')} | ${held.length} held | ${all.failedRules} | ${all.failedVisits} | ${all.unjudgedVisits} | ${visits} |`;
  return {
    head: '### Targets\n\n| target | gate | failed rules | failed visits | unjudged visits | visits |\n|---|---|--:|--:|--:|--:|',
    rows: targets.length > 1 ? [sum, ...rows] : rows,
    what: 'target',
  };
}

function ruleName(rule: string, page: string | undefined): string {
  return page === undefined ? words(rule) : `[${words(rule)}](<${encodeURI(ruleDocUrl(rule, page))}>)`;
}

function words(text: string): string {
  return markdown(shortenWords(text));
}

/**
 * The sections in order, with as many rows as fit; then what was left out. None takes more than half of the remaining room, so
 * that each is mentioned.
 */
function fitted(title: string, sections: Section[], limit: number): string {
  const full = sections.filter(({ rows }) => rows.length > 0);
  // The final note on what was cut is never longer than one on everything.
  const reserve = size(cutNote(full.map(leftOut), limit));
  let room = limit - reserve - size(title) - 3;
  const shown = new Map<Section, number>();
  for (const section of [...full.filter(({ last }) => !last), ...full.filter(({ last }) => last)]) {
    const [rows, used] = fitting(section, section.last ? room : Math.floor(room / 2));
    shown.set(section, rows);
    room -= used;
  }
  const parts = full.flatMap((section) => {
    const rows = section.rows.slice(0, shown.get(section));
    return rows.length === 0 ? [] : [[section.head, ...rows].filter(Boolean).join('\n').trimEnd()];
  });
  const cut = full
    .map((section) => ({ ...section, rows: section.rows.slice(shown.get(section)) }))
    .filter(({ rows }) => rows.length > 0)
    .map(leftOut);
  return `${[title, ...parts, ...(cut.length > 0 ? [cutNote(cut, limit)] : [])].join('\n\n')}\n`;
}

/** How many rows of a section fit, and the bytes they take with the head and a blank line. */
function fitting({ head, rows }: Section, room: number): [rows: number, used: number] {
  let used = size(head) + 3;
  for (const [index, row] of rows.entries()) {
    if (used + size(row) + 1 > room) return index === 0 ? [0, 0] : [index, used];
    used += size(row) + 1;
  }
  return [rows.length, used];
}

function leftOut({ rows, what }: Section): string {
  return plural(rows.length, what);
}

function cutNote(cut: string[], limit: number): string {
  return `Left out, to stay below ${limit} bytes: ${cut.join(', ')}. All of it is in verdicts.json.`;
}

function size(text: string): number {
  return Buffer.byteLength(text);
}
