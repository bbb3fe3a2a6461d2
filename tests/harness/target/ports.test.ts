import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { expect } from '@playwright/test';
import { blocks, freePort, freePorts, isFree, readRange } from '../../../src/target/ports.ts';
import { test } from '../test.ts';

test('the range of outgoing connections, as Linux writes it', () => {
  expect(readRange('32768\t60999\n')).toEqual([32_768, 60_999]);
  expect(readRange('')).toBeUndefined();
});

for (const [what, range, first, last] of [
  ['as Linux has it', [32_768, 60_999], 10_240, 65_472],
  ['as macOS and Windows have it', [49_152, 65_535], 10_240, 49_088],
  ['that leaves a little', [10_300, 65_471], 65_472, 65_472],
  // Better than no block at all.
  ['of everything', [1_024, 65_535], 10_240, 65_472],
] as const) {
  test(`the blocks outside of a range ${what}`, () => {
    const found = blocks(range);
    expect([found[0], found.at(-1)]).toEqual([first, last]);
    if (range[0] === 1_024) return;
    for (const block of found) assert(block + 63 < range[0] || block > range[1]);
  });
}

test('ports are free and different, even more of them than a block has', async () => {
  const ports = await freePorts(130);
  expect(new Set(ports).size).toBe(130);
  expect(Math.min(...ports)).toBeGreaterThan(10_240);
  expect(await isFree(ports[0]!)).toBe(true);
});

test('a port that somebody has started to listen on is skipped', async () => {
  const taken = (await freePort()) + 1;
  for (const host of ['0.0.0.0', '127.0.0.1']) {
    const server = createServer();
    await new Promise<void>((done) => server.listen(taken, host, done));
    expect(await isFree(taken)).toBe(false);
    await new Promise((done) => server.close(done));
  }
});

test('processes that run at once choose from separate blocks', async () => {
  const module = new URL('../../../src/target/ports.ts', import.meta.url).href;
  const program = `const { freePorts } = await import(${JSON.stringify(module)});
    console.log(JSON.stringify(await freePorts(60)));
    process.stdin.resume();`;
  const children = [1, 2, 3].map(() => spawn(process.execPath, ['--input-type=module', '-e', program]));
  const lines = children.map(({ stdout }) => once(createInterface(stdout), 'line'));
  const own = await freePorts(60);
  const others = (await Promise.all(lines)).flatMap(([line]) => JSON.parse(line) as number[]);
  // Not before the last has chosen: a block is free again when its process ends.
  for (const { stdin } of children) stdin.end();
  expect(new Set([...own, ...others]).size).toBe(240);
});
