import { expect } from '@playwright/test';
import type { EventsApiRequest } from '../../../src/tiktok/events-api/answer.ts';
import { answerWithFault, FAULT_KINDS, type Fault } from '../../../src/tiktok/events-api/faults.ts';
import { test } from '../test.ts';

const API = 'https://business-api.tiktok.com/open_api/v1.3';
const PIXEL = 'C0TTQTEST000000000AB';
const EVENT = { event: 'Search', event_time: 1795340752, event_id: 'a', page: { url: 'https://x.example/' } };
const REQUEST: EventsApiRequest = {
  method: 'POST',
  url: `${API}/event/track/`,
  headers: { 'access-token': 'secret', 'content-type': 'application/json' },
  body: { event_source: 'web', event_source_id: PIXEL, data: [EVENT] },
};
const BATCH: EventsApiRequest = {
  ...REQUEST,
  url: `${API}/pixel/batch/`,
  body: { pixel_code: PIXEL, batch: [{ event: 'Search' }, { event: 'Search' }] },
};
const ENTROPY = '0123456789ABCDEF0123';

function answer(fault: Fault | undefined, callIndex = 0, request = REQUEST) {
  return answerWithFault(request, fault, callIndex, 0, ENTROPY);
}

const ENVELOPES: [Fault['kind'], number, string][] = [
  ['token-empty', 40104, 'Access token is empty.'],
  ['token-expired', 40102, 'Access token has expired.'],
  ['token-invalid', 40105, 'Access token is incorrect or has been revoked.'],
  [
    'no-permission',
    40001,
    `No permission to operate pixel code: ${PIXEL}. You must be an admin or operator of this advertiser account.`,
  ],
  ['param-error', 40002, 'Invalid value for event_id: not a valid string.'],
  ['batch-size', 40061, 'Invalid value for data: must be a list of at most 1000 events.'],
  ['pii-not-hashed', 40062, 'Invalid value for email: must be hashed with SHA-256.'],
  ['too-frequent', 40100, 'Too many requests. Please retry in some time.'],
];

for (const [kind, code, message] of ENVELOPES) {
  test(`fault ${kind}: code ${code} with HTTP 200`, () => {
    expect(answer({ kind })).toEqual({
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: { code, message, request_id: `19700101000000${ENTROPY}`, data: {} },
      findings: [],
      delay: 0,
    });
  });
}

for (const [kind, status, reason] of [
  ['http-500', 500, 'Internal Server Error'],
  ['http-502', 502, 'Bad Gateway'],
] as const) {
  test(`fault ${kind}: the page of a gateway`, () => {
    const faulted = answer({ kind, delay: 5 });
    expect(faulted).toMatchObject({
      kind: 'answer',
      status,
      headers: { 'content-type': 'text/html' },
      delay: 5,
      findings: [],
    });
    expect(faulted).toHaveProperty('body', expect.stringContaining(`<title>${status} ${reason}</title>`));
  });
}

test('fault timeout and reset: no answer', () => {
  expect(answer({ kind: 'timeout' })).toEqual({ kind: 'timeout', findings: [] });
  expect(answer({ kind: 'reset' })).toEqual({ kind: 'reset', delay: 0, findings: [] });
  expect(answer({ kind: 'reset', delay: 20 })).toEqual({ kind: 'reset', delay: 20, findings: [] });
});

test('fault slow: the usual answer, later', () => {
  expect(answer({ kind: 'slow' })).toEqual({ ...answer(undefined), delay: 3000 });
  expect(answer({ kind: 'slow', delay: 10 })).toMatchObject({ body: { code: 0 }, delay: 10 });
});

test('fault partial: the first event of a legacy batch fails', () => {
  expect(answer({ kind: 'partial' }, 0, BATCH)).toMatchObject({
    kind: 'answer',
    status: 200,
    body: {
      code: 20001,
      message: 'OK',
      data: {
        failed_events: [{ order_in_batch: 0, error_message: 'Invalid value for event: not a valid string.' }],
      },
    },
  });
});

test('fault partial: where the service has no such answer, the usual one', () => {
  expect(answer({ kind: 'partial' })).toMatchObject({ body: { code: 0 } });
  const single = { ...BATCH, body: { pixel_code: PIXEL, batch: [{ event: 'Search' }] } };
  expect(answer({ kind: 'partial' }, 0, single)).toMatchObject({ body: { code: 0 } });
  const refused = { ...BATCH, body: { batch: [{ event: 'Search' }, { event: 'Search' }] } };
  expect(answer({ kind: 'partial' }, 0, refused)).toMatchObject({ body: { code: 40002 } });
});

for (const kind of FAULT_KINDS) {
  test(`fault ${kind} is over after its number of calls`, () => {
    const usual = answer(undefined, 0, BATCH);
    expect(usual).toMatchObject({ kind: 'answer', body: { code: 0 }, delay: 0 });
    const calls = [0, 1, 2, 3].map((index) => answer({ kind, times: 2 }, index, BATCH));
    expect(calls[0]).not.toEqual(usual);
    expect(calls[1]).toEqual(calls[0]);
    expect(calls[2]).toEqual(usual);
    expect(calls[3]).toEqual(usual);
    expect(answer({ kind }, 1000, BATCH), 'without a number it lasts').toEqual(calls[0]);
    expect(answer({ kind, times: 0 }, 0, BATCH)).toEqual(usual);
  });
}

test('the findings under a fault are those of the request', () => {
  const bad = { ...REQUEST, body: {} };
  for (const kind of FAULT_KINDS) {
    const { findings } = answer({ kind }, 0, bad);
    expect(findings.map(({ path }) => path)).toContain('/body/event_source');
  }
});

test('a fault wins over a refusal of the request itself', () => {
  expect(answer({ kind: 'too-frequent' }, 0, { ...REQUEST, body: {} })).toMatchObject({
    body: { code: 40100 },
  });
});

test('a pixel id cannot break the message that contains it', () => {
  const body = { event_source: 'web', event_source_id: '$&', data: [EVENT] };
  const faulted = answer({ kind: 'no-permission' }, 0, { ...REQUEST, body });
  expect(faulted).toHaveProperty('body.message', expect.stringContaining('pixel code: $&. You'));
});

test('faults and answers are plain data', () => {
  for (const kind of FAULT_KINDS) {
    const faulted = answer({ kind }, 0, BATCH);
    expect(JSON.parse(JSON.stringify(faulted))).toEqual(faulted);
  }
});
