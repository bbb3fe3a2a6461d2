import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOGETHER } from '../../src/cli/judge-file.ts';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { Session } from '../../src/recorder/session.ts';
import { RULES } from '../../src/rules/index.ts';
import { loadTarget } from '../../src/target/load.ts';
import { freePort } from '../../src/target/ports.ts';
import { DEMO_TARGET } from '../../src/target/run.ts';
import type { ScenarioName, Target } from '../../src/target/target.ts';
import { judgeVisit, judgeVisits } from '../../src/verdict/judge.ts';
import { planVisits } from '../../src/visit/plan.ts';
import { recordVisit } from '../../src/visit/record.ts';
import { clean, cleanTarget } from '../harness/rules/clean.ts';
import { schemaErrors } from '../harness/rules/table.ts';
import { startShop } from './shop.ts';
import { median, pairedRatio } from './statistics.ts';

/** Visits in a round, each judged once, so that nothing cached for a visit helps. */
const VISITS = 20;
/** Rounds before those that count, in which the code is compiled. */
const WARM_UPS = 50;

interface Subject {
  name: string;
  evidence: Evidence;
  target: Target;
}

/** CPU milliseconds for each visit, of all threads, as the garbage collector has its own. */
interface Round {
  parse: number;
  validate: number;
  /** As many visits together as the command `judge` takes. */
  judge: number;
  oneByOne: number;
  /** Judging without sharing: each rule gets a copy of the evidence, for which no view has been made yet. */
  apart: number;
}

/** The cost of judging one visit: that of the tests, reduced to what rules read, and one recorded from the demo shop. */
export async function measureJudging(rounds: number): Promise<void> {
  const made = { name: "the tests' clean visit", evidence: clean(), target: cleanTarget() };
  for (const subject of [made, await recordedVisit()]) {
    const text = JSON.stringify(subject.evidence);
    const results: Round[] = [];
    for (let number = -WARM_UPS; number < rounds; number += 1) {
      const round = measureRound(text, subject.target, number % 2 === 0);
      if (number >= 0) results.push(round);
    }
    print(subject.name, text.length, results);
  }
}

async function recordedVisit(): Promise<Subject> {
  const [{ evidence, target }] = (await recordedVisits(['ad-click'])) as [Recorded];
  return { name: "the demo shop's purchase under ad-click, as recorded", evidence, target };
}

interface Recorded {
  evidence: Evidence;
  target: Target;
}

/** The demo shop's first visit under each of these scenarios. */
export async function recordedVisits(scenarios: readonly ScenarioName[]): Promise<Recorded[]> {
  const target = await loadTarget(DEMO_TARGET, await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'ttq-bench-'));
  try {
    await using _shop = await startShop(target, folder, 0);
    const session = await Session.open();
    try {
      const recorded: Recorded[] = [];
      for (const wanted of scenarios) {
        const plan = planVisits(target).find(({ scenario }) => scenario === wanted)!;
        const evidence = await recordVisit(session, target, plan, folder);
        if (evidence.problem)
          throw new Error(`The visit must pass to be measured: ${evidence.problem.message}`);
        recorded.push({ evidence, target });
      }
      return recorded;
    } finally {
      await session.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The ways of judging, their order alternating between rounds. */
function measureRound(text: string, target: Target, togetherFirst: boolean): Round {
  const judgeTogether = () => {
    const visits = parsed(text).map((evidence) => ({ evidence, target }));
    return cpuOf(() => {
      for (let start = 0; start < visits.length; start += TOGETHER)
        judgeVisits(visits.slice(start, start + TOGETHER), RULES);
    });
  };
  const judgeOneByOne = () => {
    const visits = parsed(text);
    return cpuOf(() => visits.map((evidence) => judgeVisit(evidence, target, RULES)));
  };
  const judgeApart = () => {
    const visits = parsed(text);
    return cpuOf(() =>
      visits.map((evidence) => RULES.map((rule) => judgeVisit({ ...evidence }, target, [rule]))),
    );
  };
  const parse = cpuOf(() => parsed(text));
  const visits = parsed(text);
  const validate = cpuOf(() => visits.forEach(mustBeValid));
  const ways = [judgeTogether, judgeOneByOne, judgeApart];
  const inOrder = togetherFirst ? ways : ways.toReversed();
  const taken = new Map(inOrder.map((way) => [way, way()]));
  const [judge, oneByOne, apart] = ways.map((way) => taken.get(way)!) as [number, number, number];
  return { parse, validate, judge, oneByOne, apart };
}

function parsed(text: string): Evidence[] {
  return Array.from({ length: VISITS }, () => JSON.parse(text) as Evidence);
}

function mustBeValid(evidence: Evidence): void {
  const [error] = schemaErrors(evidence);
  if (error) throw new Error(`The evidence is not valid: ${JSON.stringify(error)}`);
}

function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / VISITS;
}

function print(name: string, bytes: number, results: Round[]): void {
  const of = (part: keyof Round) => results.map((round) => round[part]);
  const ratio = (part: keyof Round) => {
    const { estimate, low, high } = pairedRatio(results.map((round) => [round[part], round.judge]));
    return `${estimate.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  };
  console.log(
    `Judging ${name}: ${bytes} bytes, ${RULES.length} rules, ${results.length} rounds of ${VISITS} visits.`,
  );
  console.log('CPU ms a visit, medians; ratios of the pairs, with a bootstrap 95% interval:');
  console.log(
    `  judging           ${median(of('judge')).toFixed(3)}: ${(1000 / median(of('judge'))).toFixed(0)} visits a second on one core`,
  );
  console.log(
    `  one by one        ${median(of('oneByOne')).toFixed(3)}: ${ratio('oneByOne')} times as much as judging`,
  );
  console.log(
    `  with none shared  ${median(of('apart')).toFixed(3)}: ${ratio('apart')} times as much as judging`,
  );
  console.log(
    `  JSON.parse        ${median(of('parse')).toFixed(3)}: ${ratio('parse')} times as much as judging`,
  );
  console.log(
    `  schema            ${median(of('validate')).toFixed(3)}: ${ratio('validate')} times as much as judging\n`,
  );
}
