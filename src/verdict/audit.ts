import { mask } from '../masking/mask.ts';
import { seal } from '../masking/seal.ts';
import { refusedLine, rewritten, type WrittenRefusal } from '../target/refusal.ts';
import type { Target } from '../target/target.ts';
import { compareWith } from './compare.ts';
import { decideGate } from './gate.ts';
import { openingsOf } from './openings.ts';
import { causesOf, countsOf } from './overview.ts';
import { ofTarget, type Reason, reason } from './reasons.ts';
import { judgeRun } from './run.ts';
import type { Snapshot } from './snapshot.ts';
import {
  type AuditVerdicts,
  type Gate,
  type TargetVerdicts,
  VERDICTS_VERSION,
  type VisitVerdicts,
} from './verdict.ts';
import { waiverUses, withWaivers } from './waivers.ts';
import { judgedOf, wholeRun } from './whole-run.ts';

/** What the verdicts on a target depend on besides its visits. */
export type Policy = Pick<Target, 'name' | 'gate' | 'rules' | 'waivers'>;

/** How an audit was made. */
export interface AuditRun {
  /** YYYY-MM-DD, in UTC: waivers expire. */
  today: string;
  /** The part that was run, if others run the rest. */
  shard?: AuditVerdicts['shard'];
  /** Set if only some of the target's visits were looked at on purpose. */
  isPart?: boolean;
  /**
   * Set if a filter left visits out: such a run releases nothing, whatever it saw. How many visits were made, and of how many.
   */
  filtered?: { made: number; of: number };
  /** Earlier verdicts to compare with. */
  baseline?: Snapshot;
}

/**
 * The verdicts on one target: its visits as judged, with its waivers applied, the outcomes of rules over the whole run, and its
 * gate. A shard has only some visits: it keeps their digests for the merge.
 */
export function targetVerdicts(policy: Policy, judged: VisitVerdicts[], run: AuditRun): TargetVerdicts {
  const isWhole = run.shard === undefined && !run.isPart && !run.filtered;
  const off = Object.keys(policy.rules).filter((rule) => policy.rules[rule] === 'off');
  const waived = judged.map((visit) => withWaivers(visit, policy.waivers, run.today));
  const judgedRun = run.shard ? undefined : judgeRun(waived, { ...policy, today: run.today });
  const [whole] = wholeRun(judgedRun).map((one) => withWaivers(one, policy.waivers, run.today));
  const all = { visits: waived, ...(whole ? { run: whole.verdicts } : {}) };
  const waivers = waiverUses(policy, judgedOf(all), run.today, isWhole);
  const before = run.baseline?.targets.find(({ target }) => target === policy.name);
  const { comparison, ...compared } = before
    ? compareWith(before, all, off, isWhole)
    : { ...all, comparison: undefined };
  const visits = run.shard ? compared.visits : compared.visits.map(withoutDigest);
  const gate = decideGate(visits, policy.gate.failOn, compared.run);
  const stale = policy.gate.staleWaivers === 'hold' ? waivers.filter(({ state }) => state === 'stale') : [];
  const reasons = [
    ...(run.filtered ? [reason('filtered', run.filtered)] : []),
    ...gate.reasons,
    ...(comparison?.gone ?? []).map((what) => reason('gone', { what })),
    ...stale.map(({ rule, owner }) => reason('stale-waiver', { rule, owner })),
  ];
  const opened = openingsOf(policy);
  return {
    target: policy.name,
    failOn: policy.gate.failOn,
    gate: { released: reasons.length === 0, reasons },
    ...(opened.length > 0 ? { opened } : {}),
    off,
    waivers,
    ...(comparison ? { comparison } : {}),
    visits,
    ...(compared.run ? { run: compared.run } : {}),
  };
}

/** Once the whole run is judged, digests are no longer needed. */
function withoutDigest({ digest: _digest, ...visit }: VisitVerdicts): VisitVerdicts {
  const { runs, ...rest } = visit;
  return runs ? { ...rest, runs: runs.map(({ digest: _, ...run }) => run) } : visit;
}

/** A target that could not be audited at all. */
export function refusedTarget(target: string, refused: readonly WrittenRefusal[]): TargetVerdicts {
  const refusals = refused.map((one) => rewritten(one, (text) => seal(mask(text))));
  const problem = { refusals, message: refusedLine(refusals) };
  const codes = refusals.map(({ code }) => code);
  const gate = { released: false, reasons: [reason('refused', { codes, why: problem.message })] };
  return { target, problem, failOn: [], gate, off: [], waivers: [], visits: [] };
}

/**
 * The audit of all targets. It is released only if there is a target and each of them is released.
 *
 * @param troubles what else holds it, such as an interruption
 */
export function auditVerdicts(
  targets: TargetVerdicts[],
  { shard }: Pick<AuditRun, 'shard'>,
  troubles: Reason[] = [],
): AuditVerdicts {
  return {
    version: VERDICTS_VERSION,
    gate: overall(targets, troubles),
    ...(shard ? { shard, troubles } : {}),
    counts: countsOf(targets),
    causes: causesOf({ targets }),
    targets: targets.map((target) => ({ ...target, counts: countsOf([target]) })),
  };
}

function overall(targets: readonly TargetVerdicts[], troubles: readonly Reason[]): Gate {
  const held = targets.filter(({ gate }) => !gate.released);
  const ofTargets = held.flatMap(({ target, gate }) =>
    gate.reasons
      // A reason of the run, so it is already among the troubles.
      .filter(({ code }) => code !== 'filtered')
      .map((one) => ofTarget(one, target, targets.length === 1)),
  );
  const none = targets.length === 0 ? [reason('no-target', {})] : [];
  const reasons = [...troubles, ...none, ...ofTargets];
  return { released: reasons.length === 0 && held.length === 0, reasons };
}
