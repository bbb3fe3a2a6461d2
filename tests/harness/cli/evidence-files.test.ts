import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { evidenceFiles, readEvidenceFile } from '../../../src/cli/evidence-files.ts';
import { test as base } from '../test.ts';

const HAR = readFileSync(fileURLToPath(new URL('../../../fixtures/har/none.organic.har', import.meta.url)));

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-evidence-files-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

test('a gzipped file is read, whether it is named or found in a folder', ({ folder }) => {
  writeFileSync(join(folder, 'visit.har.gz'), gzipSync(HAR));
  writeFileSync(join(folder, 'notes.txt.gz'), gzipSync('no evidence'));
  expect(evidenceFiles([folder])).toEqual([join(folder, 'visit.har.gz')]);
  expect(readEvidenceFile(join(folder, 'visit.har.gz')).kind).toBe('har');
  writeFileSync(join(folder, 'visit.har'), gzipSync(HAR));
  expect(readEvidenceFile(join(folder, 'visit.har')).kind, 'whatever it is called').toBe('har');
});

for (const [what, content, problem] of [
  ['cut off', gzipSync(HAR).subarray(0, 1_000), /as if packing was cut off/],
  ['damaged', Buffer.concat([gzipSync('{}').subarray(0, 12), Buffer.alloc(40, 7)]), /gzip data, but damaged/],
  ['a ZIP archive', Buffer.from('PK\u0003\u0004 and so on'), /unpack it, and judge the \.har file/],
] as const) {
  test(`${what}, it is refused, and the reason says so`, ({ folder }) => {
    const file = join(folder, 'visit.har.gz');
    writeFileSync(file, content);
    expect(readEvidenceFile(file)).toMatchObject({
      kind: 'refused',
      problem: expect.stringMatching(problem),
    });
  });
}
