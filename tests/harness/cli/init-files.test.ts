import { expect } from '@playwright/test';
import { type Found, specText, targetText } from '../../../src/cli/init-files.ts';
import { checkTarget } from '../../../src/target/check.ts';
import { test } from '../test.ts';

const FOUND: Found = {
  name: 'www.shop.example',
  baseURL: 'https://www.shop.example',
  start: '/products/1',
  pixels: ['CDEMO000000000000001'],
  events: ['ViewContent', 'AddToCart'],
  steps: [
    { click: 'role=button[name="Add to cart"]' },
    { select: 'select[name="country"]', with: 'DE' },
    { fill: 'input[name="buyer\'s mail"]', with: '{email}' },
    { check: 'input[name="terms"]' },
    { click: 'role=button[name="Place order"]' },
  ],
  consent: { grant: [{ click: 'text=Yes', frame: 'iframe[title="Consent"]' }], deny: [{ click: 'text=No' }] },
  hasOrder: true,
};

test('writes what it found as a target that runs', () => {
  const target = JSON.parse(targetText(FOUND, '/x/shop.json'));
  expect(checkTarget(target)).toEqual([]);
  expect(target).toMatchObject({
    pixels: FOUND.pixels,
    consent: FOUND.consent,
    scenarios: ['organic', 'ad-click', 'consent-denied'],
    journeys: [
      {
        start: '/products/1',
        steps: FOUND.steps,
        expect: [{ event: 'ViewContent' }, { event: 'AddToCart' }, { event: 'Purchase', count: 1 }],
      },
    ],
  });
  expect(target.$schema).toMatch(/target\.schema\.json$/);
});

test('writes a target even if little was found', () => {
  const target = JSON.parse(
    targetText({ ...FOUND, pixels: [], events: [], steps: [], consent: {}, hasOrder: false }, '/x/shop.json'),
  );
  expect(checkTarget(target)).toEqual([]);
  expect(target).not.toHaveProperty('consent');
  expect(target.journeys[0].expect).toEqual([]);
});

test('expects an event that was seen under an older name only once', () => {
  const target = JSON.parse(targetText({ ...FOUND, events: ['CompletePayment'] }, '/x/shop.json'));
  expect(target.journeys[0].expect).toEqual([{ event: 'CompletePayment' }]);
});

test("a spec has the steps as Playwright's own calls", () => {
  const spec = specText(FOUND);
  expect(spec.split('\n').filter((line) => line.startsWith('  '))).toEqual([
    "  await page.goto(ttq.adClick('/products/1'));",
    `  await page.frameLocator('iframe[title="Consent"]').locator('text=Yes').first().click();`,
    `  await page.locator('role=button[name="Add to cart"]').first().click();`,
    `  await page.locator('select[name="country"]').first().selectOption('DE');`,
    `  await page.locator('input[name="buyer\\'s mail"]').first().fill('test.buyer@example.com');`,
    `  await page.locator('input[name="terms"]').first().check();`,
    `  await page.locator('role=button[name="Place order"]').first().click();`,
    "  await expect(ttq).toHaveSent('ViewContent');",
    "  await expect(ttq).toHaveSent('AddToCart');",
    "  await expect(ttq).toHaveSent('Purchase', undefined, { times: 1 });",
    '  await expect(ttq).toConform();',
  ]);
  expect(spec).toContain('test.use({ baseURL: \'https://www.shop.example\', ttqTarget: {"pixels"');
});
