import { test } from '../../../../src/playwright/index.ts';

/** What a configuration can have wrong: the harness says which, by SUITE_WRONG. */
const WRONG = {
  pixels: { pixels: ['nonsense'], rules: { 'no/rule': 'off' } },
  journeys: { pixels: ['CAAAAAAAAAAAAAAAAAA1'], journeys: [] },
  device: { pixels: ['CAAAAAAAAAAAAAAAAAA1'], device: 'Pixel 7', setup: [] },
  consent: { pixels: ['CAAAAAAAAAAAAAAAAAA1'], consent: 'auto' },
  rule: { pixels: ['CAAAAAAAAAAAAAAAAAA1'], rules: { 'event-id/presnt': 'off' } },
} as const;
const wrong = process.env.SUITE_WRONG as keyof typeof WRONG | 'firefox' | 'reuse';
if (wrong === 'firefox') test.use({ browserName: 'firefox' });
else if (wrong === 'reuse') test.use({ reuseContext: true });
else if (wrong) test.use({ ttqTarget: WRONG[wrong] as never });

test('asks', ({ ttq: _ttq }) => {});
test('opens a page', async ({ page }) => {
  await page.goto('/product');
});
