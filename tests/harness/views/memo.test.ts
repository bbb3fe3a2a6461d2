import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Recording } from '../../../src/recorder/recording.ts';
import { remember } from '../../../src/tiktok/remember.ts';
import { siteEvents } from '../../../src/views/events.ts';
import { perEvidence } from '../../../src/views/memo.ts';
import { clean, set } from '../rules/clean.ts';
import { test } from '../test.ts';

test('a view is made once for each evidence, even one that is undefined', () => {
  const seen: Evidence[] = [];
  const view = perEvidence((evidence) => {
    seen.push(evidence);
    return undefined;
  });
  const [one, other] = [clean(), clean()];
  for (const evidence of [one, other, one]) expect(view(evidence)).toBeUndefined();
  expect(seen).toEqual([one, other]);
});

test('views of two visits that differ are not mixed up', () => {
  const names = (evidence: Evidence) => siteEvents(evidence).map(({ event }) => event);
  expect(names(clean())).toContain('ViewContent');
  expect(names(clean(set('/calls', [])))).toContain('ViewContent');
  expect(names(clean(set('/requests', []))).length).toBe(names(clean()).length);
  expect(names(clean((evidence) => Object.assign(evidence, { calls: [], requests: [] })))).toEqual([]);
});

test('the type checker does not accept an unfinished recording as evidence', () => {
  // @ts-expect-error: what it holds so far would be remembered for all of the visit
  const ask = () => siteEvents(new Recording());
  expect(ask()).toEqual([]);
});

test('a result for a text is kept until others replace it', () => {
  const made: string[] = [];
  const lengthOf = remember<number | undefined>(2);
  const ask = (text: string) =>
    lengthOf(text, () => {
      made.push(text);
      return text.length || undefined;
    });
  expect(['', 'a', '', 'a'].map(ask)).toEqual([undefined, 1, undefined, 1]);
  expect(made).toEqual(['', 'a']);
  expect(['bb', 'a', ''].map(ask)).toEqual([2, 1, undefined]);
  expect(made).toEqual(['', 'a', 'bb', '']);
});
