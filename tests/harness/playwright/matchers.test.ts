import { expect } from '@playwright/test';
import { expect as tracked } from '../../../src/playwright/matchers.ts';
import type { SuiteSession } from '../../../src/playwright/session.ts';
import { Ttq } from '../../../src/playwright/ttq.ts';
import type { ContextVisit } from '../../../src/playwright/visit.ts';
import { Recording } from '../../../src/recorder/recording.ts';
import { settle } from '../../../src/recorder/settle.ts';
import { PIXEL } from '../double/support.ts';
import { test } from '../test.ts';

const PAGE = 'https://www.shop.example/thanks';

/**
 * A page that has called Purchase twice and sent the first `sent` of them. The others arrive after the matcher has looked for the
 * first time and everything that it does without waiting is done: nothing but waiting for them can see them.
 */
function pageStillSending(sent: number): Ttq {
  const recording = new Recording();
  const at = performance.timeOrigin + performance.now();
  const page = { id: 'one', at: 0, url: PAGE, referrer: '', tab: 0, arrival: true, mountedAt: 1 } as const;
  recording.addDocument({ ...page, frame: 'main', via: 'goto', hops: [] });
  const call = { kind: 'call', document: 'one', at, url: PAGE, global: 'ttq', queued: false } as const;
  recording.addCall({ ...call, method: 'load', args: [PIXEL], sequence: 1 });
  const ids = ['order-1', 'order-2'];
  for (const [index, event_id] of ids.entries())
    recording.addCall({
      ...call,
      method: 'track',
      args: ['Purchase', {}, { event_id }],
      sequence: index + 2,
    });
  const arrive = (event_id: string) =>
    recording.addRequest({
      at: performance.timeOrigin + performance.now(),
      method: 'POST',
      url: 'https://analytics.tiktok.com/api/v2/pixel',
      headers: {},
      body: Buffer.from(
        JSON.stringify({
          event: 'Purchase',
          event_id,
          context: { pixel: { code: PIXEL }, page: { url: PAGE } },
        }),
      ),
      status: 200,
      answer: '',
    });
  ids.slice(0, sent).map(arrive);
  const visit = {
    since: 0,
    recorder: { recording, settle: () => settle(recording, { inFlight: 0, isFetching: false }, 5_000) },
    target: { eventsApi: { transport: 'none' } },
    hasPixel: true,
    shown: <T>(value: T) => value,
    problem: async () => undefined,
    doubt: async () => undefined,
  } as unknown as ContextVisit;
  let isAsked = false;
  const current = () => {
    if (!isAsked) setImmediate(() => ids.slice(sent).map(arrive));
    isAsked = true;
    return visit;
  };
  return new Ttq({ current } as unknown as SuiteSession);
}

test('times counts a second copy that is sent after the first was seen', async () => {
  const counted = tracked(pageStillSending(1)).toHaveSent('Purchase', {}, { times: 1 });
  await expect(counted).rejects.toThrow(`found it 2 times at ${PIXEL}`);
  await tracked(pageStillSending(1)).toHaveSent('Purchase', {}, { times: 2 });
});

test('.not sees what was called and is sent only after its window', async () => {
  const unsent = tracked(pageStillSending(0)).not.toHaveSent('Purchase', {}, { within: 0 });
  await expect(unsent).rejects.toThrow('Expected: no Purchase within 0 ms after all calls were sent');
});
