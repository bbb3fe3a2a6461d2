import type { Page } from '@playwright/test';
import { expect, type Ttq, test } from '../../../../src/playwright/index.ts';
import { failure, short } from './failure.ts';

/** The page object of the shop's developer. */
async function buy(page: Page, ttq: Ttq, broken = ''): Promise<void> {
  await page.goto(ttq.adClick(`/go${broken && `?broken=${broken}`}`));
  await page.goto(`/checkout${broken && `?broken=${broken}`}`);
  await page.locator('#email').fill('ada.byron@shop.example');
  await page.getByRole('button', { name: 'Place order' }).click();
  await expect(page.getByRole('heading')).toHaveText('Thank you');
}

const ORDER = { value: 59.98, currency: 'USD', content_id: expect.any(String) };

test('a correct purchase', async ({ page, ttq }) => {
  await buy(page, ttq);
  await expect(ttq).toHaveLoadedPixel();
  await expect(ttq).toHaveSent('Purchase', ORDER, { times: 1, eventId: /^order-\d+$/ });
  await expect(ttq).toHaveSent('CompletePayment');
  await expect(ttq).toHaveIdentified();
  await expect(ttq).not.toHaveSent('Subscribe', {}, { within: 200 });
  await expect(ttq).not.toHaveLoadedPixel('CBBBBBBBBBBBBBBBBBB2');
  await expect(ttq).toHaveKeptClickId();
  await expect(ttq).toConform();
  await expect(ttq).toMatchTracking('purchase');
});

test('a conversion without an event_id', async ({ page, ttq }) => {
  await buy(page, ttq, 'no-event-id');
  const id = { eventId: /^order-\d+$/ };
  const said = await failure(() => short(ttq).toHaveSent('Purchase', ORDER, id));
  expect(said).toContain('expect(ttq).toHaveSent("Purchase")');
  expect(said).toContain('Expected: Purchase with { value: 59.98, currency: "USD", content_id: ');
  expect(said).toContain(', event_id /^order-\\d+$/, at least once');
  expect(said).toContain(
    'Seen:     Purchase { content_id: "mug", content_type: "product", value: 59.98, currency: "USD" } on http',
  );
  expect(said).toContain('          event_id: found nothing; wanted /^order-\\d+$/');
  expect(said).toMatch(/^Called: {3}at line \d+:\d+ of http/m);
  expect(said).toContain('In all:   Pageview 3 times, Purchase');
  expect(said).toContain(
    "Do:       Pass the event_id as the third argument: ttq.track('Purchase', { … }, { event_id: 'order-1001' }).",
  );
  const judged = await failure(() => short(ttq).toConform({ except: ['click-id/*'] }));
  expect(judged).toContain('expect(ttq).toConform()');
  expect(judged).toContain('event-id/present (blocker)');
  expect(judged).toContain('! event-id/present');
  await expect(ttq).toConform({ except: ['event-id/present'] });
});

test('a wrong value', async ({ page, ttq }) => {
  await buy(page, ttq, 'value-as-cents');
  const said = await failure(() => short(ttq).toHaveSent('Purchase', ORDER));
  expect(said).toContain('          value: found 5998; wanted 59.98');
});

test('a different event name', async ({ page, ttq }) => {
  await buy(page, ttq, 'misnamed');
  const said = await failure(() => short(ttq).toHaveSent('Purchase', ORDER));
  expect(said).toContain('Seen:     purchased {');
  expect(said).toContain("          purchased is not a name of TikTok's; Purchase is");
  expect(said).toContain("Do:       Track the event under TikTok's name");
});

test('a purchase that is sent twice', async ({ page, ttq }) => {
  await buy(page, ttq, 'twice');
  const said = await failure(() => short(ttq).toHaveSent('Purchase', ORDER, { times: 1 }));
  expect(said).toContain('exactly once');
  expect(said).toContain('          found it 2 times at CAAAAAAAAAAAAAAAAAA1');
});

test('a different pixel', async ({ page, ttq }) => {
  await buy(page, ttq, 'other-pixel');
  const said = await failure(() => short(ttq).toHaveLoadedPixel());
  expect(said).toContain(
    'Seen:     CAAAAAAAAAAAAAAAAAA1 was not loaded\n          CBBBBBBBBBBBBBBBBBB2 was loaded instead',
  );
  const sent = await failure(() => short(ttq).toHaveSent('Purchase', {}, { pixel: 'CAAAAAAAAAAAAAAAAAA1' }));
  expect(sent).toContain('pixel: found CBBBBBBBBBBBBBBBBBB2; wanted CAAAAAAAAAAAAAAAAAA1');
});

test('nobody identified, no click id kept', async ({ page, ttq }) => {
  await page.goto('/product');
  expect(await failure(() => short(ttq).toHaveKeptClickId())).toContain(
    'Nobody came from an ad: go to ttq.adClick(path) first.',
  );
  expect(await failure(() => short(ttq).toHaveIdentified())).toContain(
    'Seen:     no call of ttq.identify that identifies anybody',
  );
  await page.goto(ttq.adClick('/go?broken=drops-click-id'));
  expect(await failure(() => short(ttq).toHaveKeptClickId())).toContain(
    'click-id/survives-redirects (blocker)',
  );
});

test('what did not happen', async ({ page, ttq }) => {
  const unopened = await failure(() => short(ttq).not.toHaveSent('ViewContent'));
  expect(unopened).toContain('No page of the site was opened, so it proves nothing that nothing was sent.');
  await page.goto('/plain');
  await expect(ttq).not.toHaveSent('ViewContent', {}, { within: 100 });
  await page.goto('/product');
  const sent = await failure(() => short(ttq).not.toHaveSent('ViewContent'));
  expect(sent).toContain('Expected: no ViewContent within 2000 ms after all calls were sent');
  expect(await failure(() => short(ttq).toHaveSent('ViewContent', {}, { times: 0 }))).toContain('use .not');
  await page.route('https://analytics.tiktok.com/**', (route) => route.abort());
  await page.goto('/product');
  ttq.clear();
  const routed = await failure(() => short(ttq).not.toHaveSent('ViewContent', {}, { within: 100 }));
  expect(routed).toContain(
    'It is not known whether it was sent: GET https://analytics.tiktok.com/i18n/pixel/events.js did not reach the test double of TikTok',
  );
  expect(routed).toContain("your test's route answered it");
  for (const unmet of [
    await failure(() => short(ttq).toHaveSent('ViewContent')),
    await failure(() => short(ttq).toHaveLoadedPixel('CTEST000000000000009')),
  ]) {
    expect(unmet).toMatch(/^Problem: .*your test's route answered it/m);
    expect(unmet).not.toContain('Do:  ');
  }
});

test('questions without an answer', async ({ page, ttq }) => {
  await page.goto('/product');
  const server = await failure(() => short(ttq).toHaveSentToEventsApi('ViewContent'));
  expect(server).toContain('Do:       The calls of the server are not followed: set ttqTarget.eventsApi');
  const rule = await failure(() => short(ttq).toConform({ only: ['event-id/presnt'] }));
  expect(rule).toContain('No rule is called event-id/presnt');
  expect(await failure(() => short(ttq).not.toConform())).toContain('It has no .not');
});

test('after a soft failure the test continues', async ({ page, ttq }) => {
  test.fail();
  await page.goto('/product');
  await expect.configure({ soft: true, timeout: 300 })(ttq).toHaveSent('Purchase');
  await expect.configure({ soft: true, timeout: 300 })(ttq).toHaveSent('Subscribe');
  expect(test.info().errors).toHaveLength(2);
});
