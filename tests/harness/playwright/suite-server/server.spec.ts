import { expect, test } from '../../../../src/playwright/index.ts';

test('the server tells the Events API', async ({ page, ttq }) => {
  await page.goto('/product');
  await expect(ttq).toHaveSentToEventsApi('ViewContent', { value: 29.99 }, { times: 1, eventId: 'view-1' });
  expect(ttq.serverEvents()).toMatchObject([{ event: 'ViewContent', taken: true }]);
  expect(JSON.stringify(await ttq.evidence())).not.toContain('a-token-of-the-shop');
});

test('in each test its own', async ({ page, ttq }) => {
  await page.goto('/');
  await expect(ttq).not.toHaveSentToEventsApi('ViewContent', {}, { within: 200 });
});
