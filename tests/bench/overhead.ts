import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Double } from '../../src/double/server.ts';
import { Recording } from '../../src/recorder/recording.ts';
import { Session } from '../../src/recorder/session.ts';
import { RULES } from '../../src/rules/index.ts';
import { loadTarget } from '../../src/target/load.ts';
import { freePort } from '../../src/target/ports.ts';
import { DEMO_TARGET } from '../../src/target/run.ts';
import type { Target } from '../../src/target/target.ts';
import { judgeVisit } from '../../src/verdict/judge.ts';
import { type PlannedVisit, planVisits } from '../../src/visit/plan.ts';
import { recordVisit } from '../../src/visit/record.ts';
import { browserProcesses, type CpuTimes, cpuTimes, difference } from './cpu.ts';
import { plainVisit } from './plain-visit.ts';
import { startShop } from './shop.ts';
import { median, pairedRatio } from './statistics.ts';

const ASSETS = 60;
const WARM_UPS = 2;

/** The cost of one visit, in milliseconds. */
interface Cost {
  wall: number;
  cpu: CpuTimes;
}

/** Wall time of a recorded visit by part, in milliseconds. */
interface Parts {
  open: number;
  journey: number;
  end: number;
  judge: number;
  write: number;
  /** Part of the above: waiting for what was called, sent or expected. */
  waiting: number;
}

interface Round {
  plan: PlannedVisit;
  recorded: Cost;
  plain: Cost;
  parts: Parts;
}

/**
 * The demo shop's purchase journey, recorded and judged, compared with the same journey without recording: same browser, same
 * double, same shop, alternating.
 *
 * @param rounds visits of each kind under each scenario
 */
