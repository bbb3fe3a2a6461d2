import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { refusalText } from '../../../src/target/refusal.ts';
import { type Tried, tryModule } from '../../../src/target/try-module.ts';
import { oneOfMany, REST } from '../rest.ts';
import { test as base } from '../test.ts';

type Try = (text: string, limit?: number, name?: string) => ReturnType<typeof tryModule>;

const test = base.extend<{ folder: string; tried: Try }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'ttq-module-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
  tried: async ({ folder }, use) => {
    await use((text, limit, name = 'target.mjs') => {
      writeFileSync(join(folder, name), text);
      return tryModule(join(folder, name), limit);
    });
  },
});

function linesOf(outcome: Tried): string[] {
  return 'problems' in outcome ? outcome.problems.map(refusalText) : [];
}

const GOOD = `export default { name: 'shop' };\n`;
const DEFINED = `import { defineTarget, type TargetInput } from 'ttq-conformance';
const name: string = 'shop';
export default defineTarget({ name }) satisfies TargetInput;
`;

test.describe.configure({ mode: 'parallel' });

test('in a package of type commonjs, a file written as a module is one, and so are the modules that it imports', async ({
  folder,
  tried,
}) => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'commonjs' }));
  writeFileSync(join(folder, 'name.ts'), `export const name: string = 'shop';\n`);
  for (const [text, name] of [
    [`import { name } from './name.ts';\n${DEFINED.replace(/const name.*/, '')}`, 'target.ts'],
    [GOOD, 'target.js'],
    [`// export default is for modules\nmodule.exports = { name: 'shop' };`, 'own.js'],
  ] as const)
    expect(await tried(text, undefined, name)).toMatchObject({ value: { name: 'shop' } });
});

for (const [index, [what, text, name]] of (
  [
    ['plain data', GOOD],
    ['an object without a prototype', `export default Object.assign(Object.create(null), { name: 'shop' });`],
    ['a getter that answers', `export default { get name() { return 'shop'; } };`],
    ['a member that is undefined', `export default { name: 'shop', sdk: undefined };`],
    ['one part in two places', `const one = [{}]; export default { name: 'shop', one, two: one };`],
    [
      'what a top-level await brings',
      `export default await new Promise((go) => setTimeout(go, 20, { name: 'shop' }));`,
    ],
    ['CommonJS', `module.exports = { name: 'shop' };`, 'target.cjs'],
    ['TypeScript', `const name: string = 'shop'; export default { name };`, 'target.ts'],
    ['TypeScript that takes defineTarget', DEFINED, 'target.ts'],
    [
      'CommonJS that takes defineTarget',
      `const { defineTarget } = require('ttq-conformance'); module.exports = defineTarget({ name: 'shop' });`,
      'target.cjs',
    ],
    ['no arguments for it', `if (process.argv.length > 2) throw 1; ${GOOD}`],
    [
      'the environment and the folder',
      `export default { name: process.env.PATH && process.cwd() === ${JSON.stringify(process.cwd())} ? 'shop' : 'other' };`,
    ],
    ['much data', `export default { name: 'shop', much: 'x'.repeat(3_000_000) };`],
    ['some output', `console.error('read the targets'); ${GOOD}`],
  ] as const
).entries()) {
  test(`is read: ${what}`, oneOfMany(index), async ({ tried }) => {
    expect(await tried(text, undefined, name)).toMatchObject({ value: { name: 'shop' } });
  });
}

test('is not loaded in this process', async ({ tried }) => {
  await tried(`globalThis.loadedHere = true; ${GOOD}`);
  expect(globalThis).not.toHaveProperty('loadedHere');
});

test('without a default export the result is empty', async ({ tried }) => {
  expect(await tried('export const target = {};')).toEqual({ value: undefined });
});

