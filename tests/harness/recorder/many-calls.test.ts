import { setTimeout } from 'node:timers/promises';
import { expect } from '@playwright/test';
import type { RequestRecord } from '../../../src/evidence/evidence.ts';
import { Recording } from '../../../src/recorder/recording.ts';
import { settle } from '../../../src/recorder/settle.ts';
import { PIXEL } from '../double/support.ts';
import { test } from '../test.ts';

const PAGE = 'https://www.shop.example/';
const EVENTS = 3_000;

/** A document whose SDK has mounted, and that has tracked many events; `arrive` lets one of them reach the double. */
function visitOfManyCalls(): { recording: Recording; reads: () => number; arrive: (index: number) => void } {
  const recording = new Recording();
  let reads = 0;
  const now = performance.timeOrigin + performance.now();
  recording.addDocument({
    id: 'one',
    at: 0,
    url: PAGE,
    referrer: '',
    frame: 'main',
    via: 'goto',
    hops: [],
    tab: 0,
    arrival: true,
    mountedAt: 1,
  });
  const call = { kind: 'call', document: 'one', at: now, url: PAGE, global: 'ttq', queued: false } as const;
  recording.addCall({ ...call, method: 'load', args: [PIXEL], sequence: 1 });
  for (let index = 0; index < EVENTS; index += 1) {
    const args = ['ViewContent', {}, { event_id: `view-${index}` }];
    recording.addCall({ ...call, method: 'track', args, sequence: index + 2 });
  }
  const arrive = (index: number) => {
    const request: RequestRecord = {
      at: recording.at(),
      method: 'POST',
      url: 'https://analytics.tiktok.com/api/v2/pixel',
      status: 200,
      get body() {
        reads += 1;
        return {
          event: 'ViewContent',
          event_id: `view-${index}`,
          context: { pixel: { code: PIXEL }, page: { url: PAGE } },
        };
      },
    };
    recording.requests.push(request);
    recording.wake();
  };
  return { recording, reads: () => reads, arrive };
}

test('the requests of thousands of calls are read once, not once for each arrival', async () => {
  const { recording, reads, arrive } = visitOfManyCalls();
  const settled = settle(recording, { inFlight: 0, isFetching: false }, 20_000);
  for (let index = 0; index < EVENTS; index += 1) {
    arrive(index);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await settled;
  expect(recording.requests).toHaveLength(EVENTS);
  expect([...recording.overdue]).toEqual([]);
  // Once for each arrival would be about nine million reads.
  expect(reads()).toBeLessThan(2 * EVENTS);
});

test('a request that does not arrive is waited for, without reading again while nothing changes', async () => {
  const { recording, reads, arrive } = visitOfManyCalls();
  for (let index = 1; index < EVENTS; index += 1) arrive(index);
  await settle(recording, { inFlight: 0, isFetching: false }, 500);
  expect([...recording.overdue].map(({ args }) => args[2])).toEqual([{ event_id: 'view-0' }]);
  expect(reads()).toBeLessThan(2 * EVENTS);
});

test('calls that are sent one after another may take longer together than one that is never sent', async () => {
  const { recording, arrive } = visitOfManyCalls();
  const timeout = 200;
  const settled = settle(recording, { inFlight: 0, isFetching: false }, timeout);
  const began = performance.now();
  for (let index = 0; index < EVENTS; index += 1) {
    arrive(index);
    // As a browser sends them: many at once, over more time than the limit.
    const due = began + (index / EVENTS) * 4 * timeout;
    if (performance.now() < due) await setTimeout(due - performance.now());
  }
  await settled;
  expect(performance.now() - began).toBeGreaterThan(3 * timeout);
  expect([...recording.overdue]).toEqual([]);
});
