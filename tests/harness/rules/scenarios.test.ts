import { expect } from '@playwright/test';
import { RULES } from '../../../src/rules/index.ts';
import * as scenarios from '../../../src/rules/scenarios.ts';
import { SCENARIOS, TRAITS, type Traits } from '../../../src/target/scenarios.ts';
import { everyColumnIsNeeded } from '../columns.ts';
import { test } from '../test.ts';

test('a row without a trait does not compile', () => {
  everyColumnIsNeeded<Traits>();
  // @ts-expect-error
  everyColumnIsNeeded<Omit<Traits, 'pixel'> & Partial<Pick<Traits, 'pixel'>>>();
});

const WHOLE = [
  'organic',
  'ad-click',
  'returning',
  'second-click',
  'sdk-slow',
  'cookies-limited',
  'consent-granted',
  'gpc',
  'mobile',
  'in-app',
  'in-app-ios',
  'events-api-faults',
];
const AGAIN = ['reload-and-back', 'double-click'];
const RUNS = [...WHOLE, ...AGAIN, 'spa', 'consent-late', 'consent-withdrawn'];
const BLOCKED = ['ad-blocked', 'sdk-404', 'csp-blocked'];
const BOTH = RUNS.filter((name) => name !== 'consent-withdrawn');
const SERVER = [...BOTH, ...BLOCKED];

const SETS: Record<Exclude<keyof typeof scenarios, 'comesAgain'>, string[]> = {
  ALL: [...SERVER, 'consent-denied', 'consent-withdrawn', 'consent-ignored'],
  PIXEL_RUNS_THROUGHOUT: [...WHOLE, ...AGAIN, 'spa'],
  SINGLE_CLICKS: RUNS.filter((name) => name !== 'double-click'),
  WHOLE_JOURNEY: WHOLE,
  JOURNEY_OF_PAGES: [...WHOLE, ...AGAIN],
  REPEATING: [...AGAIN, 'spa'],
  PIXEL_RUNS: RUNS,
  PIXEL_BLOCKED: BLOCKED,
  COOKIES_KEPT: BOTH.filter((name) => name !== 'cookies-limited'),
  CLICK_ID_KEPT: BOTH.filter((name) => !['returning', 'second-click', 'gpc'].includes(name)),
  SERVER_SENDS: SERVER,
  SERVER_SENDS_CLICK_ID: SERVER.filter((name) => name !== 'returning'),
  BOTH_SEND: BOTH,
  FAULTS: ['events-api-faults'],
  IN_APP: ['in-app', 'in-app-ios'],
  RETURNING: ['returning'],
  SECOND_CLICK: ['second-click'],
  CONSENT_DENIED: ['consent-denied'],
  CONSENT_WITHDRAWN: ['consent-withdrawn'],
  PRIVACY_CONTROL: ['gpc'],
};

const { comesAgain: _comesAgain, ...sets } = scenarios;
const found: Record<string, readonly string[]> = sets;

for (const [name, wanted] of Object.entries(SETS)) {
  test(`${name} contains exactly the scenarios that are known to be in it`, () => {
    expect(found[name]?.toSorted()).toEqual(wanted.toSorted());
  });
}

test('every rule is asked by traits of scenarios, never by a list of names', () => {
  const all: unknown[] = Object.values(found);
  expect(RULES.filter((rule) => !all.includes(rule.scenarios)).map(({ id }) => id)).toEqual([]);
});

test('scenarios with the same traits are asked by the same rules', () => {
  const alike = Map.groupBy(SCENARIOS, (name) => {
    const { everyAd: _everyAd, needs: _needs, ...traits } = TRAITS[name];
    return JSON.stringify(traits);
  });
  expect([...alike.values()]).toContainEqual(['organic', 'sdk-slow', 'consent-granted', 'mobile']);
  for (const [first, ...others] of alike.values()) {
    for (const other of others) expect(rulesOf(other), other).toEqual(rulesOf(first!));
  }
});

function rulesOf(name: (typeof SCENARIOS)[number]): string[] {
  return RULES.filter((rule) => rule.scenarios.includes(name)).map(({ id }) => id);
}
