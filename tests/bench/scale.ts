import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { environmentInfo } from '../../src/report/environment.ts';
import { timelineFile, writeWhole } from '../../src/report/files.ts';
import { timelineOf } from '../../src/report/timeline/model.ts';
import { timelineSvg } from '../../src/report/timeline/svg.ts';
import { writeAudit } from '../../src/report/write-audit.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Target } from '../../src/target/target.ts';
import { auditVerdicts, targetVerdicts } from '../../src/verdict/audit.ts';
import { judgeVisit } from '../../src/verdict/judge.ts';
import { sharing } from '../../src/verdict/share.ts';
import type { VisitId, VisitVerdicts } from '../../src/verdict/verdict.ts';
import { recordedVisits } from './judge.ts';
import type { StepResult } from './scale-step.ts';

const SHARDS = 10;
const SCENARIOS = ['organic', 'ad-click'] as const;
/** One target in this many has each of the faults. */
const [PIXEL, MATCHING] = [7, 11];

/**
 * The cost of merging, reporting and deciding for many targets: their visits are two recorded from the demo shop, judged for each
 * target under its own name. Some targets want another pixel or event id, so that there is something to report. The shards are
 * written as by an audit; each step runs in its own process.
 */
export async function measureScale(targets: number): Promise<void> {
  const recorded = await recordedVisits(SCENARIOS);
  const folder = await mkdtemp(join(tmpdir(), 'ttq-scale-'));
  try {
    const began = performance.now();
    for (let shard = 1; shard <= SHARDS; shard += 1) writeShard(shard, targets, recorded, folder);
    const visits = targets * SCENARIOS.length;
    console.log(
      `${targets} targets, ${visits} visits on ${SHARDS} shards, made in ${seconds(performance.now() - began)}.`,
    );
    for (const step of ['merge', 'merge without evidence', 'report', 'gate'] as const)
      print(step, await inOwnProcess(step, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Recorded {
  evidence: Evidence;
  target: Target;
}

function writeShard(current: number, targets: number, recorded: Recorded[], folder: string): void {
  const reports = join(folder, `shard-${current}`);
  mkdirSync(reports);
  const share = sharing();
  const today = new Date().toISOString().slice(0, 10);
  const judged = Array.from({ length: targets }, (_, index) => {
    const target = targetOf(recorded[0]!.target, index);
    const isOwn = index % SHARDS === current - 1;
    const shard = { current, total: SHARDS };
    const { name, gate, rules } = target;
    const visits = isOwn ? recorded.map(({ evidence }) => share(visitOf(evidence, target, reports))) : [];
    return {
      ...targetVerdicts(target, visits, { today, shard }),
      ...(isOwn ? {} : { gate: { released: true, reasons: [] } }),
      target: name,
      whole: { gate, rules, repeat: 1, visits: recorded.map(idOf) },
    };
  });
  const audit = auditVerdicts(judged, { shard: { current, total: SHARDS } });
  writeAudit(reports, audit, environmentInfo(reports, audit.targets), new Date());
}

function targetOf(base: Target, index: number): Target {
  const name = `shop-${String(index).padStart(3, '0')}`;
  const pixels = index % PIXEL === 3 ? ['CSCALE00000000000001'] : base.pixels;
  const identity =
    index % MATCHING === 5 ? { ...base.identity, email: 'somebody@else.example' } : base.identity;
  return { ...base, name, pixels, identity };
}

function idOf({ evidence: { journey, scenario, clickUrl } }: Recorded): VisitId {
  return { journey, scenario, ...(clickUrl === undefined ? {} : { clickUrl }) };
}

/** Judges a visit, and writes what an audit would write about it. */
function visitOf(recorded: Evidence, target: Target, reports: string): VisitVerdicts {
  const evidence = { ...recorded, target: target.name };
  const file = `evidence/${target.name}/${evidence.journey}.${evidence.scenario}.json`;
  const visit = { ...judgeVisit(evidence, target, RULES, file), timeline: timelineFile(file) };
  writeWhole(join(reports, file), `${JSON.stringify(evidence, null, 2)}\n`);
  writeWhole(join(reports, visit.timeline), timelineSvg(timelineOf(evidence, visit)));
  return visit;
}

/** A step, and the memory of the largest process that it started. */
interface Measured extends StepResult {
  others: number;
}

async function inOwnProcess(step: string, folder: string): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('./scale-step.ts', import.meta.url)), [step, folder], {
    cwd: folder,
  });
  const watched = watch(child.pid!);
  const [result] = (await Promise.race([once(child, 'message'), ended(child)])) as [StepResult];
  return { ...result, others: watched() };
}

/** The peak memory of the largest process that this one starts. Only Linux reports it. */
function watch(pid: number): () => number {
  const kilobytes = new Map<string, number>();
  const look = () => {
    try {
      for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)) {
        const [, most = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8')) ?? [];
        kilobytes.set(child, Math.max(Number(most), kilobytes.get(child) ?? 0));
      }
    } catch {
      // It has just ended, or this is no Linux.
    }
  };
  const timer = setInterval(look, 50);
  return () => {
    clearInterval(timer);
    return Math.max(0, ...kilobytes.values()) * 1024;
  };
}

async function ended(child: ReturnType<typeof fork>): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`The step ended with code ${code} and said nothing`);
}

function print(step: string, { ms, cpu, rss, others, files }: Measured): void {
  const written = Object.entries(files).map(([name, bytes]) => `${name} ${size(bytes)}`);
  console.log(
    `  ${step.padEnd(22)} ${seconds(ms).padStart(8)}, CPU ${seconds(cpu).padStart(7)}, ${size(rss).padStart(8)} of memory${others > 0 ? `, ${size(others)} in the largest process it started` : ''}${written.length > 0 ? `; ${written.join(', ')}` : ''}`,
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
