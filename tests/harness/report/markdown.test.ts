import assert from 'node:assert/strict';
import { expect } from '@playwright/test';
import fc from 'fast-check';
import { markdown, markdownCode } from '../../../src/report/escape.ts';
import { COMMENT_LIMIT, formatMarkdown } from '../../../src/report/markdown.ts';
import { shortenWords } from '../../../src/report/text.ts';
import { auditVerdicts, refusedTarget, targetVerdicts } from '../../../src/verdict/audit.ts';
import { failures, waivedFailures } from '../../../src/verdict/breaches.ts';
import { snapshotOf } from '../../../src/verdict/snapshot.ts';
import { REST } from '../rest.ts';
import { test } from '../test.ts';
import { anyAudit } from './audits.ts';
import { fleet } from './fleet.ts';
import { audit, NO_FILE, NO_FILE_MESSAGE, policy, ruleMap, TODAY, verdict, visit } from './samples.ts';

const rules = ruleMap('event-id/present');
const style = { limit: COMMENT_LIMIT, rulesPage: 'docs/rules.md' };

test('one target that is held', () => {
  const sample = audit(
    [
      visit('organic', [verdict('event-id/present', 'fail'), verdict('a/b', 'pass')], {
        evidence: 'evidence/purchase.organic.json',
      }),
      visit('ad-click', [verdict('event-id/present', 'fail'), verdict('c/d', 'inconclusive', 'critical')]),
      visit('late', [], {
        outcome: 'missing',
        problem: { kind: 'missing', code: 'missing', args: {}, message: 'it was not run' },
      }),
    ],
    { rules: { 'x/y': 'off' } },
  );
  expect(formatMarkdown(sample, rules, style)).toBe(`## Held: demo-shop

### What holds it

- event-id/present (blocker) failed in 2 of 3 visits: purchase under organic, purchase under ad-click
- 1 of 3 visits left no evidence (purchase under late): it was not run
- c/d could not be judged in 1 of 3 visits (purchase under ad-click): c/d had nothing to look at

### What fails

| severity | rule | seen | visits |
|---|---|---|---|
| **blocker, holds** | [event-id/present](<docs/rules.md#event-idpresent>) | Purchase was sent without an event\\_id | 2 |

<details><summary>event-id/present (blocker): Title of event-id/present</summary>

- **Seen** Purchase was sent without an event\\_id
- **Where** purchase under organic: \`http://www.shop.example/thank-you, Purchase, evidence /requests/12\` in \`evidence/purchase.organic.json\`
- **Where** purchase under ad-click: \`http://www.shop.example/thank-you, Purchase, evidence /requests/12\`
- **Do** Give every conversion an event\\_id, the same one on both sides.
- **Why** TikTok cannot deduplicate the browser event and the server event, so it counts the sale twice.

</details>

### What could not be judged

| what | why | where |
|---|---|---|
| the visit itself | No evidence: it was not run | purchase under late |
| [c/d](<docs/rules.md#cd>) | c/d had nothing to look at | purchase under ad-click |

### Switched off

- demo-shop: x/y

### Targets

| target | gate | failed rules | failed visits | unjudged visits | visits |
|---|---|--:|--:|--:|--:|
| demo-shop | held | 1 | 2 | 1 | 3 |
`);
});

test('several targets, waivers, and a target that could not be audited', () => {
  const waivers = [
    { rule: 'a/b', reason: 'The shop moves', owner: 'team', expires: '2026-12-31' },
    { rule: 'e/f', reason: 'Old', owner: 'team', expires: '2026-12-31' },
  ];
  const gate = { failOn: [], staleWaivers: 'report' as const };
  const waived = targetVerdicts(
    policy({ name: 'one', waivers, gate }),
    [visit('organic', [verdict('a/b', 'fail'), verdict('e/f', 'pass')])],
    { today: TODAY },
  );
  const text = formatMarkdown(auditVerdicts([waived, refusedTarget('two', NO_FILE)], {}), rules, style);
  expect(text).toContain('## Held: 1 of 2 targets\n');
  expect(text).toContain(
    '### What opens the gate\n\n- one: gate.failOn is empty: no failure holds the release\n',
  );
  expect(text).toContain(`- two: It could not be audited: ${NO_FILE_MESSAGE}\n`);
  expect(text).not.toContain('### What fails');
  expect(text).toContain(`### Waived failures

| rule | seen | visits | reason and owner | until |
|---|---|---|---|---|
| [a/b](<docs/rules.md#ab>) (blocker) | Purchase was sent without an event\\_id | 1 | The shop moves (team) | 2026-12-31 |
| [e/f](<docs/rules.md#ef>) | stale: nothing that it covers fails, in one | 0 | Old (team) | 2026-12-31 |
`);
  expect(text).toContain(`| 2 targets | 1 held | 0 | 0 | 0 | 1 |
| two | could not be audited | 0 | 0 | 0 | 0 |
| one | released | 0 | 0 | 0 | 1 |
`);
});

