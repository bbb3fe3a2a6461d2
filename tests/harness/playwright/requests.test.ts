import { type APIRequestContext, expect } from '@playwright/test';
import { OwnRequests } from '../../../src/playwright/requests.ts';
import { test } from '../test.ts';

test('a request of a test to TikTok, or to a host that stands for it, is refused; others are sent', async () => {
  const sent: unknown[] = [];
  const fake = { get: async (url: string) => sent.push(url) };
  const { get } = new OwnRequests({
    pixels: [],
    pixelHosts: ['t.shop.example'],
    eventsApi: { transport: 'preload', hosts: ['events.shop.example'] },
  }).refusing(fake as unknown as APIRequestContext);
  for (const host of [
    't.shop.example',
    'events.shop.example',
    'ANALYTICS.TikTok.com',
    'analytics.tiktok.com.',
  ])
    await expect(get(`https://${host}/`), host).rejects.toThrow(
      `A request of the test itself to ${host.toLowerCase()} was refused`,
    );
  await get('/tiktok.com');
  await get('https://www.shop.example/');
  expect(sent).toEqual(['/tiktok.com', 'https://www.shop.example/']);
});
