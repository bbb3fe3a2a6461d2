import { expect } from '@playwright/test';
import { Elsewhere } from '../../../src/playwright/elsewhere.ts';
import { test } from '../test.ts';

const EVENT = 'https://analytics.tiktok.com/api/v2/pixel';
const DOUBLE = { address: '127.0.0.1:4000' };
type From = Awaited<ReturnType<import('@playwright/test').Response['serverAddr']>>;

/** Who answered events, according to Playwright: an address, null for a route, an error for a page that is gone. */
async function blamed(froms: (From | Error)[], received: number, url = EVENT) {
  const request = { url: () => url, method: () => 'POST', failure: () => null };
  const elsewhere = new Elsewhere(
    {
      on(event: string, listener: (response: never) => void) {
        if (event !== 'response') return;
        for (const from of froms) {
          const serverAddr = async () => {
            if (from instanceof Error) throw from;
            return from;
          };
          const response = { request: () => request, fromServiceWorker: () => false, serverAddr };
          listener(response as never);
        }
      },
    },
    DOUBLE,
    [],
  );
  const first = await elsewhere.first(Array.from({ length: received }, () => ({ method: 'POST', url })));
  return first?.how;
}

const double = { ipAddress: '127.0.0.1', port: 4000 };
const gone = new Error('Target page, context or browser has been closed');

test('the double, a route of the test, and another server', async () => {
  expect(await blamed([double], 1)).toBeUndefined();
  expect(await blamed([double, null], 2)).toBe("your test's route answered it");
  expect(await blamed([{ ipAddress: '10.0.0.1', port: 443 }], 0)).toBe('10.0.0.1:443 answered it');
});

test('if it is not known who answered, what the double has received decides', async () => {
  expect(await blamed([gone], 1)).toBeUndefined();
  expect(await blamed([double, gone], 2)).toBeUndefined();
  expect(await blamed([double, gone], 1)).toBe("your test's route answered it");
  expect(await blamed([gone], 0)).toBe("your test's route answered it");
});

test('what the SDK collects on its own, and requests to others, are ignored', async () => {
  expect(await blamed([null], 0, 'https://analytics.tiktok.com/api/v2/monitor')).toBeUndefined();
  expect(await blamed([null], 0, 'https://shop.example/api/v2/pixel')).toBeUndefined();
});
