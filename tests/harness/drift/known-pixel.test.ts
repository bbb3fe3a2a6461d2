import { expect } from '@playwright/test';
import { KnownPixel } from '../../../src/drift/known-pixel.ts';
import { OTHER, PIXEL, UNKNOWN } from '../../../src/drift/probe.ts';
import { test } from '../test.ts';

const KNOWN = 'CKNOWNTOTIKTOK000001';
const source = {
  get: async ({ pathname, searchParams }: URL) => ({
    body: pathname.endsWith('events.js') ? `{"pixelCode":"${searchParams.get('sdkid')}"}` : 'main',
  }),
};
const get = (path: string) =>
  new KnownPixel(source, KNOWN).get(new URL(path, 'https://analytics.tiktok.com/i18n/pixel/'));

for (const pixel of [PIXEL, OTHER]) {
  test(`the loader for ${pixel} is that of the known pixel, with its id exchanged`, async () => {
    expect((await get(`events.js?sdkid=${pixel}&lib=ttq`))?.body).toBe(`{"pixelCode":"${pixel}"}`);
  });
}

test('the loader that is requested is the known one', async () => {
  const asked: string[] = [];
  const watched = {
    get: async (url: URL) => {
      asked.push(url.search);
      return source.get(url);
    },
  };
  await new KnownPixel(watched, KNOWN).get(
    new URL(`https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${PIXEL}&lib=ttq`),
  );
  expect(asked).toEqual([`?sdkid=${KNOWN}&lib=ttq`]);
});

test('everything else is passed through', async () => {
  expect((await get(`events.js?sdkid=${UNKNOWN}`))?.body).toContain(UNKNOWN);
  expect((await get('static/main.MQ.js'))?.body).toBe('main');
});
