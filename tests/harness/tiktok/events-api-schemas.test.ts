import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { generatedFiles } from '../../../docs/generate.ts';
import { judgeBody } from '../../../src/tiktok/events-api/judge.ts';
import { SCHEMAS } from '../../../src/tiktok/events-api/schemas.ts';
import { test } from '../test.ts';

const FOLDER = 'src/tiktok/events-api/schemas';
const root = fileURLToPath(new URL('../../../', import.meta.url));
const names = Object.keys(SCHEMAS);

const EVENT = { event: 'Search', event_time: 1795340752, event_id: 'a', page: { url: 'https://x.example/' } };
const TRACK = { event_source: 'web', event_source_id: 'C0TTQTEST000000000AB', data: [EVENT] };
const LEGACY = {
  pixel_code: 'C0TTQTEST000000000AB',
  event: 'Search',
  event_id: 'a',
  timestamp: '2026-11-22T09:45:52Z',
  context: { page: { url: 'https://x.example/' } },
};
const BATCH = { pixel_code: LEGACY.pixel_code, batch: [{ ...LEGACY, type: 'track' }] };

/** For each document, a body that it accepts, and one that it refuses. */
const EXAMPLES: Record<string, [good: unknown, bad: unknown]> = {
  'event-track.reject': [TRACK, LEGACY],
  'event-track.warn': [TRACK, { ...TRACK, data: [{ ...EVENT, page: {} }] }],
  'pixel-track.reject': [LEGACY, TRACK],
  'pixel-track.warn': [LEGACY, { ...LEGACY, timestamp: 7 }],
  'pixel-batch.reject': [BATCH, { ...BATCH, batch: [] }],
  'pixel-batch.warn': [BATCH, { ...BATCH, batch: [LEGACY] }],
  'flat.warn': [{ event_id: undefined }, LEGACY],
};

for (const name of names) {
  const path = `${FOLDER}/${name}.schema.json`;

  test(`${path} is published, and current`, () => {
    const wanted = generatedFiles()[path];
    expect(wanted).toContain('https://json-schema.org/draft/2020-12/schema');
    expect(readFileSync(`${root}${path}`, 'utf8'), 'run: node docs/generate.ts').toBe(wanted);
  });

  test(`${path} works without this project`, () => {
    const published = JSON.parse(readFileSync(`${root}${path}`, 'utf8'));
    // A validator that knows nothing about this project, and refuses unknown keywords.
    const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(
      published,
    );
    const [good, bad] = EXAMPLES[name]!;
    expect(validate(good), JSON.stringify(validate.errors)).toBe(name !== 'flat.warn');
    expect(validate(bad)).toBe(false);
  });
}

const ASSERTIONS = [
  'type',
  'enum',
  'const',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'not',
];

test('each check says its code and what is wanted', () => {
  const silent: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (Array.isArray(node)) for (const [index, item] of node.entries()) walk(item, `${path}/${index}`);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const schema = node as Record<string, unknown>;
    const asserts =
      ASSERTIONS.some((keyword) => Object.hasOwn(schema, keyword)) && !path.endsWith('/properties');
    if (asserts && !(schema.title && schema.description)) silent.push(path);
    for (const [key, value] of Object.entries(schema)) {
      // The parts of a condition or a negation are never reported on their own.
      if (key !== 'not' && key !== 'if') walk(value, `${path}/${key}`);
    }
  };
  for (const [name, schema] of Object.entries(SCHEMAS)) walk(schema, name);
  expect(silent).toEqual([]);
});

/** Values of every type, to be put at every place of a body. */
const JUNK = [null, '', 'x', ' ', 0, -1, 1.5, 1e300, true, [], [null], [[]], {}, { a: 1 }];

test('whatever a body contains, nothing throws and every finding is complete', () => {
  const full = {
    ...EVENT,
    user: { email: 'x', ip: 'x' },
    properties: { contents: [{ price: 1 }], value: 1 },
  };
  const bodies: ['event-track' | 'pixel-track' | 'pixel-batch', object][] = [
    ['event-track', { ...TRACK, data: [full] }],
    ['event-track', LEGACY],
    ['pixel-track', { ...LEGACY, properties: full.properties }],
    ['pixel-batch', BATCH],
  ];
  for (const [endpoint, body] of bodies) {
    for (const junk of JUNK) {
      for (const broken of [junk, ...replacements(body, junk)]) {
        for (const finding of judgeBody(endpoint, broken)) {
          assert(Object.values(finding).every((text) => typeof text === 'string' && text !== ''));
          assert(!finding.message.includes('undefined'), finding.message);
        }
      }
    }
  }
});

/** The body with one of its members, at any depth, replaced. */
function replacements(body: unknown, by: unknown): unknown[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    [by, ...replacements(value, by)].map((changed) => {
      const copy = structuredClone(body) as Record<string, unknown>;
      copy[key] = changed;
      return copy;
    }),
  );
}
