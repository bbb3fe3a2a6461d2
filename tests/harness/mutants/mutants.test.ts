import { expect, type TestInfo } from '@playwright/test';
import { applyPatches } from '../../../fixtures/mutants/apply.ts';
import { MUTANTS, SAMPLE } from '../../../fixtures/mutants/index.ts';
import { type Mutant, STOPS } from '../../../fixtures/mutants/mutant.ts';
import { TOGETHER } from '../../../fixtures/mutants/together.ts';
import { formatVisitFailure } from '../../../src/report/terminal.ts';
import { RULE_BY_ID, RULES } from '../../../src/rules/index.ts';
import { SCENARIOS, scenariosThat } from '../../../src/target/scenarios.ts';
import { DEFAULT_FAULTS } from '../../../src/target/target.ts';
import { faultName } from '../../../src/tiktok/events-api/faults.ts';
import type { Outcome, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { MUTANT, REST, SHORT } from '../rest.ts';
import { EVIDENCE_MUTANTS } from './evidence.ts';
import { test } from './fixtures.ts';
import { noteKill } from './kills.ts';

/** Left in a message by a value that was missing, was not text, or was copied out of the page (see tap/plain.ts). */
const UNREADABLE = /(?<!of )undefined|\[object |\{"\$"|\bnull\b/;

/**
 * Rules that have no mutant of the shop, and have to have one of recorded evidence: dedup/merged-in-time depends on when the copies
 * arrive. For a live visit to show that the server's comes more than 5 minutes after the browser's, it would have to last that long.
 */
const NOT_LIVE: ReadonlySet<string> = new Set(['dedup/merged-in-time']);

/** It has no consent banner and loads documents; under events-api-faults it is visited once for each fault. */
const NOT_OF_THE_SHOP: readonly string[] = scenariosThat(
  ({ needs, eventsApi }) => needs.length > 0 || eventsApi === 'faulty',
);

/** Every scenario that the shop can be visited under as it is; its variants are visited under the others. */
const visits = [
  ...SCENARIOS.filter((scenario) => !NOT_OF_THE_SHOP.includes(scenario)).map((scenario) => ({ scenario })),
  ...DEFAULT_FAULTS.map((fault) => ({ scenario: 'events-api-faults' as const, fault })),
];

test.describe.configure({ mode: 'parallel' });

for (const how of visits) {
  const { scenario, fault } = { fault: undefined, ...how };
  // The audit of the demo shop makes these visits, too.
  test(`the shop as it is: ${scenario}${fault ? ` (${faultName(fault)})` : ''}`, REST, async ({ audit }) => {
    const visit = await audit({ name: 'none', patch: [], ...how });
    const report = formatVisitFailure(visit, RULE_BY_ID);
    expect(visit.outcome, report).toBe('complete');
    expect(rulesThat('fail', visit), report).toEqual([]);
    expect(rulesThat('inconclusive', visit), report).toEqual([]);
  });
}

/** Where visitors turn back once they have shown a mutant of the sample: in which shop, and under which scenario. */
const turns = new Map(
  SAMPLE.flatMap(({ scenario, until, variant, fault }) => {
    if (until === undefined) return [];
    const shop = variant === undefined ? 'the shop as it is' : `the variant ${variant}`;
    const how = { scenario, until, ...(variant ? { variant } : {}), ...(fault ? { fault } : {}) };
    return [[`${shop}: ${scenario}, as far as the ${until}`, how] as const];
  }),
);

for (const [name, how] of turns) {
  // Otherwise a failure there might come from turning back, not from a mutant. Most of the sample turn back at these two.
  const isDaily = how.scenario === 'organic' && ['landing', 'order'].includes(how.until);
  test(name, isDaily ? {} : REST, async ({ audit }) => {
    const visit = await audit({ name: 'none', patch: [], ...how });
    const report = formatVisitFailure(visit, RULE_BY_ID);
    expect(visit.outcome, report).toBe('complete');
    expect(rulesThat('fail', visit), report).toEqual([]);
  });
}

/** By name; those of a group are alike in all but what they break, and the farthest of their stops has shown them all. */
const inSample = new Map(SAMPLE.map((mutant) => [mutant.name, mutant]));
const groups = TOGETHER.map((names) => names.flatMap((name) => inSample.get(name) ?? []));
const grouped = new Set(TOGETHER.flat());

for (const mutants of groups) {
  test(`${mutants.map(({ rule }) => rule).join(', ')}: in one shop`, SHORT, async ({ audit }) => {
    const { scenario, variant } = mutants[0]!;
    const until = farthest(mutants);
    const visit = await audit({
      name: 'together',
      scenario,
      ...(variant === undefined ? {} : { variant }),
      ...(until === undefined ? {} : { until }),
      patch: mutants.flatMap((mutant) => mutant.patch),
      target: (file) => {
        for (const { target } of mutants) target?.(file);
      },
      isOfSample: true,
    });
    const report = formatVisitFailure(visit, RULE_BY_ID);
    expect(visit.outcome, report).toBe('complete');
    expect(rulesThat('fail', visit).sort(), report).toEqual(mutants.map(({ rule }) => rule).sort());
    expectReadable(visit, report);
  });
}

/** Undefined if one of them needs the whole journey. */
function farthest(mutants: readonly Mutant[]): Mutant['until'] {
  const stops = Object.keys(STOPS) as (keyof typeof STOPS)[];
  if (mutants.some(({ until }) => until === undefined)) return undefined;
  return stops.findLast((stop) => mutants.some(({ until }) => until === stop));
}

test('mutants that share a visit are of the sample, differ in nothing else, and are in one group', () => {
  for (const name of grouped) expect(inSample.has(name), name).toBe(true);
  expect(TOGETHER.flat()).toEqual([...grouped]);
  for (const [first, ...others] of groups)
    for (const { name, rule, what, patch, until, target, ...how } of [first!, ...others])
      expect(how, name).toEqual({
        scenario: first!.scenario,
        ...(first!.variant === undefined ? {} : { variant: first!.variant }),
      });
});

for (const mutant of MUTANTS) {
  const { name, rule, what, until, ...how } = mutant;
  const isKilled = async (visit: VisitVerdicts, testInfo: TestInfo) => {
    await noteKill({ mutant: name, kind: 'site', rule, killedBy: rulesThat('fail', visit) }, testInfo);
    const report = formatVisitFailure(visit, RULE_BY_ID);
    expect(visit.outcome, report).toBe(mutant.breaksOff ? 'broken' : 'complete');
    expect(rulesThat('fail', visit), `${what}\n\n${report}`).toEqual([rule]);
    expectReadable(visit, report);
  };
  const isInSample = SAMPLE.includes(mutant);
  const sampled = isInSample ? { isOfSample: true as const } : {};
  test(
    `${rule}: ${name}`,
    isInSample && until === undefined && !grouped.has(name) ? {} : MUTANT,
    async ({ audit }, testInfo) => await isKilled(await audit({ name, ...sampled, ...how }), testInfo),
  );
  if (isInSample && until !== undefined && !grouped.has(name))
    test(
      `${rule}: ${name}, as far as the ${until}`,
      SHORT,
      async ({ audit }, testInfo) =>
        await isKilled(await audit({ name, until, ...sampled, ...how }), testInfo),
    );
}

function expectReadable({ verdicts }: VisitVerdicts, report: string): void {
  for (const { message } of verdicts.flatMap(({ findings }) => findings)) {
    expect(message).toMatch(/\S/);
    expect(message).not.toMatch(UNREADABLE);
  }
  expect(report).not.toMatch(UNREADABLE);
}

test('every rule has a mutant, one of them in the sample, and every mutant a known rule', () => {
  const known = RULES.map(({ id }) => id).sort();
  const live = known.filter((id) => !NOT_LIVE.has(id));
  expect([...new Set(MUTANTS.map(({ rule }) => rule))].sort()).toEqual(live);
  expect(SAMPLE.map(({ rule }) => rule).sort()).toEqual(live);
});

for (const rule of NOT_LIVE) {
  test(`${rule} has no mutant of the shop, but one of evidence`, () => {
    expect(RULES.map(({ id }) => id)).toContain(rule);
    expect(EVIDENCE_MUTANTS.map((mutant) => mutant.rule)).toContain(rule);
  });
}

test('every mutant has a unique name', () => {
  const names = MUTANTS.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

for (const [stands, find] of [
  [0, 'no such text'],
  [2, 'TikTok Pixel Code'],
] as const) {
  test(`a patch whose text is there ${stands} times is refused`, ({ folder }) => {
    const apply = () => applyPatches(folder, 'stale', [{ file: 'base-code.ts', find, replace: '' }]);
    for (const part of ['stale', 'base-code.ts', find, `${stands} times`]) expect(apply).toThrow(part);
  });
}

function rulesThat(outcome: Outcome, { verdicts }: VisitVerdicts): string[] {
  return verdicts.filter((verdict) => verdict.outcome === outcome).map(({ rule }) => rule);
}
