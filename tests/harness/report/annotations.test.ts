import assert from 'node:assert/strict';
import { expect } from '@playwright/test';
import fc from 'fast-check';
import { formatAnnotations } from '../../../src/report/annotations.ts';
import { auditVerdicts, refusedTarget, targetVerdicts } from '../../../src/verdict/audit.ts';
import { reason } from '../../../src/verdict/reasons.ts';
import { test } from '../test.ts';
import { anyAudit } from './audits.ts';
import { audit, NO_FILE, NO_FILE_MESSAGE, policy, ruleMap, TODAY, verdict, visit } from './samples.ts';

const rules = ruleMap('event-id/present');

test('what holds is an error, another failure a warning or a notice, and a waived one a notice', () => {
  const waivers = [{ rule: 'e/f', reason: 'The shop moves', owner: 'shop team', expires: '2026-12-31' }];
  const sample = audit(
    [
      visit('organic', [
        verdict('event-id/present', 'fail'),
        verdict('a/b', 'fail', 'normal'),
        verdict('c/d', 'fail', 'minor'),
        verdict('e/f', 'fail'),
      ]),
      visit('ad-click', [verdict('event-id/present', 'fail')]),
      visit('late', [], {
        outcome: 'missing',
        problem: { kind: 'missing', code: 'missing', args: {}, message: 'it was not run' },
      }),
    ],
    { waivers },
  );
  const seen = 'Purchase was sent without an event_id';
  const where =
    'Where: purchase under organic, http://www.shop.example/thank-you, Purchase, evidence /requests/12';
  expect(formatAnnotations(sample, rules)).toEqual([
    `::error title=event-id/present (blocker)::${seen}%0A${where}%0Aand 1 more place%0ADo: Give every conversion an event_id, the same one on both sides.`,
    '::error title=Held%3A demo-shop::1 of 3 visits left no evidence (purchase under late): it was not run%0ADo: Run the audit again without what left them out (--grep, --max-failures, an interruption).',
    `::warning title=a/b (normal)::${seen}%0A${where}`,
    `::notice title=c/d (minor)::${seen}%0A${where}`,
    `::notice title=Waived%3A e/f (blocker)::${seen}%0AWaived until 2026-12-31 by shop team: The shop moves%0A${where}`,
  ]);
});

test('a released audit has nothing to say', () => {
  expect(formatAnnotations(audit([visit('organic')]), rules)).toEqual([]);
});

test('what holds the audit as a whole, and a target that could not be audited', () => {
  const sample = auditVerdicts([refusedTarget('two', NO_FILE)], {}, [reason('interrupted', {})]);
  expect(formatAnnotations(sample, rules)).toEqual([
    '::error title=Held::The run was interrupted%0ADo: Run the audit again, to the end.',
    `::error title=Held%3A two::It could not be audited: ${NO_FILE_MESSAGE}%0ADo: Correct the target file, and run again.`,
  ]);
});

test('escaped as GitHub reads it', () => {
  const findings = [{ code: 'c', args: {}, message: '50%\r\n::error::x, y: z', place: '/calls/0' }];
  const sample = audit([visit('organic', [verdict('a/b:c,d', 'fail', 'blocker', { findings })])]);
  expect(formatAnnotations(sample, rules)).toEqual([
    '::error title=a/b%3Ac%2Cd (blocker)::50%25%0A::error::x, y: z%0AWhere: purchase under organic, evidence /calls/0',
  ]);
});

test('of more than ten annotations, the last counts the rest', () => {
  const names = Array.from({ length: 12 }, (_, index) => `rule/${String.fromCharCode(97 + index)}`);
  const lines = formatAnnotations(
    audit([
      visit(
        'organic',
        names.map((name) => verdict(name, 'fail')),
      ),
    ]),
    rules,
  );
  expect(lines).toHaveLength(10);
  expect(lines[9]).toBe(
    `::error title=and 3 more like these::${names
      .slice(9)
      .map((name) => `${name} (blocker): Purchase was sent without an event_id`)
      .join('%0A')}`,
  );
});

test('a message that is too long for GitHub says that it is truncated', () => {
  const message = 'word '.repeat(2_000);
  const findings = [{ code: 'c', args: {}, message, place: '/calls/0' }];
  const [line] = formatAnnotations(
    audit([visit('organic', [verdict('a/b', 'fail', 'blocker', { findings })])]),
    rules,
  );
  const text = unescaped(line!.replace(/^.*?::.*?::/, ''));
  expect(text).toHaveLength(4_096);
  expect(text).toMatch(/… cut; all of it is in verdicts\.json$/);
});

test('any audit: one line per command, ten of a level at most, the same each time, and an error if it is held', () => {
  fc.assert(
    fc.property(anyAudit, (sample) => {
      const lines = formatAnnotations(sample, rules);
      assert.deepEqual(formatAnnotations(structuredClone(sample), rules), lines);
      for (const line of lines) {
        assert.match(line, /^::(error|warning|notice) title=[^:,]+::[^\n\r]*$/);
        assert.doesNotMatch(line.replace(/%(25|0D|0A|3A|2C)/g, ''), /%/);
      }
      for (const level of ['error', 'warning', 'notice'])
        assert(lines.filter((line) => line.startsWith(`::${level} `)).length <= 10, level);
      assert.equal(
        lines.some((line) => line.startsWith('::error ')),
        !sample.gate.released,
      );
    }),
  );
});

test('what holds several targets in the same way is one error; what holds one target names it', () => {
  const held = (name: string, rule: string) =>
    targetVerdicts(policy({ name }), [visit('organic', [verdict(rule, 'inconclusive')])], { today: TODAY });
  const lines = formatAnnotations(
    auditVerdicts([held('one', 'a/b'), held('two', 'a/b'), held('three', 'c/d')], {}),
    rules,
  );
  const told = lines.map((line) => unescaped(line).split('\n')[0]);
  expect(told).toEqual([
    '::error title=Held::a/b could not be judged in 2 targets (one, two): a/b had nothing to look at',
    '::error title=Held::c/d could not be judged in 1 target (three): c/d had nothing to look at',
  ]);
});

function unescaped(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}
