import { expect } from '@playwright/test';
import { migrated } from '../../../src/evidence/read.ts';
import { compareWith } from '../../../src/verdict/compare.ts';
import { type Snapshot, snapshotOf, withoutWording } from '../../../src/verdict/snapshot.ts';
import { audit, verdict, visit } from '../report/samples.ts';
import { test } from '../test.ts';

const failing = visit('organic', [verdict('event-id/present', 'fail')]);

test('a baseline of version 1 is compared by rule only', () => {
  const now = snapshotOf(audit([failing]));
  const failure = { ...now.targets[0]!.visits[0]!.fail[0]!, findings: [{ message: 'in other words' }] };
  const old = {
    baseline: 1,
    targets: [{ target: 'demo-shop', visits: [{ ...now.targets[0]!.visits[0]!, fail: [failure] }] }],
  };
  const read = withoutWording(old) as Snapshot;
  expect(JSON.stringify(read)).not.toContain('in other words');
  expect(compareWith(read.targets[0]!, { visits: [failing] }, [], true).comparison.counts).toMatchObject({
    known: 1,
    worse: 0,
  });
});

test('a baseline has no wording', () => {
  expect(JSON.stringify(snapshotOf(audit([failing])))).not.toContain('message');
});

test('a step of evidence of version 3 says in its text what it did', () => {
  const steps = [
    { at: 1, text: '{"fill":"#email","with":"{email}"}', typed: 'email' },
    { at: 2, text: '{"reload":true}' },
    { at: 3, text: 'no step' },
  ];
  expect(migrated({ version: 3, steps }, 3).steps).toEqual([
    { ...steps[0], action: 'fill', on: '#email' },
    { ...steps[1], action: 'reload' },
    steps[2],
  ]);
});

test('a problem in evidence of version 3 keeps its kind and its sentence', () => {
  const old = { version: 3, problem: { kind: 'step', message: 'Nothing there.' } };
  expect(migrated(old, 3)).toEqual({
    version: 4,
    problem: { kind: 'step', code: 'recorded', args: { text: 'Nothing there.' }, message: 'Nothing there.' },
  });
});
