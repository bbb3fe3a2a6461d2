import { readFileSync } from 'node:fs';
import { record } from '../tiktok/pixel-request.ts';
import { isFiltered } from '../verdict/gate.ts';
import { countsOf } from '../verdict/overview.ts';
import type { AuditVerdicts, TargetVerdicts } from '../verdict/verdict.ts';
import { reportFiles, writeWhole } from './files.ts';
import { publishedFolder } from './run-folder.ts';

/** How many rules failed in each of the last runs, by target, newest last. */
export type Trend = Readonly<Record<string, readonly number[]>>;

/** As many as Allure's history keeps. */
const RUNS = 10;

/**
 * Adds an audit to the counts of earlier ones, in the folder of its run. Partial audits are left out: shards, and targets some of
 * whose visits were left out or none of which could be judged. Their numbers would be lower only because less was looked at.
 *
 * @returns the runs so far, including this one
 * @throws ReportsError
 */
export function takeTrend(reports: string, audit: AuditVerdicts): Trend {
  const before = readTrend(reportFiles(publishedFolder(reports)).trend);
  const trend: Record<string, readonly number[]> = { ...before };
  for (const target of audit.shard ? [] : audit.targets.filter(isWhole))
    trend[target.target] = [...(before[target.target] ?? []), countsOf([target]).failedRules].slice(-RUNS);
  // Written even if nothing is added: what a run does not write is lost when its reports replace the last ones.
  writeWhole(reportFiles(reports).trend, `${JSON.stringify(trend)}\n`);
  return trend;
}

function isWhole({ problem, gate, visits }: TargetVerdicts): boolean {
  const isMade = visits.every(({ outcome }) => outcome !== 'missing');
  return (
    problem === undefined &&
    !isFiltered(gate) &&
    isMade &&
    visits.some(({ outcome }) => outcome === 'complete')
  );
}

/** An unreadable file counts as no history: it costs a line in the report, but no verdict. */
export function readTrend(file: string): Trend {
  try {
    const known = Object.entries(record(JSON.parse(readFileSync(file, 'utf8'))));
    return Object.fromEntries(known.filter((entry): entry is [string, number[]] => isNumbers(entry[1])));
  } catch {
    return {};
  }
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isInteger(one) && one >= 0);
}

const [STEP, HEIGHT] = [8, 16];

/** The runs as a small line, with the numbers as text; nothing for a single run. */
export function trendLine(counts: readonly number[] | undefined): string {
  if (!counts || counts.length < 2) return '';
  const most = Math.max(1, ...counts);
  const points = counts.map((count, run) => {
    const y = HEIGHT - 2 - (count / most) * (HEIGHT - 4);
    return `${2 + run * STEP},${Number(y.toFixed(1))}`;
  });
  const width = 4 + (counts.length - 1) * STEP;
  const says = `Failed rules in the last ${counts.length} runs: ${counts.join(', ')}`;
  return (
    `<svg class="trend" role="img" aria-label="${says}" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}">` +
    `<title>${says}</title><polyline points="${points.join(' ')}" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>`
  );
}
