import { expect } from '@playwright/test';
import { balanced } from '../../../src/visit/balance.ts';
import { passShards } from '../../../src/visit/order.ts';
import { test } from '../test.ts';

interface Visit {
  target: string;
  name: number;
  ms: number | undefined;
}

/** As Playwright divides them. */
function cut(visits: Visit[], shards: number): Visit[][] {
  const sizes = Array.from(
    { length: shards },
    (_, index) => Math.floor(visits.length / shards) + Number(index < visits.length % shards),
  );
  return sizes.map((size, index) => {
    const from = sizes.slice(0, index).reduce((sum, one) => sum + one, 0);
    return visits.slice(from, from + size);
  });
}

const time = (visits: Visit[]) => visits.reduce((sum, { ms = 0 }) => sum + ms, 0);

/** 60 targets of 1 to 4 visits, some of them slow: first all the slow ones, so that the order of the plan is the worst there is. */
const FLEET = Array.from({ length: 60 }, (_, index) => index).flatMap((index) =>
  Array.from({ length: 1 + (index % 4) }, (_, name): Visit => {
    return { target: `shop-${index}`, name, ms: index < 12 ? 9_000 + 100 * name : 800 + 7 * index };
  }),
);

for (const shards of [2, 3, 4, 10])
  test(`${shards} shards of many targets take about equally long`, () => {
    const ordered = balanced(FLEET, shards);
    expect(new Set(ordered)).toEqual(new Set(FLEET));
    expect(ordered).toHaveLength(FLEET.length);
    const fair = time(FLEET) / shards;
    const longest = (visits: Visit[]) => Math.max(...cut(visits, shards).map(time)) / fair;
    expect(longest(ordered)).toBeLessThan(1.25);
    expect(longest(FLEET)).toBeGreaterThan(1.5);
  });

test('the visits of most targets stay on one shard', () => {
  const parts = cut(balanced(FLEET, 4), 4);
  const shardsOf = (target: string) =>
    parts.filter((part) => part.some((one) => one.target === target)).length;
  const split = [...new Set(FLEET.map(({ target }) => target))].filter((target) => shardsOf(target) > 1);
  expect(split.length).toBeLessThan(10);
});

test('the visits of one target are spread, and a visit without a time counts as an average one', () => {
  const visits = [8_000, 1_000, undefined, 1_000, 3_000, undefined].map((ms, name) => ({
    target: 'shop',
    name,
    ms,
  }));
  const [one, other] = cut(balanced(visits, 2), 2);
  expect([one!.length, other!.length]).toEqual([3, 3]);
  const usual = 3_250;
  const [first, second] = [one!, other!].map((part) => part.reduce((sum, { ms = usual }) => sum + ms, 0)) as [
    number,
    number,
  ];
  expect(Math.max(first, second) / Math.min(first, second)).toBeLessThan(1.4);
});

test('more shards than visits, and no visits at all', () => {
  const visits = [{ target: 'shop', name: 0, ms: 5 }];
  expect(balanced(visits, 3)).toEqual(visits);
  expect(balanced([], 3)).toEqual([]);
});

for (const [args, total] of [
  [['test', '--shard=2/7'], '7'],
  [['test', '--shard', '1/3', '--workers=2'], '3'],
  [['test', '--shard=1/2', '--shard=1/4'], '4'],
  [['test', '--workers=2'], undefined],
] as const)
  test(`the number of shards in ${args.join(' ')}`, () => {
    const env: NodeJS.ProcessEnv = { TTQ_SHARDS: '9' };
    passShards(args, env);
    expect(env.TTQ_SHARDS).toBe(total);
  });
