import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RULES } from '../src/rules/index.ts';

/**
 * Writes the files of a new rule: `npm run new-rule topic/name`. They contain TODO where something must be filled in, and the
 * harness's tests fail until it is.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

const [id = ''] = process.argv.slice(2);
const [topic = '', name = ''] = /^[a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z\d]+)*$/.test(id) ? id.split('/') : [];
const files = {
  rule: `src/rules/${id}.ts`,
  index: 'src/rules/index.ts',
  table: `tests/harness/rules/${topic}.test.ts`,
  mutants: 'tests/harness/mutants/evidence.ts',
};

if (name === '')
  refuse(`The name of the rule is "${id}"; wanted topic/name in lower case, such as event-id/present.`);
if (existsSync(join(root, files.rule))) refuse(`${files.rule} exists.`);

const HARNESS = 'npx playwright test -c tests/harness/playwright.config.ts';
const constant = constantFor(topic, name);
write(files.rule, ruleText());
write(files.index, withRule(read(files.index)));
write(files.table, withTable(existsSync(join(root, files.table)) ? read(files.table) : emptyTable()));
write(files.mutants, withMutants(read(files.mutants)));
execFileSync(
  process.execPath,
  [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--write', ...Object.values(files)],
  {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
console.log(
  [
    `${id} is written:`,
    `  ${files.rule}: the rule`,
    `  ${files.index}: its place among the rules, which is the order of a report`,
    `  ${files.table}: its cases`,
    `  ${files.mutants}: its mutants; those of the demo shop are in fixtures/mutants`,
    'Fill in what says TODO, then run:',
    '  npm run docs',
    `  ${HARNESS} harness/rules/ --grep 'every message' --update-snapshots=all --workers=1`,
    `  ${HARNESS} harness/rules harness/mutants/evidence`,
  ].join('\n'),
);

function refuse(problem: string): never {
  console.error(problem);
  process.exit(2);
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

/** The name in camel case, prefixed with the topic if another rule has that name. */
function constantFor(topic: string, name: string): string {
  const camel = (text: string) => text.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
  const isTaken = new RegExp(`\\b${camel(name)}\\b`).test(read(files.index));
  return camel(isTaken ? `${topic}-${name}` : name);
}

function ruleText(): string {
  return `import { absent } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const ${constant} = defineRule({
  id: '${id}',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'TODO: what holds on a right site',
  why: 'TODO: what goes wrong when it does not.',
  fix: 'TODO: what the owner of the site does about it.',
  source: 'TODO: where that is known from',
  messages: {
    missing: ({ page }: Args<'page'>) => \`TODO: what was seen on \${page}\`,
  },
  check(evidence) {
    const at = evidence.documents.findIndex(({ url }) => url.includes('TODO'));
    if (at === -1) return { inapplicable: 'TODO: where it does not apply' };
    return [absent('missing', \`/documents/\${at}\`, { args: { page: 'TODO' } })];
  },
});
`;
}

/** After the last rule of its topic, or at the end if it is the first. */
function withRule(text: string): string {
  const last = RULES.findLast((rule) => rule.id.startsWith(`${topic}/`))?.id;
  const before = new RegExp(`import { (\\w+)(?: as (\\w+))? } from './${last}.ts'`).exec(text);
  const anchor = before ? `\n  ${before[2] ?? before[1]},\n` : '\n];\n';
  const added = before ? `${anchor}  ${constant},\n` : `\n  ${constant},${anchor}`;
  return `import { ${constant} } from './${id}.ts';\n${text.replace(anchor, added)}`;
}

function emptyTable(): string {
  return "import { testRule } from './table.ts';\n";
}

function withTable(text: string): string {
  // Before the first import, as a directive for biome is above it.
  const imported = text.replace(
    /^import /m,
    `import { ${constant} } from '../../../src/rules/${id}.ts';\nimport `,
  );
  return `${imported}
testRule(${constant}, [
  { name: 'TODO: a right visit' },
  {
    name: 'TODO: a visit that breaks it',
    change: () => {},
    findings: [{ code: 'missing', args: { page: '/' }, place: '/documents/0', absence: true }],
  },
  { name: 'TODO: a visit that it does not apply to', change: () => {}, inapplicable: 'TODO' },
]);
`;
}

function withMutants(text: string): string {
  const end = text.indexOf('\n];\n', text.indexOf('EVIDENCE_MUTANTS'));
  const mutants = ['one', 'another'].map(
    (which) => `  { name: 'TODO: ${which} way to break it (${id})', rule: '${id}', change: () => {} },\n`,
  );
  return `${text.slice(0, end + 1)}${mutants.join('')}${text.slice(end + 1)}`;
}
