import { expect } from '@playwright/test';
import { refuseGrep } from '../../../src/cli/grep.ts';
import { cleanTarget } from '../rules/clean.ts';
import { test } from '../test.ts';

const target = { ...cleanTarget(), name: 'my-shop' };
const journey = target.journeys[0]!.name;

for (const grep of [
  `${journey} under`,
  journey.toUpperCase(),
  '@organic',
  `my-shop ${journey}`,
  `/${journey}/`,
  'audit\\.spec',
])
  test(`--grep ${grep} is accepted, as by Playwright`, () => {
    refuseGrep(grep, [target], undefined);
  });

for (const grep of [`/${journey.toUpperCase()}/`, 'no such visit', '^under', '['])
  test(`--grep ${grep} is refused`, () => {
    expect(() => refuseGrep(grep, [target], undefined)).toThrow('--grep: found ');
  });
