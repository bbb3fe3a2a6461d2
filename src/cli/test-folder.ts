import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import type { JSONReport } from '@playwright/test/reporter';

/**
 * Where the suite of a project has its tests, as its configuration says.
 *
 * @param folder of the project
 * @returns relative to the folder; empty for that itself, and where Playwright does not say it
 */
export function testFolder(folder = process.cwd()): string {
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
  // Without tests it fails, and says where it looked all the same.
  const { stdout } = spawnSync(process.execPath, [cli, 'test', '--list', '--reporter=json'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1e8,
  });
  try {
    const { config } = JSON.parse(stdout) as JSONReport;
    // Those that only set something up come first.
    return relative(folder, config.projects.at(-1)?.testDir ?? config.rootDir);
  } catch {
    return '';
  }
}
