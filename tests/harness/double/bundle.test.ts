import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { test } from '../test.ts';

const module = (path: string) => JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href);

test('what is bundled is found, though the folder is gone in which the first was', () => {
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
