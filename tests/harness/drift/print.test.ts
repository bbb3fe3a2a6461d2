import { expect } from '@playwright/test';
import type { Difference } from '../../../src/drift/compare.ts';
import { print } from '../../../src/drift/print.ts';
import type { Outcome } from '../../../src/drift/run.ts';
import { test } from '../test.ts';

const sides = {
  left: { name: '2024-04', library: 'pixel.js 2.1.33' },
  right: { name: 'live', library: undefined },
  leftOut: [],
};

const outcome = (
  name: string,
  differences: Difference[] = [],
  problems: Outcome['problems'] = {},
): Outcome => ({
  name,
  about: 'What it shows.',
  differences,
  problems,
});

const difference = (place: string, left: unknown, right?: unknown): Difference => ({
  grade: 'event',
  place,
  left,
  right,
});

test('probes that could not be run come first, then differences, worst first', () => {
  const probes = [
    outcome('a/same'),
    outcome('a/other', [
      { ...difference('console', 'x', 'y'), grade: 'detail' },
      difference('wire · A', 'sent'),
    ]),
    outcome('a/broken', [], { right: 'the last event was not sent' }),
  ];
  expect(print({ ...sides, probes, leftOut: ['a/unknown'] })).toBe(
    [
      'left 2024-04 (pixel.js 2.1.33), right live (sent nothing)',
      '',
      'a/broken could not be run, right: the last event was not sent',
      '',
      'event  wire · A: left "sent" right (missing)',
      '         in a/other',
      'detail console: left "x" right "y"',
      '         in a/other',
      '',
      'left out, since a saved loader knows every id: a/unknown',
      '3 probes, 1 differ in 2 ways, 1 of which a rule could see; 1 could not be run',
    ].join('\n'),
  );
});

test('a difference in several probes and events is shown once, the most frequent first', () => {
  const many = Array.from({ length: 10 }, (_, index) =>
    outcome(`s/${index}`, [difference(`wire · E${index} · context.user.anonymous_id`, `<ttp#${index}>`, '')]),
  );
  many[3]!.differences.unshift(difference('wire · E3 · event_id', '', '1'));
  const text = print({ ...sides, probes: many });
  expect(text).toContain(
    [
      'event  wire · any event · context.user.anonymous_id: left "<ttp>" right ""',
      '         in s/0, s/1, s/2, s/3, and 6 more',
      'event  wire · E3 · event_id: left "" right "1"',
      '         in s/3',
    ].join('\n'),
  );
  expect(text).toMatch(/10 probes, 10 differ in 2 ways, 2 of which a rule could see$/);
});

test('a long value is cut', () => {
  const text = print({ ...sides, probes: [outcome('a/long', [difference('console', 'x'.repeat(500))])] });
  expect(text).toContain('… (502 characters)');
});