test('what differs from a baseline', () => {
  const before = audit([visit('organic', [verdict('a/b', 'fail'), verdict('c/d', 'fail')])]);
  const after = [visit('organic', [verdict('a/b', 'fail'), verdict('c/d', 'pass')])];
  const target = targetVerdicts(policy(), after, { today: TODAY, baseline: snapshotOf(before) });
  expect(formatMarkdown(auditVerdicts([target], {}), rules, style)).toContain(`### Against the baseline

- demo-shop: 1 known, 1 fixed
  - known: [a/b](<docs/rules.md#ab>) in 1 visit
  - fixed: [c/d](<docs/rules.md#cd>) in 1 visit
`);
});

test('a failure whose waiver expired says so', () => {
  const waivers = [{ rule: 'a/b', reason: 'Old', owner: 'shop team', expires: '2026-01-01' }];
  const text = formatMarkdown(audit([visit('organic', [verdict('a/b', 'fail')])], { waivers }), rules, style);
  expect(text).toContain('(its waiver expired on 2026-01-01, shop team)');
  expect(text).toContain('expired: what it covered counts again, in demo-shop');
});

test('failures that differ only in numbers are one row, which shows each wording', () => {
  const failing = (message: string) =>
    verdict('a/b', 'fail', 'blocker', { findings: [{ code: 'c', args: {}, message, place: '/calls/0' }] });
  const visits = ['organic', 'ad-click'].map((name, nth) =>
    visit(name, [failing(`Purchase of /orders/${1001 + nth} was lost`)]),
  );
  const text = formatMarkdown(audit(visits), rules, style);
  expect(text).toContain('| Purchase of /orders/1001 was lost | 2 |');
  expect(text).toContain(': Purchase of /orders/1002 was lost');
});

for (const [hostile, harmless] of [
  ['a | b', 'a \\| b'],
  ['one\ntwo', 'one<br>two'],
  ['`x` *b* _e_ [l](u)', '\\`x\\` \\*b\\* \\_e\\_ \\[l\\](u)'],
  ['<b>&amp;', '&lt;b&gt;&amp;amp;'],
  ['@octocat', '@&#8203;octocat'],
  ['a/b#12 GH-3', 'a/b#&#8203;12 GH&#8203;-3'],
  ['see https://evil.example', 'see https:&#8203;//evil.example'],
  ['www.evil.example', 'www&#8203;.evil.example'],
  [':tada: $x$', ':&#8203;tada: <span>$</span>x<span>$</span>'],
  ['# heading', '\\# heading'],
  ['1. item', '1\\. item'],
  ['- item', '\\- item'],
  ['a\\', 'a\\\\'],
  ['\u202eevil\u0007', '\ufffdevil\ufffd'],
] as const) {
  test(`made harmless: ${JSON.stringify(hostile)}`, () => {
    expect(markdown(hostile)).toBe(harmless);
  });
}

test('code with backticks in it', () => {
  expect(markdownCode('a `` b')).toBe('```a `` b```');
  expect(markdownCode('`a`')).toBe('`` `a` ``');
  expect(markdownCode('a\nb')).toBe('`a b`');
});

test('any audit: within the limit, the same bytes, and every failure is shown or counted', () => {
  fc.assert(
    fc.property(anyAudit, fc.integer({ min: 2_000, max: 20_000 }), (sample, limit) => {
      const text = formatMarkdown(sample, rules, { limit });
      assert(Buffer.byteLength(text) <= limit);
      assert.equal(formatMarkdown(structuredClone(sample), rules, { limit }), text);
      assert(text.startsWith(sample.gate.released ? '## Released: ' : '## Held: '));
      const told = [...failures(sample), ...waivedFailures(sample)].every(({ message }) =>
        text.includes(markdown(shortenWords(message))),
      );
      if (!told) assert(text.includes('Left out, to stay below '));
      // Code is literal, and only in these lines.
      const prose = text.replace(/^- \*\*Where\*\*.*$/gm, '');
      for (const live of ['<script', '<img', '@octocat', '#123', 'https://evil', 'www.evil', '\r'])
        assert(!prose.includes(live), live);
    }),
  );
});

test('500 targets fit into 30 KB, and what is left out is counted', REST, () => {
  const text = formatMarkdown(fleet(500), rules, style);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_LIMIT);
  expect(text).toMatch(
    /Left out, to stay below 30000 bytes: .*\d+ explanations.*\. All of it is in verdicts\.json\.$/m,
  );
  for (const head of ['What holds it', 'What fails', 'What could not be judged', 'Waived', 'Targets'])
    expect(text).toContain(`### ${head}`);
});

test('a limit that is too small is refused', () => {
  expect(() => formatMarkdown(audit([]), rules, { limit: 1_999 })).toThrow('wanted 2000 or more');
});
