import { expect } from '@playwright/test';
import type { Difference } from '../../../src/drift/compare.ts';
import { print } from '../../../src/drift/print.ts';
import type { Outcome } from '../../../src/drift/run.ts';
import { test } from '../test.ts';

const sides = {
  left: { name: '2024', library: 'pixel.js 2.2.0' },
  right: { name: 'live', library: undefined },
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

test('differences and problems by probe, then a summary', () => {
  const probes = [
    outcome('a/same'),
    outcome('a/other', [
      difference('wire · A', 'sent'),
      { ...difference('console', 'x', 'y'), grade: 'detail' },
    ]),
    outcome('a/broken', [], { right: 'the last event was not sent' }),
  ];
  expect(print({ ...sides, probes })).toBe(
    [
      'left 2024 (pixel.js 2.2.0), right live (sent nothing)',
      '',
      'a/other: What it shows.',
      '  event  wire · A: left "sent" right (missing)',
      '  detail console: left "x" right "y"',
      '',
      'a/broken: What it shows.',
      '  could not be run   right: the last event was not sent',
      '',
      '3 probes, 1 differ: a/other; 1 could not be run: a/broken',
    ].join('\n'),
  );
});

test('what differs in many probes stands once', () => {
  const many = Array.from({ length: 10 }, (_, index) =>
    outcome(`s/${index}`, [difference(`wire · E${index} · context.user.anonymous_id`, `<ttp#${index}>`, '')]),
  );
  many[3]!.differences.push(difference('wire · E3 · event_id', '', '1'));
  const text = print({ ...sides, probes: many });
  expect(text.match(/anonymous_id/g)).toHaveLength(1);
  expect(text).toContain('  event  wire · any event · context.user.anonymous_id: left "<ttp>" right ""');
  expect(text).toContain('  event  wire · E3 · event_id: left "" right "1"');
  expect(text).toMatch(/10 probes, 10 differ, beside the common: s\/3$/);
});

test('a long value is cut', () => {
  const text = print({ ...sides, probes: [outcome('a/long', [difference('console', 'x'.repeat(500))])] });
  expect(text).toContain('… (502 characters)');
});
