import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/command-line.ts';
import { environmentInfo } from '../../src/report/environment.ts';
import { formatSummary } from '../../src/report/summary.ts';
import { readVerdicts } from '../../src/report/verdict-files.ts';
import { writeAudit } from '../../src/report/write-audit.ts';
import { mergedAudit } from '../../src/verdict/merge.ts';

/** The cost of a step; times in milliseconds, memory and files in bytes. */
export interface StepResult {
  ms: number;
  cpu: number;
  rss: number;
  files: Record<string, number>;
}

// One step of `bench -- scale` in a process of its own, to measure its memory. Arguments: the step, and the folder of the shards.

const [step, folder] = process.argv.slice(2) as [string, string];
const shards = Array.from({ length: 10 }, (_, index) => join(folder, `shard-${index + 1}`));
const names = ['verdicts.json', 'scorecard.html', 'summary.md', 'junit.xml', 'results.sarif'];
const began = performance.now();
const before = process.cpuUsage();
const files = await make();
const { user, system } = process.cpuUsage(before);
process.send!({
  ms: performance.now() - began,
  cpu: (user + system) / 1000,
  rss: process.resourceUsage().maxRSS * 1024,
  files,
} satisfies StepResult);
process.disconnect();

async function make(): Promise<Record<string, number>> {
  if (step === 'gate') {
    const audit = merged();
    const text = formatSummary(audit, { colour: false, width: 100, reports: 'reports' });
    return { terminal: text.length };
  }
  if (step === 'report') {
    const audit = merged();
    const out = join(folder, 'rendered');
    mkdirSync(out, { recursive: true });
    writeAudit(out, audit, environmentInfo(out, audit.targets), new Date());
    return sizes(out, [...names, 'allure-results']);
  }
  const from = step === 'merge' ? shards : shards.map(withoutEvidence);
  // It would print a screen; only the figures are wanted here.
  process.stdout.write = () => true;
  await main(['merge', ...from]);
  return sizes(join(folder, 'reports'), [...names, 'allure', 'evidence']);
}

function merged() {
  return mergedAudit(
    shards.map((from) => ({ from, audit: readVerdicts(from) })),
    { today: new Date().toISOString().slice(0, 10) },
  );
}

function withoutEvidence(shard: string): string {
  const bare = `${shard}-bare`;
  mkdirSync(bare, { recursive: true });
  cpSync(join(shard, 'verdicts.json'), join(bare, 'verdicts.json'));
  return bare;
}

function sizes(reports: string, wanted: string[]): Record<string, number> {
  return Object.fromEntries(wanted.map((name) => [name, bytesOf(join(reports, name))]));
}

/** The size in bytes of a file, or of everything below a folder; 0 if there is none. */
function bytesOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
