import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { problem } from '../../../src/evidence/problem.ts';
import { withBrowser } from '../../../src/visit/open-in-browser.ts';
import { type PlannedVisit, planVisits } from '../../../src/visit/plan.ts';
import { beacon, CLICK_ID, clean, cleanTarget, SHOP } from '../rules/clean.ts';
import { test } from '../test.ts';

const planOf = (scenario: 'in-app' | 'ad-click') => {
  const target = cleanTarget((target) => {
    target.scenarios = [scenario];
  });
  return planVisits(target)[0]!;
};

/** What is requested, and answered: a page that sends two events, one of them with the click id. */
function browser(opened: Evidence = pageWith(2)) {
  const asked: [PlannedVisit, string][] = [];
  const record = async (...args: [PlannedVisit, string]) => {
    asked.push(args);
    return opened;
  };
  return { asked, record };
}

const pageWith = (count: number) =>
  clean((evidence) => {
    evidence.requests = Array.from({ length: count }, (_, index) => beacon(10, `E${index}`, '', `${SHOP}/`));
    const { body } = evidence.requests.at(-1) ?? {};
    if (body) (body as { context: { ad: object } }).context.ad = {};
  });

const inApp = (change: (evidence: Evidence) => void = () => {}) =>
  clean((evidence) => {
    evidence.scenario = 'in-app';
    change(evidence);
  });

test('the landing page is opened by its URL in the view, by a visitor with nothing else of the view', async () => {
  const { asked, record } = browser();
  const shown = `${SHOP}/?ttclid=${CLICK_ID}&lang=en`;
  const evidence = await withBrowser(
    inApp(({ documents }) => {
      documents[0]!.routes = [{ at: 150, url: shown }];
    }),
    planOf('in-app'),
    record,
  );
  expect(evidence.inBrowser).toEqual({ url: shown, events: 2, withClickId: 1 });
  const [[plan, clickId]] = asked as [[PlannedVisit, string]];
  expect(clickId).toBe(CLICK_ID);
  expect(plan).toMatchObject({ scenario: 'mobile', journey: { start: shown, steps: [], expect: [] } });
  expect(plan).not.toHaveProperty('clickUrl');
});

test('a page that cannot be opened there proves nothing', async () => {
  const { record } = browser(
    clean((opened) => {
      opened.problem = problem('browser-crashed', {});
    }),
  );
  expect(await withBrowser(inApp(), planOf('in-app'), record)).not.toHaveProperty('inBrowser');
});

for (const [what, evidence, scenario] of [
  ['in a browser', clean(), 'ad-click'],
  [
    'that broke off',
    inApp((broken) => Object.assign(broken, { problem: problem('browser-crashed', {}) })),
    'in-app',
  ],
  ['that did not come from an ad', inApp((organic) => delete organic.clickId), 'in-app'],
] as const)
  test(`nothing is opened after a visit ${what}`, async () => {
    const { asked, record } = browser();
    expect(await withBrowser(evidence, planOf(scenario), record)).toBe(evidence);
    expect(asked).toEqual([]);
  });
