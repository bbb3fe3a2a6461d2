import { problem } from '../evidence/problem.ts';
import { refusal, written } from '../target/refusal.ts';
import { type AuditRun, auditVerdicts, type Policy, refusedTarget, targetVerdicts } from './audit.ts';
import { type Reason, reason } from './reasons.ts';
import type { AuditVerdicts, TargetVerdicts, VisitRun, VisitVerdicts, WholeAudit } from './verdict.ts';
import { missingVisit, visitKey } from './visit-id.ts';
import { combinedVisit, visitRun } from './visit-runs.ts';

/** The verdicts of one shard, and where they were found. */
export interface ShardVerdicts {
  from: string;
  audit: AuditVerdicts;
}

/** The given verdicts are not the shards of one audit. The message says why, and what to do. */
export class MergeError extends Error {
  override name = 'MergeError';
}

/**
 * The audit that these shards are parts of, with its gate decided again: the same as for one run without shards. A missing shard
 * holds it.
 *
 * @param shards at least one, in any order
 * @param run of the whole: the day of the merge, as waivers expire, and the baseline
 * @throws MergeError if they belong to several audits, or one is there twice
 */
export function mergedAudit(shards: readonly ShardVerdicts[], run: AuditRun): AuditVerdicts {
  const { first, total, missing } = checked(shards);
  const targets = first.audit.targets.map(({ target }) => mergedTarget(partsOf(target, shards), run));
  const unmade = targets
    .filter(({ visits }) => visits.some((visit) => [visit, ...(visit.runs ?? [])].some(isUnmade)))
    .map(({ target }) => target);
  const troubles = [
    ...missing.map((shard) => reason('shard-missing', { shard, of: total, targets: unmade })),
    ...shards.flatMap(({ audit }) => audit.troubles ?? []),
  ];
  return auditVerdicts(targets, {}, unique(troubles));
}

function isUnmade({ outcome, problem }: Pick<VisitVerdicts, 'outcome' | 'problem'>): boolean {
  return outcome === 'missing' && problem?.code === 'not-run';
}

/** Several shards may report the same trouble. */
function unique(reasons: readonly Reason[]): Reason[] {
  return [...new Map(reasons.map((one) => [JSON.stringify([one.code, one.args]), one])).values()];
}

function checked(shards: readonly ShardVerdicts[]) {
  const [first] = shards;
  if (!first) throw new MergeError('No shard was named. Name the reports folder of each shard.');
  const seen = new Map<number, string>();
  const { total, order } = shardOf(first);
  for (const shard of shards) {
    const { current, total: other, order: ownOrder } = shardOf(shard);
    const before = seen.get(current);
    if (before !== undefined)
      throw new MergeError(
        `${shard.from}: found shard ${current} again, as in ${before}; wanted each shard once`,
      );
    if (other !== total)
      throw new MergeError(
        `${shard.from}: found shard ${current} of ${other}, but ${first.from} is one of ${total}; wanted the shards of one audit`,
      );
    if (order !== ownOrder)
      throw new MergeError(
        `${shard.from}: found visits divided among the shards differently than in ${first.from}; wanted the same --times file for all shards, or none. Run them again with one file`,
      );
    const difference = differenceOf(first.audit, shard.audit);
    if (difference !== undefined)
      throw new MergeError(
        `${shard.from}: found ${difference} than in ${first.from}; wanted the shards of one audit, with the same targets and options`,
      );
    seen.set(current, shard.from);
  }
  const all = Array.from({ length: total }, (_, index) => index + 1);
  return { first, total, missing: all.filter((current) => !seen.has(current)) };
}

function shardOf({ from, audit }: ShardVerdicts): NonNullable<AuditVerdicts['shard']> {
  if (audit.shard && audit.targets.every(({ whole, problem }) => whole ?? problem)) return audit.shard;
  throw new MergeError(
    `${from}: found a whole audit; wanted a shard of one, made for example with -- --shard=1/3`,
  );
}

function differenceOf(one: AuditVerdicts, other: AuditVerdicts): string | undefined {
  const names = ({ targets }: AuditVerdicts) =>
    targets.map(({ target, problem }) => [target, problem ?? null]);
  if (JSON.stringify(names(one)) !== JSON.stringify(names(other))) return 'other targets';
  const differing = one.targets.find(
    (target, index) => JSON.stringify(agreed(target)) !== JSON.stringify(agreed(other.targets[index]!)),
  );
  return differing && `another plan, gate or waivers of ${differing.target}`;
}

/** What is the same in all shards. */
function agreed({ whole, off, waivers }: TargetVerdicts) {
  return [whole, off, waivers.map(({ state, ...waiver }) => waiver)];
}

function partsOf(target: string, shards: readonly ShardVerdicts[]): TargetVerdicts[] {
  return shards.flatMap(({ audit }) => audit.targets.filter((part) => part.target === target));
}

function mergedTarget(parts: TargetVerdicts[], run: AuditRun): TargetVerdicts {
  const [{ target, problem: refused, whole, waivers }] = parts as [TargetVerdicts];
  if (refused !== undefined || !whole)
    return refusedTarget(target, refused?.refusals ?? [written(refusal('no-plan', {}), undefined)]);
  const policy: Policy = {
    name: target,
    gate: whole.gate,
    rules: whole.rules,
    waivers: waivers.map(({ state, ...waiver }) => waiver) as Policy['waivers'],
  };
  const made = Map.groupBy(
    parts.flatMap(({ visits }) => visits),
    visitKey,
  );
  const planned = new Map(whole.visits.map((id) => [visitKey(id), id]));
  for (const [key, [visit]] of made) if (!planned.has(key)) planned.set(key, visit!);
  const visits = [...planned].map(([key, id]) => mergedVisit(id, made.get(key) ?? [], whole));
  return targetVerdicts(policy, visits, run);
}

function mergedVisit(
  id: WholeAudit['visits'][number],
  parts: VisitVerdicts[],
  { repeat }: WholeAudit,
): VisitVerdicts {
  const lost = missingVisit(id, problem('not-run', {}));
  if (repeat === 1) return parts[0] ? withoutWaivers(parts[0]) : lost;
  const runs = parts.flatMap((part) => part.runs ?? []);
  const all = Array.from({ length: repeat }, (_, index): VisitRun => {
    return runs.find(({ run }) => run === index + 1) ?? visitRun(lost, index + 1);
  });
  return combinedVisit(id, all);
}

/** As it was judged: waivers are applied again. */
function withoutWaivers(visit: VisitVerdicts): VisitVerdicts {
  return {
    ...visit,
    verdicts: visit.verdicts.map((verdict) => ({
      ...verdict,
      outcome: verdict.outcome === 'waived' ? 'fail' : verdict.outcome,
      findings: verdict.findings.map(({ waiver, ...finding }) => finding),
    })),
  };
}
