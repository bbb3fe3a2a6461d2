import type { Page } from '@playwright/test';
import { expect, type Ttq, test } from '../../../../src/playwright/index.ts';

/** The page object of the shop's developer. */
async function buy(page: Page, ttq: Ttq, broken = ''): Promise<void> {
  await page.goto(ttq.adClick(`/go${broken && `?broken=${broken}`}`));
  await page.goto(`/checkout${broken && `?broken=${broken}`}`);
  await page.locator('#email').fill('ada.byron@shop.example');
  await page.getByRole('button', { name: 'Place order' }).click();
  await expect(page.getByRole('heading')).toHaveText('Thank you');
}

const ORDER = { value: 59.98, currency: 'USD', content_id: expect.any(String) };

test('a right purchase', async ({ page, ttq }) => {
  await buy(page, ttq);
  await expect(ttq).toHaveLoadedPixel();
  await expect(ttq).toHaveSent('Purchase', ORDER, { times: 1, eventId: /^order-\d+$/ });
  await expect(ttq).toHaveSent('CompletePayment');
  await expect(ttq).toHaveIdentified();
  await expect(ttq).not.toHaveSent('Subscribe', {}, { within: 200 });
  await expect(ttq).not.toHaveLoadedPixel('CBBBBBBBBBBBBBBBBBB2');
  await expect(ttq).toHaveKeptClickId();
  await expect(ttq).toConform();
});

test('its tracking as a snapshot', async ({ page, ttq }) => {
  await buy(page, ttq);
  await expect(ttq).toHaveSent('Purchase');
  await expect(ttq).toMatchTracking('purchase');
});

const short = expect.configure({ timeout: 1_500 });

test('broken: no-event-id', async ({ page, ttq }) => {
  await buy(page, ttq, 'no-event-id');
  await short(ttq).toHaveSent('Purchase', ORDER, { eventId: /^order-\d+$/ });
});

test('broken: value-as-cents', async ({ page, ttq }) => {
  await buy(page, ttq, 'value-as-cents');
  await short(ttq).toHaveSent('Purchase', ORDER);
});

test('broken: misnamed', async ({ page, ttq }) => {
  await buy(page, ttq, 'misnamed');
  await short(ttq).toHaveSent('Purchase', ORDER);
});

test('broken: twice', async ({ page, ttq }) => {
  await buy(page, ttq, 'twice');
  await short(ttq).toHaveSent('Purchase', ORDER, { times: 1 });
});

test('broken: other-pixel', async ({ page, ttq }) => {
  await buy(page, ttq, 'other-pixel');
  await short(ttq).toHaveLoadedPixel();
});

test('broken: not-identified', async ({ page, ttq }) => {
  await buy(page, ttq, 'not-identified');
  await short(ttq).toHaveIdentified();
});

test('broken: drops-click-id', async ({ page, ttq }) => {
  await buy(page, ttq, 'drops-click-id');
  await short(ttq).toHaveKeptClickId();
});

test('broken: a rule', async ({ page, ttq }) => {
  await buy(page, ttq, 'no-event-id');
  await short(ttq).toConform({ except: ['click-id/*'] });
});

test('not what was sent', async ({ page, ttq }) => {
  await page.goto('/product');
  await short(ttq).not.toHaveSent('ViewContent');
});

test('not, where nothing was opened', async ({ page: _page, ttq }) => {
  await short(ttq).not.toHaveSent('ViewContent');
});

test('not, on a page without a pixel', async ({ page, ttq }) => {
  await page.goto('/plain');
  await expect(ttq).not.toHaveSent('ViewContent', {}, { within: 100 });
});

test('the server, which nobody follows', async ({ page, ttq }) => {
  await page.goto('/product');
  await short(ttq).toHaveSentToEventsApi('ViewContent');
});

test('soft ones go on', async ({ page, ttq }) => {
  await page.goto('/product');
  await expect.configure({ soft: true, timeout: 300 })(ttq).toHaveSent('Purchase');
  await expect.configure({ soft: true, timeout: 300 })(ttq).toHaveSent('Subscribe');
});

test('a rule that there is not', async ({ page, ttq }) => {
  await page.goto('/product');
  await expect(ttq).toConform({ only: ['event-id/presnt'] });
});
