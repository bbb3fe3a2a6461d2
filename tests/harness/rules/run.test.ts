import { expect } from '@playwright/test';
import { absent, finding } from '../../../src/rules/finding.ts';
import { RULES } from '../../../src/rules/index.ts';
import type { CheckResult, Finding, Rule, Yield } from '../../../src/rules/rule.ts';
import { ask } from '../../../src/rules/run.ts';
import type { Target, Waiver } from '../../../src/target/target.ts';
import { test } from '../test.ts';
import { broken, type Change, clean, cleanTarget } from './clean.ts';

const TODAY = '2026-06-01';
const PURCHASE = '/requests/16';

function rule(id: string, result: CheckResult, details: Partial<Rule> = {}): Rule {
  return {
    id,
    severity: 'critical',
    scenarios: ['ad-click'],
    title: 'T',
    why: 'W.',
    fix: 'M.',
    source: 'S',
    messages: {},
    check: () => result,
    ...details,
  };
}

const own = finding('own', PURCHASE, { event: 'CompletePayment', page: 'http://shop.example/thanks?id=1' });
const cause = finding('cause', `${PURCHASE}/body`, { event: 'Purchase', page: 'http://shop.example/thanks' });

interface Case {
  name: string;
  sharing?: Yield['sharing'];
  way?: Partial<Yield>;
  found?: CheckResult;
  causes?: CheckResult;
  of?: Partial<Rule>;
  target?: (target: Target) => void;
  change?: Change;
  /** The findings that are left; none: the rule yielded. */
  left?: Finding[];
}

function waiver(details: Partial<Waiver> = {}): (target: Target) => void {
  return (target) => {
    target.waivers = [{ rule: 'a/cause', reason: 'R', owner: 'O', expires: TODAY, ...details }];
  };
}

const CASES: Case[] = [
  { name: 'the same place, or one within it' },
  { name: 'another place', causes: [finding('cause', '/requests/1')], left: [own] },
  {
    name: 'a member that the request has for all of its events',
    found: [finding('own', '/server/requests/0/body/data/0')],
    causes: [finding('cause', '/server/requests/0/body/event_source_id')],
  },
  { name: "the event, by TikTok's current name", sharing: ['event'] },
  { name: 'the page, by its path', sharing: ['page'] },
  { name: 'the whole visit', sharing: [], causes: [finding('cause', '/calls')] },
  { name: 'the whole visit, in which nothing was found', sharing: [], causes: [], left: [own] },
  { name: 'a key that only one names', sharing: ['pixel'], left: [own] },
  {
    name: 'lists with one value in common, instead of its own',
    sharing: ['event', 'pixel'],
    found: [{ ...own, about: { event: ['Lead', 'Contact'], pixel: 'A' } }],
    causes: [{ ...cause, about: { event: 'Contact', pixel: ['B', 'A'] } }],
  },
  {
    name: 'one key of two',
    sharing: ['event', 'page'],
    causes: [{ ...cause, page: 'http://shop.example/cart' }],
    left: [own],
  },
  { name: 'another code of its own', way: { yielding: ['other'] }, left: [own] },
  { name: 'another code of the cause', way: { to: ['other'] }, left: [own] },
  {
    name: 'a cause that is switched off',
    target: ({ rules }) => Object.assign(rules, { 'a/cause': 'off' }),
    left: [own],
  },
  { name: 'a cause that is waived', target: waiver(), left: [own] },
  { name: 'a cause whose waiver has expired', target: waiver({ expires: '2026-05-31' }) },
  { name: 'a cause that is waived for another event', target: waiver({ event: 'Lead' }) },
  { name: 'a cause that is waived for another journey', target: waiver({ journey: 'sign-up' }) },
  { name: 'a cause that the gate does not notice', of: { severity: 'normal' }, left: [own] },
  {
    name: 'a cause that the gate does not notice either',
    of: { severity: 'minor' },
    target: ({ rules }) => Object.assign(rules, { 'a/own': 'normal' }),
  },
  { name: 'a cause that does not apply to the visit', of: { scenarios: ['organic'] }, left: [own] },
  {
    name: 'a cause that throws',
    of: {
      check: () => {
        throw new Error('no');
      },
    },
    left: [own],
  },
  {
    name: 'an absence, which proves nothing where the visit broke off',
    causes: [absent('cause', PURCHASE)],
    change: broken,
    left: [own],
  },
  { name: 'finding by finding', found: [own, finding('own', '/calls')], left: [finding('own', '/calls')] },
];

