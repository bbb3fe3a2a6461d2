import { expect } from '@playwright/test';
import { RULES } from '../../../src/rules/index.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { sharing } from '../../../src/verdict/share.ts';
import { clean, cleanTarget } from '../rules/clean.ts';
import { test } from '../test.ts';

test('equal parts of two visits are kept once, findings separately, and nothing is changed', () => {
  const judged = [clean(), clean(), clean(({ requests }) => requests.splice(0))].map((evidence) =>
    judgeVisit(evidence, cleanTarget(), RULES),
  );
  const share = sharing();
  const shared = judged.map((visit) => share(structuredClone(visit)));
  expect(shared).toEqual(judged);
  const [one, other, broken] = shared as [(typeof shared)[0], (typeof shared)[0], (typeof shared)[0]];
  expect(other.verdicts.every((verdict, index) => verdict === one.verdicts[index])).toBe(true);
  expect(other.tracked).toBe(one.tracked);
  const failed = broken.verdicts.filter(({ outcome }) => outcome === 'fail');
  expect(failed.length).toBeGreaterThan(0);
  expect(share(structuredClone(broken)).verdicts).toEqual(broken.verdicts);
});
