import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Evidence } from '../src/evidence/evidence.ts';
import { ruleAnchor } from '../src/report/doc-link.ts';
import { RULES, RUN_RULES } from '../src/rules/index.ts';
import type { Rule, RuleText, Yield } from '../src/rules/rule.ts';
import type { RunRule } from '../src/rules/run-rule.ts';
import { SCENARIOS, TargetFile } from '../src/target/target.ts';
import { FIELD_ROWS, type FieldRow } from '../src/tiktok/events-api/fields.ts';
import { SCHEMAS } from '../src/tiktok/events-api/schemas.ts';
import { Snapshot } from '../src/verdict/snapshot.ts';
import { AuditVerdicts } from '../src/verdict/verdict.ts';
import { SCENARIO } from '../src/visit/scenarios/index.ts';

/**
 * Writes the files that are generated from the source: `node docs/generate.ts`. A test of the harness fails if one of them is out
 * of date.
 */
export function generatedFiles(): Record<string, string> {
  return {
    'src/target/target.schema.json': jsonSchema(orExtends(TargetFile)),
    'src/evidence/evidence.schema.json': jsonSchema(Evidence),
    'src/verdict/verdicts.schema.json': jsonSchema(AuditVerdicts),
    'src/verdict/baseline.schema.json': jsonSchema(Snapshot),
    ...Object.fromEntries(
      Object.entries(SCHEMAS).map(([name, schema]) => [
        `src/tiktok/events-api/schemas/${name}.schema.json`,
        jsonSchema(schema),
      ]),
    ),
    'docs/rules.md': rulesPage(RULES, RUN_RULES),
    'docs/scenarios.md': scenariosPage(RULES),
    'docs/events-api-fields.md': fieldsPage(),
  };
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Required members may be in the file that a target extends. */
function orExtends({ required, ...schema }: typeof TargetFile): object {
  const having = (names: readonly string[]) => ({
    properties: Object.fromEntries(names.map((name) => [name, true])),
    required: names,
  });
  return { ...schema, anyOf: [having(required), having(['extends'])] };
}

/** A TypeBox schema as a JSON Schema document. */
function jsonSchema(schema: object): string {
  const document = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function rulesPage(rules: readonly Rule[], runRules: readonly RunRule[]): string {
  const topics = Map.groupBy(rules, ({ id }) => topicOf(id));
  return [
    '# Rules',
    'Made from `src/rules` by `node docs/generate.ts`: edit the rules, not this page.',
    'A rule that yields to another rule leaves out each finding that the other rule also reports. The two findings must be about the ' +
      'same thing, named in brackets: *place* is the place in the evidence. The other finding must also count: its rule is not switched ' +
      'off, it is not waived, and it holds the gate wherever this one would.',
    table(rules),
    ...[...topics].flatMap(([topic, own]) => [`## ${topic}`, ...own.map(section)]),
    '## Over the whole run',
    "These compare all visits of a target, once the last one is over. Their verdict is the target's, in `run` of " +
      '[verdicts.json](verdicts.md#the-whole-run), and counts in the gate like any other. With one visit, there is nothing to compare, and they do not apply.',
    table(runRules),
    ...runRules.map(section),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function table(rules: readonly RuleText[]): string {
  return [
    '| rule | severity | statement |',
    '|---|---|---|',
    ...rules.map(
      ({ id, severity, title }) =>
        `| [${id}](#${ruleAnchor(id)}) | ${severity} | ${inTable(inMarkdown(title))} |`,
    ),
  ].join('\n');
}

function section({ id, severity, yieldsTo = [], title, why, fix, source }: Rule | RunRule): string {
  return [
    `### ${id}`,
    `**${inMarkdown(title)}.**`,
    [
      `- Severity: ${severity}`,
      `- Why: ${inMarkdown(why)}`,
      `- How to fix: ${inMarkdown(fix)}`,
      `- Source: ${inMarkdown(source)}`,
      ...(yieldsTo.length > 0 ? [`- Yields to: ${yieldsTo.map(precedence).join('; ')}`] : []),
    ].join('\n'),
  ].join('\n\n');
}

/** What the keys that two findings share are called; the others are words already. */
const SHARED: Readonly<Record<string, string>> = {
  again: 'repeated event',
  early: 'early event',
  enough: 'event, sent often enough',
  eventId: 'event_id',
  held: 'held call',
  id: 'event_id',
  landing: 'landing page',
  wanted: 'wanted value',
};

/** `click-id/landing-has-it`, `event/not-on-load (place)`: another rule, and the keys in which the two findings must agree. */
function precedence({ rule, sharing, yielding, to }: Yield): string {
  const codes = (names: readonly string[] = []) => names.map((name) => `\`${name}\``).join(', ');
  return [
    yielding ? `${codes(yielding)} to ` : '',
    `[${rule}](#${ruleAnchor(rule)})`,
    to ? ` ${codes(to)}` : '',
    sharing.length > 0
      ? ` (same ${sharing.map((key) => SHARED[key] ?? key).join(' and ')})`
      : ' (whole visit)',
  ].join('');
}

function scenariosPage(rules: readonly Rule[]): string {
  const sets = Map.groupBy(rules, ({ scenarios }) =>
    SCENARIOS.filter((name) => scenarios.includes(name)).join(', '),
  );
  const widest = [...sets].sort(([one], [other]) => other.split(',').length - one.split(',').length);
  return [
    '# Scenarios',
    'Made from `src/visit/scenarios` and `src/rules` by `node docs/generate.ts`: edit these, not this page.',
    'The conditions under which each journey is made. A target lists those it wants in `scenarios`.',
    [
      '| scenario | changes |',
      '|---|---|',
      ...SCENARIOS.map((name) => `| ${name} | ${inTable(inMarkdown(SCENARIO[name].changes))} |`),
    ].join('\n'),
    '## Rules under each scenario',
    'A rule has a verdict only under the scenarios listed for it.',
    ...widest.flatMap(([names, own]) => [
      names === SCENARIOS.join(', ') ? '**All**' : `**${names}**`,
      byTopic(own),
    ]),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function fieldsPage(): string {
  return [
    '# Fields of the Events API',
    'Made from `src/tiktok/events-api/fields.ts` by `node docs/generate.ts`: edit the table there, not this page.',
    'Where the stub looks for each field of an event, and what happens to its value. A path with a leading slash starts at the ' +
      'body, any other at the event; if there are several, the first with a value counts. Flat is a legacy body on the event/track ' +
      'URL, which the service refuses.',
    [
      '| field | event/track | pixel/track, pixel/batch | flat | as SHA-256 | masked as |',
      '|---|---|---|---|---|---|',
      ...FIELD_ROWS.map(([, row]) => `| ${fieldCells(row).join(' | ')} |`),
    ].join('\n'),
    'SHA-256: *refused otherwise* means that the service accepts nothing else; *matched* means that it accepts the value in plain ' +
      'text, but matches only digests. Other fields are masked by their names: see [recording](recording.md#what-is-masked).',
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

const DIGESTS = { refused: 'refused otherwise', matched: 'matched' } as const;

function fieldCells({ called, track, legacy, flat, digest, mask }: FieldRow): string[] {
  const paths = [track, legacy, flat].map((of) => of.map((path) => `\`${path}\``).join(', '));
  return [called, ...paths, digest ? DIGESTS[digest] : '', mask ?? ''];
}

function byTopic(rules: readonly Rule[]): string {
  const topics = Map.groupBy(rules, ({ id }) => topicOf(id));
  return [...topics]
    .map(([, own]) => `- ${own.map(({ id }) => `[${id}](rules.md#${ruleAnchor(id)})`).join(', ')}`)
    .join('\n');
}

function topicOf(id: string): string {
  return id.split('/')[0]!;
}

/** Escapes tags and emphasis; an underscore within a word is neither. */
function inMarkdown(text: string): string {
  return text.replace(/[\\`*<>]/g, '\\$&');
}

function inTable(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generatedFiles())) {
    mkdirSync(dirname(`${root}${path}`), { recursive: true });
    writeFileSync(`${root}${path}`, text);
    console.log(path);
  }
}
