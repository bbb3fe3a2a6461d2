import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { bundled } from '../../../src/double/bundle.ts';
import { test } from '../test.ts';

const module = (path: string) => JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href);

test('a bundle is found even if the folder of the first one is gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ttq-bundle-'));
  const program = `
    const { rmSync } = await import('node:fs');
    const { bundle } = await import(${module('double/bundle.ts')});
    bundle(new URL(${module('visit/page/cover')}));
    process.chdir('/');
    rmSync(${JSON.stringify(folder)}, { recursive: true });
    console.log(String(bundle(new URL(${module('visit/scenarios/page/in-app')})).includes('location.assign')));`;
  try {
    const args = ['--input-type=module', '--eval', program];
    expect(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })).toBe('true\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a bundle is made again when one of its files changes', () => {
  // Always the same, so that all runs share one bundle.
  const folder = fileURLToPath(new URL('../../../node_modules/.cache/ttq-bundle-test', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const [entry, part] = ['entry.ts', 'part.ts'].map((name) => join(folder, name)) as [string, string];
  try {
    writeFileSync(entry, "import { word } from './part.ts'; document.title = word;");
    for (const word of ['first', 'second', 'second', 'the third']) {
      writeFileSync(part, `export const word = ${JSON.stringify(word)};`);
      // Two states of equal size, written within one tick of the file system's clock, look the same.
      utimesSync(part, new Date(), new Date(Date.now() + word.charCodeAt(0)));
      expect(bundled(entry)).toContain(`"${word}"`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('what every page loads holds no list of public suffixes', () => {
  for (const program of ['double/sdk/main', 'recorder/tap/main', 'playwright/page/acts']) {
    const text = bundled(fileURLToPath(new URL(`../../../src/${program}.ts`, import.meta.url)));
    expect(text.length, program).toBeLessThan(80_000);
  }
});
