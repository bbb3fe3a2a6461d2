import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { trackingText } from '../../../src/playwright/tracking.ts';
import { formatDiff } from '../../../src/report/diff.ts';
import { formatSummary } from '../../../src/report/summary.ts';
import { RULES } from '../../../src/rules/index.ts';
import { diffAudits } from '../../../src/verdict/diff.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { snapshotOf } from '../../../src/verdict/snapshot.ts';
import type { AuditVerdicts, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { audit } from '../report/samples.ts';
import { AT, all, type Change, clean, cleanTarget, drop, set } from '../rules/clean.ts';
import { test } from '../test.ts';
import { pageText } from './pages.ts';

/** The output that pages show is what the product prints. */

/** An audit of the demo shop: the clean visit, changed, under each scenario, with an order of its own. */
function audited(scenarios: readonly string[], change?: Change): AuditVerdicts {
  const visits = scenarios.map((scenario, index): VisitVerdicts => {
    const text = JSON.stringify(clean(change)).replaceAll('orders/1001', `orders/${1001 + index}`);
    // Without their digests, as rules over the run would find the equal ids.
    const { digest: _, ...judged } = judgeVisit(JSON.parse(text) as Evidence, cleanTarget(), RULES);
    const file = `demo-shop-short/purchase.${scenario}`;
    return {
      ...judged,
      scenario,
      timeline: `timelines/${file}.svg`,
      evidence: `evidence/${file}.json`,
    };
  });
  return audit(visits, { name: 'demo-shop-short' });
}

/** The block of a page that begins with a line, indented or fenced. */
function sampleOf(page: string, first: string): string[] {
  const lines = pageText(page).split('\n');
  const start = lines.findIndex((line) => line.trim().startsWith(first));
  expect(start, `${page} shows ${first}`).toBeGreaterThan(-1);
  const [indent] = /^ */.exec(lines[start]!)!;
  const rest = lines.slice(start);
  const end = rest.findIndex((line) =>
    indent === '' ? line === '```' : line !== '' && !line.startsWith(indent),
  );
  return rest.slice(0, end).map((line) => line.slice(indent.length));
}

/** A line of a sample as a pattern: `…` stands for any text, a number for any number. */
function pattern(line: string): RegExp {
  const literal = line.trimEnd().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/(?:, )?…/g, '.*').replace(/\d+/g, '\\d+')}$`);
}

/** Each line of the sample is a line of the output, in this order. */
function expectShown(sample: readonly string[], output: string): void {
  const printed = output.split('\n');
  let from = 0;
  for (const line of sample.filter((one) => one.trim() !== '')) {
    const at = printed.findIndex((one, index) => index >= from && pattern(line).test(one));
    expect(at, `${line}\nis not in\n${printed.slice(from).join('\n')}`).toBeGreaterThan(-1);
    from = at + 1;
  }
}

const withoutId = all(
  set(`${AT.call.Purchase}/args/2`, {}),
  set(`${AT.sent.Purchase}/body/event_id`, ''),
  set(`${AT.call.Purchase}/source`, 'http://www.shop.example/orders/1001:42:5'),
);

test('the README shows what an audit of a broken shop prints', () => {
  const output = formatSummary(audited(['organic', 'ad-click', 'returning', 'mobile'], withoutId), {
    colour: false,
    reports: 'reports',
  });
  expectShown(sampleOf('README.md', 'demo-shop-short: '), output);
});

const withoutCurrency = all(
  drop(`${AT.sent.Purchase}/body/properties/currency`),
  drop(`${AT.call.Purchase}/args/1/currency`),
);

test('docs/gate.md shows what diff prints', () => {
  const before = audited(['organic', 'mobile']);
  const after = audited(['organic', 'mobile'], withoutCurrency);
  expectShown(sampleOf('docs/gate.md', 'demo-shop-short'), formatDiff(diffAudits(snapshotOf(before), after)));
});

test('docs/playwright.md shows what a snapshot of the tracking holds', () => {
  const purchase = { event: 'Purchase', params: { currency: 'USD', value: 59.98 }, eventId: 'order-1001' };
  const sent = [
    { event: 'Pageview', params: {}, eventId: undefined },
    { identify: { email: 'SHA-256' } },
    purchase,
  ];
  expect(`${sampleOf('docs/playwright.md', 'Pageview').join('\n')}\n`).toBe(trackingText(sent, [purchase]));
});
