import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { generatedFiles } from '../../../docs/generate.ts';
import { RULES } from '../../../src/rules/index.ts';
import { clean } from '../rules/clean.ts';
import { test } from '../test.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files = generatedFiles();

for (const [path, wanted] of Object.entries(files)) {
  test(`${path} is current`, () => {
    const found = existsSync(`${root}${path}`) ? readFileSync(`${root}${path}`, 'utf8') : undefined;
    expect(found, `${path} is not what the source makes of it; run: node docs/generate.ts`).toBe(wanted);
  });
}

test('the published schemas alone judge as the sources do', () => {
  // A validator that knows nothing of TypeBox, and reads every keyword strictly.
  const ajv = (addFormats as unknown as { default: (ajv: Ajv2020) => Ajv2020 }).default(
    new Ajv2020({ strict: true, strictTypes: false }),
  );
  const target = ajv.compile(JSON.parse(files['src/target/target.schema.json']!));
  const evidence = ajv.compile(JSON.parse(files['src/evidence/evidence.schema.json']!));
  const demo = JSON.parse(readFileSync(`${root}fixtures/targets/demo-shop.json`, 'utf8'));
  expect(evidence(clean()), JSON.stringify(evidence.errors)).toBe(true);
  expect(evidence({ ...clean(), version: 1 })).toBe(false);
  const ready = JSON.parse(JSON.stringify(demo).replaceAll('{port}', '4173'));
  expect(target(ready), JSON.stringify(target.errors)).toBe(true);
  expect(target({ ...ready, journeys: [] })).toBe(false);
  // {port} is replaced before the harness checks a target; in an editor it is not, and must not be an error there.
  expect(target(demo), JSON.stringify(target.errors)).toBe(true);
});

test('the demo target names the published schema', () => {
  const file = `${root}fixtures/targets/demo-shop.json`;
  const { $schema } = JSON.parse(readFileSync(file, 'utf8')) as { $schema: string };
  expect(new URL($schema, `file://${file}`).pathname).toBe(`${root}src/target/target.schema.json`);
});

test('the page of rules has each rule once in the table and once as a section', () => {
  const lines = files['docs/rules.md']!.split('\n');
  for (const { id, severity } of RULES) {
    const row = new RegExp(`^\\| \\[${id}\\]\\(#${id.replace('/', '')}\\) +\\| ${severity} +\\| \\S`);
    expect(lines.filter((line) => row.test(line))).toHaveLength(1);
    expect(lines.filter((line) => line === `### ${id}`)).toHaveLength(1);
  }
});
