import { expect } from '@playwright/test';
import { targetIn } from '../../../src/target/load.ts';
import { refusalText } from '../../../src/target/refusal.ts';
import { structureProblems } from '../../../src/target/structure.ts';
import { test } from '../test.ts';

for (const [what, open, close] of [
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
] as const) {
  test(`endlessly nested ${what} are one short problem`, () => {
    const document: unknown = JSON.parse(`${open.repeat(1_000_000)}1${close.repeat(1_000_000)}`);
    const problems = structureProblems(document).map(refusalText);
    expect(problems).toEqual([expect.stringMatching(/^\/.+: found data nested 100 deep; wanted a target$/)]);
    expect(problems[0]!.length).toBeLessThan(300);
    expect(() => targetIn(document, '/shop.json', 1)).toThrow(
      /^The target file .+ cannot be used:\n.+nested 100 deep/,
    );
  });
}

test('a key that would be the prototype is refused, wherever it is', () => {
  const found = 'found a key that JavaScript reserves; wanted another';
  expect(structureProblems(JSON.parse('{"__proto__":{}}')).map(refusalText)).toEqual([
    `/__proto__: ${found}`,
  ]);
  expect(structureProblems(JSON.parse('{"hosts":[{"__proto__":1}]}')).map(refusalText)).toEqual([
    `/hosts/0/__proto__: ${found}`,
  ]);
});

test('what a target may contain is accepted', () => {
  expect(structureProblems({ a: [{ b: null }, 1, 'x', undefined], constructor: 'x' })).toEqual([]);
});
