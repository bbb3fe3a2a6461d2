import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { problem } from '../../../src/evidence/problem.ts';
import type { Target } from '../../../src/target/target.ts';
import type { OwnWays } from '../../../src/tiktok/own-paths.ts';
import { blindSpot } from '../../../src/views/blind.ts';
import { byOwnWays } from '../../../src/visit/own-ways.ts';
import { clean, cleanTarget } from '../rules/clean.ts';
import { test } from '../test.ts';

const paths = (...pixelPaths: string[]): OwnWays => ({ pixelHosts: [], pixelPaths });

const leavesOpen = (ways: OwnWays) =>
  clean((evidence) => {
    evidence.recorder.blind = [{ part: 'messages', by: 'recorder', why: 'not seen', ways }];
  });

/** A site whose pixel uses these paths and hosts in turn: each shows once those before it are named. */
function site(...ways: string[]) {
  const asked: string[][] = [];
  const record = async ({ pixelPaths }: Target): Promise<Evidence> => {
    asked.push([...pixelPaths]);
    const next = ways.find((way) => !pixelPaths.includes(way));
    return next === undefined ? clean() : leavesOpen(paths(...pixelPaths, next));
  };
  return { asked, record };
}

let folders = 0;
function newFolder(): string {
  folders += 1;
  return `/no-such-folder/own-ways-${folders}`;
}

test('paths and hosts that a visit found are named in the next one, and known to all further visits', async () => {
  const { asked, record } = site('/_t', '/_c');
  const [target, logs] = [cleanTarget(), newFolder()];
  const evidence = await byOwnWays(target, logs, record);
  expect(asked).toEqual([[], ['/_t'], ['/_t', '/_c']]);
  expect(blindSpot(evidence, 'messages')).toBeUndefined();
  expect(evidence.recorder.ways).toEqual(paths('/_t', '/_c'));
  const later = await byOwnWays(target, logs, record);
  expect(asked.slice(3)).toEqual([['/_t', '/_c']]);
  expect(later.recorder.ways).toEqual(paths('/_t', '/_c'));
  await byOwnWays(target, newFolder(), record);
  expect(asked[4], 'of another target').toEqual([]);
});

test('what the target names is not reported as found', async () => {
  const { record } = site('/_t', '/_c');
  const target = cleanTarget((target) => {
    target.pixelPaths = ['/_t'];
  });
  expect((await byOwnWays(target, newFolder(), record)).recorder.ways).toEqual(paths('/_c'));
  const named = cleanTarget((target) => {
    target.pixelPaths = ['/_t', '/_c'];
  });
  expect(await byOwnWays(named, newFolder(), record)).toEqual(clean());
});

test('a site that always has one more path stays inconclusive', async () => {
  const { asked, record } = site('/1', '/2', '/3', '/4', '/5', '/6');
  const evidence = await byOwnWays(cleanTarget(), newFolder(), record);
  expect(asked).toHaveLength(4);
  expect(blindSpot(evidence, 'messages')).toBeDefined();
});

test('a visit that breaks when it is made again leaves unknown what the first one sent', async () => {
  const open = leavesOpen(paths('/_t'));
  const evidence = await byOwnWays(cleanTarget(), newFolder(), async ({ pixelPaths }) =>
    pixelPaths.length === 0
      ? open
      : clean((broken) => {
          broken.problem = problem('browser-crashed', {});
        }),
  );
  expect(evidence).toEqual(open);
});

test('a visit that shows no further path is not made again', async () => {
  const open = leavesOpen(paths('/_t'));
  let times = 0;
  const evidence = await byOwnWays(cleanTarget(), newFolder(), async () => {
    times += 1;
    return open;
  });
  expect(times).toBe(2);
  expect(blindSpot(evidence, 'messages')).toBeDefined();
});

for (const [what, open, change] of [
  [
    'has broken off',
    (evidence: Evidence) => {
      evidence.problem = problem('browser-crashed', {});
    },
    () => {},
  ],
  [
    'lets its events through to TikTok',
    () => {},
    (target: Target) => {
      target.events = 'forward';
    },
  ],
] as const)
  test(`a visit that ${what} is not made again`, async () => {
    const first = leavesOpen(paths('/_t'));
    open(first);
    let times = 0;
    const evidence = await byOwnWays(cleanTarget(change), newFolder(), async () => {
      times += 1;
      return first;
    });
    expect([times, evidence]).toEqual([1, first]);
  });
