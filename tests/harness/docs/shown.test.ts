import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { test } from '../test.ts';
import { commandsInComments, commandsOf, PAGES, pageText, root, type Shown } from './pages.ts';
import { PACK } from './places.ts';
import { ELSEWHERE, INSTALL, WALKTHROUGHS } from './walkthroughs.ts';

/** Each command line that a page shows is run: by run.test.ts, or by the project's CI. What can be run by neither is in a table. */

/** Commands of earlier versions no longer run. */
const HISTORY = 'CHANGELOG.md';

const SHOWN: readonly Shown[] = [
  ...PAGES.filter((page) => page !== HISTORY).flatMap((page) => commandsOf(page)),
  ...globSync('examples/ci/*', { cwd: root }).flatMap(commandsInComments),
].flatMap((shown) => shown.line.split(' && ').map((line) => ({ ...shown, line })));

const TYPED = [PACK, INSTALL.line, ...WALKTHROUGHS.flatMap(({ lines }) => lines.map(({ line }) => line))];

/** What the project's own CI runs from a clone on, and the scripts that these run. */
const BY_CI = ['.ci/run', 'package.json'].flatMap((file) =>
  pageText(file)
    .split(/["\n]|&&/)
    .map((line) => line.trim()),
);

/** @returns a line by which the command is run, or undefined */
function runBy({ line, inSentence }: Shown): string | undefined {
  const known = [...TYPED, ...BY_CI];
  return known.find((one) => one === line || (inSentence && withoutNpx(one).startsWith(withoutNpx(line))));
}

const withoutNpx = (line: string) => line.replace(/^npx /, '').replace(/<url>/, 'https://www.shop.example/');
const elsewhere = ({ line }: Shown) => ELSEWHERE.find((one) => one.line.test(line));

test('every command line that a page shows is run by a test, or listed with what is checked instead', () => {
  const missing = SHOWN.filter((shown) => !runBy(shown) && !elsewhere(shown));
  expect(missing.map(({ page, line }) => `${page}: ${line}`)).toEqual([]);
});

test('a command line that nothing runs is found', () => {
  const shown = (line: string, inSentence = false): Shown => ({ page: 'README.md', line, inSentence });
  expect(runBy(shown('npx ttq-conformance audit other.json'))).toBe(undefined);
  expect(runBy(shown('ttq-conformance audit shop.json'))).toBe(undefined);
  expect(runBy(shown('ttq-conformance audit shop.json', true))).toBe('npx ttq-conformance audit shop.json');
  expect(elsewhere(shown('npm run bench -- scale'))).toBe(undefined);
});

test('what is run or listed is still on a page, and what stands in for a command is still there', () => {
  const lines = SHOWN.map(({ line }) => line);
  expect(TYPED.filter((line) => !lines.includes(line))).toEqual([]);
  for (const { line, by, holding } of ELSEWHERE) {
    expect(
      lines.filter((one) => line.test(one)),
      String(line),
    ).not.toEqual([]);
    expect(readFileSync(join(root, by), 'utf8').includes(holding), `${by} has ${holding}`).toBe(true);
  }
});