export async function measureOverhead(rounds: number): Promise<void> {
  const target = await loadTarget(DEMO_TARGET, await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'ttq-bench-'));
  try {
    await using shop = await startShop(target, folder, ASSETS);
    const session = await Session.open();
    try {
      await using double = await Double.open({ place: target, scripts: session.scripts(target.sdk) });
      const bench = { target, session, double, folder, shop: shop.pid };
      const results: Round[] = [];
      const plans = chosen(planVisits(target));
      for (let number = -WARM_UPS; number < rounds; number += 1) {
        for (const plan of plans) {
          const round = await measureRound(plan, number % 2 === 0, bench);
          if (number >= 0) results.push(round);
        }
      }
      print(plans, results, rounds);
    } finally {
      await session.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Organic, and the first click URL: the others differ only in their redirects. */
function chosen(plans: PlannedVisit[]): PlannedVisit[] {
  return ['organic', 'ad-click'].flatMap((name) => plans.find(({ scenario }) => scenario === name) ?? []);
}

interface Bench {
  target: Target;
  session: Session;
  /** Replaces TikTok in an unrecorded visit. */
  double: Double;
  folder: string;
  shop: number;
}

/** One visit of each kind, the order alternating between rounds: A B B A. */
async function measureRound(plan: PlannedVisit, recordedFirst: boolean, bench: Bench): Promise<Round> {
  const { target, session, double, shop } = bench;
  let parts: Parts | undefined;
  const record = () =>
    measure(shop, async () => {
      parts = await recordedVisit(plan, bench);
    });
  const visitPlainly = async () => {
    const browser = await session.browser();
    return measure(shop, () => plainVisit({ browser, double, target }, plan));
  };
  const first = await (recordedFirst ? record() : visitPlainly());
  const second = await (recordedFirst ? visitPlainly() : record());
  const [recorded, plain] = recordedFirst ? [first, second] : [second, first];
  return { plan, recorded, plain, parts: parts! };
}

async function measure(shop: number, visit: () => Promise<void>): Promise<Cost> {
  const processes = browserProcesses(shop);
  const before = cpuTimes(shop);
  const start = performance.now();
  await visit();
  const wall = performance.now() - start;
  await untilRenderersEnd(shop, processes);
  return { wall, cpu: difference(cpuTimes(shop), before) };
}

/** A renderer ends after its context is closed; its time belongs to this visit, not to the next. */
async function untilRenderersEnd(shop: number, wanted: number | undefined): Promise<void> {
  const deadline = performance.now() + 1000;
  while (wanted !== undefined && browserProcesses(shop)! > wanted && performance.now() < deadline)
    await new Promise((resolve) => setImmediate(resolve));
}

async function recordedVisit(plan: PlannedVisit, { target, session, folder }: Bench): Promise<Parts> {
  const start = performance.now();
  const waitedBefore = waited;
  const evidence = await recordVisit(session, target, plan, folder);
  const recorded = performance.now();
  const verdicts = judgeVisit(evidence, target, RULES);
  const judged = performance.now();
  await writeFile(join(folder, 'evidence.json'), `${JSON.stringify(evidence, null, 2)}\n`);
  const written = performance.now();

  const broken = evidence.problem?.message;
  const failed = verdicts.verdicts.filter(({ outcome }) => outcome === 'fail' || outcome === 'inconclusive');
  if (broken || failed.length > 0)
    throw new Error(`The visit must pass to be measured: ${broken ?? failed.map(({ rule }) => rule)}`);
  const opened = evidence.documents[0]!.at;
  const left = evidence.steps.at(-1)?.at ?? opened;
  return {
    open: opened,
    journey: left - opened,
    end: recorded - start - left,
    judge: judged - recorded,
    write: written - judged,
    waiting: waited - waitedBefore,
  };
}

/** All of the recorder's waiting goes through one method, whose time is summed up here for the breakdown. */
let waited = 0;
const { until } = Recording.prototype;
Recording.prototype.until = async function (condition, timeout) {
  const start = performance.now();
  try {
    return await until.call(this, condition, timeout);
  } finally {
    waited += performance.now() - start;
  }
};

function print(plans: PlannedVisit[], results: Round[], rounds: number): void {
  const { journey } = plans[0]!;
  console.log(
    `Overhead: journey ${journey.name}, ${ASSETS} sub-resources a page, ${rounds} rounds a scenario, ${WARM_UPS} more to warm up.`,
  );
  console.log('Medians in ms a visit; ratio: median of the pairs, bootstrap 95% interval.\n');
  for (const plan of plans)
    printScenario(
      plan.scenario,
      results.filter((round) => round.plan === plan),
    );
  printScenario('all', results);
  console.log('Where the recorded wall time goes, medians in ms a visit:');
  for (const part of ['open', 'journey', 'end', 'judge', 'write', 'waiting'] as const) {
    console.log(
      `  ${part.padEnd(10)}${fixed(median(results.map(({ parts }) => parts[part])))}  ${PART_TEXTS[part]}`,
    );
  }
}

const PART_TEXTS: Record<keyof Parts, string> = {
  open: 'until the first document',
  journey: 'from there to the last step',
  end: 'the last step, what is expected, leaving, closing',
  judge: 'all rules',
  write: 'the evidence as JSON',
  waiting: 'of these, waiting until a call is sent, a page settled, an expected event there',
};

const ROWS: Record<string, (cost: Cost) => number | undefined> = {
  'wall time': ({ wall }) => wall,
  'CPU, all': ({ cpu: { harness, browser, shop } }) =>
    browser === undefined || shop === undefined ? undefined : harness + browser + shop,
  'CPU, harness': ({ cpu }) => cpu.harness,
  'CPU, browser': ({ cpu }) => cpu.browser,
  'CPU, shop': ({ cpu }) => cpu.shop,
};

function printScenario(name: string, rounds: Round[]): void {
  console.log(`${name.padEnd(14)}  recorded     plain  ratio`);
  for (const [title, read] of Object.entries(ROWS)) {
    const pairs = rounds.flatMap(({ recorded, plain }) => {
      const values = [read(recorded), read(plain)] as const;
      return values.includes(undefined) ? [] : [values as readonly [number, number]];
    });
    const { estimate, low, high } = pairedRatio(pairs);
    const figures =
      pairs.length === 0
        ? '  not measured'
        : `${fixed(median(pairs.map(([recorded]) => recorded)))}${fixed(median(pairs.map(([, plain]) => plain)))}` +
          `  ${estimate.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
    console.log(`  ${title.padEnd(12)}${figures}`);
  }
  console.log();
}

function fixed(milliseconds: number): string {
  return milliseconds.toFixed(1).padStart(10);
}
