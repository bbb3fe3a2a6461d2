import { expect } from '@playwright/test';
import { BASE_CODE } from '../../../fixtures/shop/base-code.ts';
import { dropsOptions, isRun, snippetProblem } from '../../../src/tiktok/base-code.ts';
import { test } from '../test.ts';

const SNIPPET = /<script>(.*)<\/script>/s.exec(BASE_CODE)![1]!;

const TYPES: [string | undefined, boolean][] = [
  [undefined, true],
  ['', true],
  ['text/javascript', true],
  ['Application/JavaScript', true],
  ['module', true],
  ['text/plain', false],
  ['text/partytown', false],
  ['text/gtmscript', false],
  ['application/ld+json', false],
  // With a parameter, it is not a type that browsers run.
  ['text/javascript; charset=utf-8', false],
];

for (const [type, wanted] of TYPES) {
  test(`a script element of type ${type} is ${wanted ? '' : 'not '}run`, () =>
    expect(isRun(type)).toBe(wanted));
}

test('code of the year in which it was written', () => {
  const modern = `${SNIPPET}\nconst id = await import('./a.js').then(({ a }) => a?.b ?? /[\\p{L}--[a]]/v);`;
  expect(snippetProblem(modern, 'module')).toBeUndefined();
  expect(snippetProblem(modern)).toMatchObject({ kind: 'syntax' });
});

test('of the mistakes of two editors, the first that is looked for is reported', () => {
  const twice = SNIPPET.replaceAll('"', '&quot;').replaceAll("'", '’');
  expect(snippetProblem(twice)).toEqual({ kind: 'entities', line: 4, detail: 'Unexpected token' });
});

test('a suspicious character that is not the mistake', () => {
  const code = `${SNIPPET}\nvar text = "a \\"b\\" &amp; “c”"; oops oops`;
  expect(snippetProblem(code)).toMatchObject({ kind: 'syntax', line: code.split('\n').length });
});

test('the base code that sets _o passes options on; one that makes no ttq.load says nothing about it', () => {
  expect(dropsOptions(SNIPPET)).toBe(false);
  expect(dropsOptions(SNIPPET.replaceAll('_o', '_option'))).toBe(true);
  expect(dropsOptions(`ttq.load('X', {})`)).toBe(false);
  expect(dropsOptions('if (ttq.load == null) start();')).toBe(false);
});