for (const [index, [what, text, problem]] of (
  [
    ['process.exit(0)', `process.exit(0);\n${GOOD}`, 'it ends the process that loads it (code 0); wanted'],
    [
      'process.exit(0), later',
      `setTimeout(() => process.exit(0), 50);\n${GOOD}`,
      'it ends the process that loads it (code 0)',
    ],
    ['process.reallyExit', `process.reallyExit(0);\n${GOOD}`, 'it ends the process that loads it (code 0)'],
    ['process.exit(3)', `process.exit(3);\n${GOOD}`, 'it ends the process that loads it (code 3)'],
    [
      'process.exit at the end',
      `process.on('exit', () => process.reallyExit(4));\n${GOOD}`,
      'it ends the process that loads it (code 4)',
    ],
    ['process.exitCode', `process.exitCode = 5;\n${GOOD}`, 'it ends the process that loads it (code 5)'],
    ['process.abort', `process.abort();\n${GOOD}`, 'it ends the process that loads it (SIGABRT)'],
    ['process.kill', `process.kill(process.pid);\n${GOOD}`, 'it ends the process that loads it (SIGTERM)'],
    [
      'an await of what never comes',
      `await new Promise(() => {});\n${GOOD}`,
      'its top-level await never resolves',
    ],
    [
      'an error',
      `throw new Error('SHOP_URL is not set');\n${GOOD}`,
      'it cannot be read (SHOP_URL is not set); wanted',
    ],
    [
      'an error of several lines',
      `throw new Error('One\\nTwo');\n${GOOD}`,
      'it cannot be read (One); wanted',
    ],
    ['something thrown that is not an error', `throw null;\n${GOOD}`, 'it cannot be read (null); wanted'],
    [
      'an error that cannot be read',
      `throw { get message() { throw 1; } };\n${GOOD}`,
      'it cannot be read (no message); wanted',
    ],
    [
      'an error later',
      `setTimeout(() => { throw new Error('late'); }, 50);\n${GOOD}`,
      'it cannot be read (late); wanted',
    ],
    [
      'an error at the very end',
      `process.on('exit', () => { throw new Error('last'); });\n${GOOD}`,
      'it cannot be read (last); wanted',
    ],
    [
      'a rejection',
      `Promise.reject(new Error('nobody caught it'));\n${GOOD}`,
      'it cannot be read (nobody caught it); wanted',
    ],
    ['a syntax error', 'export default {;', "found a syntax error (Unexpected token ';'); wanted a module"],
    [
      'a flood',
      `for (;;) try { require('node:fs').writeSync(1, 'x'.repeat(10_000)); } catch {}`,
      'it printed more than 1 MB',
      'target.cjs',
    ],
    [
      'a flood that the loop lets through',
      `setInterval(() => console.log('x'.repeat(100_000)), 0);\n${GOOD}`,
      'it printed more than 1 MB',
    ],
    [
      'a getter that throws',
      `export default { get name() { throw new Error('boom'); } };`,
      '/name: it cannot be read (boom); wanted plain data',
    ],
    [
      'a proxy that throws',
      `export default { a: new Proxy({}, { ownKeys() { throw new Error('boom'); } }) };`,
      '/a: it cannot be read (boom)',
    ],
    [
      'a cycle',
      `const a = { b: [] }; a.b.push(a); export default a;`,
      '/b/0: found an object that contains itself; wanted plain data',
    ],
    [
      'data without end',
      `const a = () => ({ get b() { return a(); } }); export default a();`,
      'found data nested 100 deep',
    ],
    ['a list of four thousand million', 'export default { a: new Array(4e9) };', '/a/0: found undefined'],
    ['a function', 'export default () => ({});', '/: found a function; wanted plain data, as in JSON'],
    ['a class', 'export default { a: class A {} };', '/a: found a function'],
    ['a promise', 'export default { a: [Promise.resolve()] };', '/a/0: found an instance of Promise'],
    [
      'an instance',
      `export default { 'a/b': new URL('http://shop.example') };`,
      '/a~1b: found an instance of URL',
    ],
    [
      'an heir',
      'export default { __proto__: { name: 1 } };',
      '/: found an object that inherits from another',
    ],
    ['a BigInt', 'export default { a: 1n };', '/a: found a BigInt'],
    ['a symbol', 'export default { a: Symbol() };', '/a: found a symbol'],
    ['a symbol for a key', 'export default { [Symbol()]: 1 };', '/: found an object with a symbol for a key'],
    ['no number', 'export default { a: [0 / 0, -1 / 0] };', '/a/0: found NaN'],
  ] as const
).entries()) {
  test(`is refused: ${what}`, oneOfMany(index), async ({ tried }) => {
    const name = text.includes('require(') ? 'target.cjs' : undefined;
    const outcome = await tried(text, undefined, name);
    expect(linesOf(outcome)).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
    expect(JSON.stringify(outcome)).not.toMatch(/\\n|\bat /);
  });
}

for (const [index, [what, text]] of (
  [
    ['a busy loop', `for (;;);\n${GOOD}`],
    ['a timer', `setInterval(() => {}, 1000);\n${GOOD}`],
    [
      'a process that it waits for',
      `import { spawn } from 'node:child_process'; spawn('sleep', ['60']);\n${GOOD}`,
    ],
  ] as const
).entries()) {
  test(`is refused, and killed, where it never ends: ${what}`, oneOfMany(index), async ({ tried }) => {
    expect(linesOf(await tried(text, 700))).toEqual([
      expect.stringMatching(/^it did not end within 0\.7 seconds; wanted .+ leaves nothing running$/),
    ]);
  });
}

test('of many problems only some are reported', async ({ tried }) => {
  const outcome = await tried('export default Array.from({ length: 1e6 }, () => () => 1);');
  expect('problems' in outcome && outcome.problems.length).toBe(20);
});

test('many at once are tried a few at a time', REST, async ({ folder }) => {
  mkdirSync(join(folder, 'running'));
  const text = `import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
    const own = ${JSON.stringify(join(folder, 'running'))} + '/' + process.pid;
    mkdirSync(own);
    const most = readdirSync(${JSON.stringify(join(folder, 'running'))}).length;
    await new Promise((go) => setTimeout(go, 20));
    rmdirSync(own);
    export default most;`;
  writeFileSync(join(folder, 'target.mjs'), text);
  const tries = await Promise.all(Array.from({ length: 8 }, () => tryModule(join(folder, 'target.mjs'))));
  const most = tries.map((one) => ('value' in one ? Number(one.value) : 99));
  expect(Math.max(...most)).toBeLessThan(8);
});

test('ends with the process that tries it, whatever it is busy with', REST, async ({ folder }) => {
  const note = join(folder, 'pid');
  writeFileSync(
    join(folder, 'target.mjs'),
    `import { renameSync, writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(`${note}.part`)}, String(process.pid));
     renameSync(${JSON.stringify(`${note}.part`)}, ${JSON.stringify(note)});
     for (;;);`,
  );
  const program = `const { tryModule } = await import(${JSON.stringify(new URL('../../../src/target/try-module.ts', import.meta.url).href)});
    await tryModule(${JSON.stringify(join(folder, 'target.mjs'))});`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  await expect.poll(() => existsSync(note)).toBe(true);
  const pid = Number(readFileSync(note, 'utf8'));
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await expect
    .poll(() => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    })
    .toBe(false);
});
