import { createRequire } from 'node:module';
import { expect } from '@playwright/test';
import type { ValidateFunction } from 'ajv';
import { compiledValidators } from '../../../build/validators.ts';
import { fileValidator } from '../../../src/target/file-validator.ts';
import { SCHEMAS, type SchemaName } from '../../../src/tiktok/events-api/schemas.ts';
import { validatorOf } from '../../../src/tiktok/events-api/validators.ts';
import { REST } from '../rest.ts';
import { test } from '../test.ts';

/** Bodies and target files with errors of many kinds. */
const VALUES = [
  {},
  [],
  'no object',
  { name: 'a b', baseURL: 'shop', pixels: 'C1', journeys: [] },
  {
    name: 'shop',
    baseURL: 'http://shop.example',
    pixels: ['C0123456789ABCDEFGHI', 'C0123456789ABCDEFGHI'],
    identity: { email: 7 },
    sdk: { mode: 'live', folder: 1 },
    waivers: [{ rule: 'pixel/sdk-loads', reason: '', owner: 'ada', until: '2026-02-30' }],
    journeys: [{ name: 'buy', start: '/', steps: [{ klick: '#buy' }], expect: [{ event: 1 }] }],
  },
  { event_source: 'web', event_source_id: '', data: [] },
  {
    event_source: 'web',
    event_source_id: 'C0123456789ABCDEFGHI',
    data: [
      {
        event: 'Purchase',
        event_time: 'now',
        user: { email: 'ada@example.com' },
        properties: { value: '1' },
      },
    ],
  },
  { pixel_code: 'C0123456789ABCDEFGHI', event: 'Purchase', timestamp: 1, context: { user: { email: 1 } } },
  { pixel_code: 'C0123456789ABCDEFGHI', batch: [{ type: 'track', event: 'Purchase' }] },
];

test('what the package has instead of compiling a schema finds the same', REST, () => {
  const loaded = Object.fromEntries(
    Object.entries(compiledValidators()).map(([module, { code }]) => [module, exportsOf(code)]),
  );
  const pairs: [ValidateFunction, ValidateFunction][] = [
    [loaded['src/target/file-validator.ts']!.TargetFile!, fileValidator()],
    ...Object.keys(SCHEMAS).map((name): [ValidateFunction, ValidateFunction] => [
      loaded['src/tiktok/events-api/validators.ts']![name]!,
      validatorOf(name as SchemaName),
    ]),
  ];
  expect(pairs).toHaveLength(8);
  for (const [compiled, wanted] of pairs) {
    const found = VALUES.map((value) => errorsOf(compiled, value));
    expect(found).toEqual(VALUES.map((value) => errorsOf(wanted, value)));
    expect(found.flat().length).toBeGreaterThan(3);
  }
});

/** With the schemas that the errors quote, which the wording is made from. */
function errorsOf(validate: ValidateFunction, value: unknown): unknown[] {
  return validate(value) ? [] : (JSON.parse(JSON.stringify(validate.errors)) as unknown[]);
}

function exportsOf(code: string): Record<string, ValidateFunction> {
  const module = { exports: {} as Record<string, ValidateFunction> };
  new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(import.meta.url));
  return module.exports;
}