for (const {
  name,
  sharing = ['place'],
  way,
  found = [own],
  causes = [cause],
  of,
  target,
  change,
  left,
} of CASES) {
  test(`yields or not: ${name}`, () => {
    const yields = rule('a/own', found, { yieldsTo: [{ rule: 'a/cause', sharing, ...way }] });
    const rules = [yields, rule('a/cause', causes, of)];
    const asked = { evidence: clean(change), target: cleanTarget(target), today: TODAY, rules };
    expect(ask(yields, asked)).toEqual(
      left
        ? { findings: left }
        : { inapplicable: 'What is wrong is reported by a/cause', yieldedTo: ['a/cause'] },
    );
  });
}

test('the rule that a finding is left to may leave it to a third, which is then named', () => {
  const first = rule('a/own', [own], { yieldsTo: [{ rule: 'a/cause', sharing: ['place'] }] });
  const second = rule('a/cause', [cause], { yieldsTo: [{ rule: 'a/root', sharing: [] }] });
  const rules = [first, second, rule('a/root', [finding('root', '/documents/0')])];
  const answer = ask(first, { evidence: clean(), target: cleanTarget(), today: TODAY, rules });
  expect(answer).toMatchObject({ yieldedTo: ['a/root'] });
});

test('a doubt makes a rule inconclusive, unless another rule reports it or something was found', () => {
  const doubt = { code: 'doubt', place: PURCHASE, inconclusive: 'Nothing tells' };
  const asked = { evidence: clean(), target: cleanTarget(), today: TODAY };
  const doubtful = (findings: Finding[]) =>
    rule('a/own', { findings, doubts: [doubt] }, { yieldsTo: [{ rule: 'a/cause', sharing: ['place'] }] });
  expect(ask(doubtful([]), { ...asked, rules: [] })).toEqual({ inconclusive: 'Nothing tells' });
  expect(ask(doubtful([own]), { ...asked, rules: [] })).toEqual({ findings: [own] });
  const rules = [rule('a/cause', [cause])];
  expect(ask(doubtful([]), { ...asked, rules })).toMatchObject({ yieldedTo: ['a/cause'] });
});

test('findings of one breach are merged after the others were dropped', () => {
  const rest = [finding('own', '/calls'), finding('own', '/errors')];
  const yields = rule('a/own', [own, ...rest], {
    yieldsTo: [{ rule: 'a/cause', sharing: ['place'] }],
    group: (findings) => findings.slice(0, 1),
  });
  const asked = { evidence: clean(), target: cleanTarget(), today: TODAY };
  expect(ask(yields, { ...asked, rules: [rule('a/cause', [cause])] })).toEqual({ findings: [rest[0]] });
});

test('rules yield only to existing rules, by existing codes', () => {
  const known = new Map(RULES.map((one) => [one.id, Object.keys(one.messages)]));
  for (const { id, messages, yieldsTo = [] } of RULES) {
    for (const { rule: other, yielding = [], to = [] } of yieldsTo) {
      expect([...known.keys()], id).toContain(other);
      expect(known.get(other), `${id} yields to ${other}`).toEqual(expect.arrayContaining([...to]));
      const codes = [...Object.keys(messages), 'uncertain'];
      expect(codes, id).toEqual(expect.arrayContaining([...yielding]));
    }
  }
});

test('no rule yields to itself, not even through others', () => {
  const next = new Map(RULES.map(({ id, yieldsTo = [] }) => [id, yieldsTo.map(({ rule: other }) => other)]));
  const walk = (id: string, path: readonly string[]): void => {
    expect(path, 'a cycle').not.toContain(id);
    for (const other of next.get(id) ?? []) walk(other, [...path, id]);
  };
  for (const { id } of RULES) walk(id, []);
});
