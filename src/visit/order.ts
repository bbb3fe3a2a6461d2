import { createHash } from 'node:crypto';
import type { Target } from '../target/target.ts';
import { timeKey, type VisitTimes } from '../target/visit-times.ts';
import { balanced } from './balance.ts';
import { type PlannedVisit, planVisits, visitIdOf } from './plan.ts';

/** A visit of one of a run's targets. */
export interface RunVisit<Of> {
  of: Of;
  plan: PlannedVisit;
}

/**
 * Every visit of a run, in the order of the plan. If shards share the run and earlier times are known, in an order in which all
 * shards take about equally long.
 *
 * @param shards how many there are
 */
export function visitsInOrder<Of extends { target: Target }>(
  targets: readonly Of[],
  times: VisitTimes | undefined,
  shards = shardsOf(),
): RunVisit<Of>[] {
  const visits = targets.flatMap((of) =>
    planVisits(of.target).map((plan) => ({
      of,
      plan,
      target: of.target.name,
      ms: times?.[of.target.name]?.[timeKey(visitIdOf(plan))],
    })),
  );
  return times === undefined || shards < 2 ? visits : balanced(visits, shards);
}

/** Playwright passes the number of shards only to the first process of a run. */
const SHARDS = 'TTQ_SHARDS';

/** Reads the number of shards from Playwright's command line, and passes it on to its workers. */
export function passShards(args: readonly string[], env = process.env): void {
  const given = args.flatMap((arg, index) => {
    const [name, value = args[index + 1]] = arg.split('=');
    return name === '--shard' ? value : [];
  });
  const total = /\/(\d+)$/.exec(given.at(-1) ?? '')?.[1];
  if (total === undefined) delete env[SHARDS];
  else env[SHARDS] = total;
}

/** How many shards Playwright was asked for. */
export function shardsOf(env = process.env): number {
  return Number(env[SHARDS] ?? 1);
}

/** Identifies an order: shards that were cut from different ones do not make up an audit. */
export function orderMark(visits: readonly RunVisit<{ target: Target }>[]): string {
  const names = visits.map(({ of, plan }) => `${of.target.name} ${plan.id}`);
  return createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 8);
}
