import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';
import { sealWith } from './src/masking/seal.ts';
import { secretsOf } from './src/recorder/secrets.ts';
import { PROGRESS } from './src/report/named-reporters.ts';
import { maskOutput } from './src/report/output.ts';
import { handedFolder, playwrightOutput } from './src/report/run-folder.ts';
import { sharedRun } from './src/target/shared-run.ts';
import { webServers } from './src/visit/web-servers.ts';

// Its workers load this file, too; what only the process that starts them needs, only that process loads.
const isFirst = !process.env.TTQ_LOGS || handedFolder() !== undefined;
const { run, alsoReports } = isFirst
  ? await (await import('./src/cli/first-process.ts')).beginRun(resolve('reports'))
  : { run: sharedRun(), alsoReports: undefined };
sealWith(run.maskKey);
maskOutput(run.targets.flatMap(({ target }) => secretsOf(target)));

/** For `npx playwright test`: the audit of the targets in TTQ_TARGET, by default of the demo shop. */
export default defineConfig({
  testDir: 'tests/conformance',
  fullyParallel: true,
  workers: '100%',
  // A visit limits its own steps; this is for one that hangs.
  timeout: 120_000,
  // A retry that passes would hide what the first try saw.
  retries: 0,
  repeatEach: run.repeat,
  outputDir: playwrightOutput(run.folder),
  // Reporters that show a run, or list it for others. The command line may name other reporters; the gate is decided anyway.
  reporter: [[PROGRESS], ...(alsoReports ? [[alsoReports] as const] : [])],
  webServer: webServers(run),
});
