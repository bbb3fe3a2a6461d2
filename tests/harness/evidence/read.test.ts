import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { EVIDENCE_VERSION } from '../../../src/evidence/evidence.ts';
import { migrated, readEvidence } from '../../../src/evidence/read.ts';
import { clean } from '../rules/clean.ts';
import { test } from '../test.ts';

const old = readFileSync(new URL('../../../fixtures/evidence/version-2.json', import.meta.url), 'utf8');

/** What a text is refused for. */
function problemOf(text: string): string {
  const read = readEvidence(text);
  return read.kind === 'refused' ? read.problem : `not refused: ${read.kind}`;
}

test('evidence of this version comes back as it is, with a byte order mark or without', () => {
  const evidence = clean();
  for (const text of [JSON.stringify(evidence), `\uFEFF${JSON.stringify(evidence)}`]) {
    expect(readEvidence(text)).toEqual({ kind: 'evidence', evidence });
  }
});

/** What its steps say in their texts. */
const STEPS = [
  { action: 'click', on: "role=link[name='Blue Widget']" },
  { action: 'fill', on: '#quantity' },
  { action: 'click', on: "role=button[name='Add to cart']" },
  { action: 'click', on: "role=link[name='Checkout']" },
  { action: 'fill', on: '#email' },
  { action: 'fill', on: '#phone' },
  { action: 'select', on: '#shipping' },
  { action: 'click', on: "role=button[name='Place order']" },
  { action: 'waitFor', on: 'text=Thank you' },
  { action: 'reload' },
];
const told = (steps: object[]) => steps.map((step, index) => ({ ...step, ...STEPS[index] }));

test('evidence of version 2 is converted to the current version, with the port of its first page', () => {
  const { repeatedIds: _repeatedIds, ...before } = JSON.parse(old);
  const read = readEvidence(old);
  expect(read).toEqual({
    kind: 'evidence',
    evidence: { ...before, steps: told(before.steps), version: EVIDENCE_VERSION, port: 36247 },
  });
});

test('a conversion does not change the original, and a page without a port gives none', () => {
  const before = JSON.parse(old);
  before.documents = [];
  const frozen = Object.freeze(structuredClone(before));
  const { repeatedIds: _repeatedIds, ...others } = before;
  expect(migrated(frozen, 2)).toEqual({ ...others, steps: told(before.steps), version: EVIDENCE_VERSION });
  expect(frozen).toEqual(before);
});

test('what older evidence says about other visits is returned beside it', () => {
  const read = readEvidence(JSON.stringify({ ...JSON.parse(old), repeatedIds: ['order-7', 7] }));
  expect(read).toMatchObject({ kind: 'evidence', repeatedIds: ['order-7'] });
  expect(read).not.toHaveProperty('evidence.repeatedIds');
});

for (const [what, text, problem] of [
  [
    'nothing',
    '',
    'it is empty; wanted evidence, a HAR or a list of Events API calls. Record the visit again with `ttq-conformance audit`.',
  ],
  [
    'half a file',
    JSON.stringify(clean()).slice(0, 5_000),
    /^it ends in the middle, as if writing was cut off/,
  ],
  [
    'no JSON',
    '<html></html>',
    /^it is not JSON \(.*\); wanted evidence, a HAR or a list of Events API calls/,
  ],
  [
    'a mistake beside personal data',
    '{"log": {"entries": [\n  {"email": ann@shop.example}\n]}}',
    "it is not JSON (Unexpected token 'a'); wanted evidence, a HAR or a list of Events API calls. Record the visit again with `ttq-conformance audit`.",
  ],
  ['bytes', '\u0000\u0001\uFFFD\u0000', /^it is not JSON \([ -~]*\)/],
  ['a number', '7', /^found JSON that is not evidence \(7\)/],
  ['null', 'null', /^found JSON that is not evidence \(null\)/],
  ['verdicts', '{"version":2,"gate":{},"targets":[]}', /^found verdicts; wanted evidence/],
  [
    'a manifest',
    '{"name":"shop","version":"1.0.0","scripts":{}}',
    /^found the manifest of a package; wanted evidence/,
  ],
  [
    'a target file',
    '{"name":"shop","baseURL":"http://a","journeys":[]}',
    /^found a target file; wanted evidence/,
  ],
] as [string, string, string | RegExp][]) {
  test(`${what} is refused`, () => {
    expect(problemOf(text)).toMatch(problem);
  });
}

for (const [what, change, problem] of [
  ['an older version', { version: 1 }, /^\/version: found 1; wanted 2 to 4\. Record the visit again/],
  [
    'a newer version',
    { version: 99 },
    /^\/version: found 99; wanted 2 to 4: it was recorded by a newer version\. Judge it/,
  ],
  ['no version', { version: undefined }, /^\/version: found nothing; wanted 2 to 4/],
  [
    'a list instead of a text',
    { target: [] },
    /^\/target: found a list; wanted a value of type string\. Record/,
  ],
  ['an unknown field', { surprise: 1 }, /^\/: found "surprise"; wanted no such field/],
  ['a missing field', { calls: undefined }, /^\/: found no calls; wanted one/],
  ['an unknown word', { outcome: 'fine' }, /^\/outcome: found a text; wanted one of complete, broken/],
] as [string, object, RegExp][]) {
  test(`evidence with ${what} is refused`, () => {
    expect(problemOf(JSON.stringify({ ...clean(), ...change }))).toMatch(problem);
  });
}

test('a refusal holds no text of the file', () => {
  const secret = 'ada.buyer@example.com';
  expect(problemOf(JSON.stringify({ ...clean(), outcome: secret }))).not.toContain(secret);
});
