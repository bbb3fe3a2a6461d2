import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RULES } from '../../../src/rules/index.ts';
import { targetIn } from '../../../src/target/load.ts';
import { TargetFile } from '../../../src/target/target.ts';
import { policyProblems } from '../../../src/verdict/policy.ts';
import { test } from '../test.ts';
import { examplesOf, pageText, root } from './pages.ts';

/** The pages whose examples in JSON are target files, or parts of one. */
const TARGET_PAGES = [
  'docs/audit.md',
  'docs/portfolio.md',
  'docs/target.md',
  'docs/gate.md',
  'docs/events-api.md',
];

/** What a part of a target leaves out: a server, so that its Events API can be set, and the scenarios that a part names. */
const REST = {
  name: 'shop',
  baseURL: 'https://staging.shop.example',
  pixels: ['C0000000000000000000'],
  server: { command: 'npm start', url: 'http://127.0.0.1:3000' },
  scenarios: ['organic', 'mobile'],
  journeys: [{ name: 'purchase', start: '/', expect: [{ event: 'Purchase', server: true }] }],
};

for (const page of TARGET_PAGES) {
  test(`the targets of ${page}`, async () => {
    const examples = examplesOf(pageText(page));
    expect(examples).not.toHaveLength(0);
    for (const example of examples) await test.step(example, () => checkTargetText(example));
  });
}

test('an example that is not a target is found', () => {
  for (const wrong of [
    '"eventApi": {}',
    '{ "gate": { "failOn": ["grave"] } }',
    '"rules": { "no/such": "off" }',
  ])
    expect(() => checkTargetText(wrong), wrong).toThrow();
});

test('docs/target.md has a row for every field', () => {
  const { $schema, server, eventsApi, gate, ...fields } = TargetFile.properties;
  const within = Object.entries({ server, eventsApi, gate }).flatMap(([parent, { properties }]) =>
    Object.keys(properties).map((name) => ({ parent, name })),
  );
  const rows = pageText('docs/target.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const has = (...spellings: string[]) =>
    rows.some((row) => spellings.some((one) => row.includes(`\`${one}\``)));
  expect(Object.keys(fields).filter((name) => !has(name))).toEqual([]);
  expect(within.filter(({ parent, name }) => !has(`${parent}.${name}`, name))).toEqual([]);
});

test('the verdicts of docs/verdicts.md', () => {
  const schema = JSON.parse(readFileSync(join(root, 'src/verdict/verdicts.schema.json'), 'utf8')) as object;
  const check = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  const [verdicts, run] = examplesOf(pageText('docs/verdicts.md')).map((text) => JSON.parse(text) as object);
  const { targets, ...audit } = verdicts as { targets: object[] };
  expect(check(verdicts), JSON.stringify(check.errors)).toBe(true);
  const withRun = { ...audit, targets: targets.map((target) => ({ ...target, run: [run] })) };
  expect(check(withRun), JSON.stringify(check.errors)).toBe(true);
});

/** @throws where it is neither a target nor a part of one */
function checkTargetText(example: string): void {
  const text = example.replace(/\$\{\w+\}/g, 'value').replace(/,\s*\.\.\.\s*\}/, ' }');
  const { extends: _, ...content } = JSON.parse(text.startsWith('{') ? text : `{${text}}`) as Record<
    string,
    unknown
  >;
  const folder = mkdtempSync(join(tmpdir(), 'ttq-example-'));
  try {
    writeFileSync(join(folder, 'state.json'), '{ "cookies": [], "origins": [] }');
    const target = targetIn({ ...REST, ...content }, join(folder, 'target.json'), 4173);
    expect(policyProblems(target, RULES, '2026-12-01')).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
