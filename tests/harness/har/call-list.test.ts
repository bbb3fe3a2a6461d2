import { expect } from '@playwright/test';
import { type Read, readEvidence } from '../../../src/evidence/read.ts';
import { callListToEvidence } from '../../../src/har/call-list.ts';
import { RULES } from '../../../src/rules/index.ts';
import { hashOf } from '../../../src/tiktok/hashing.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { cleanTarget, PIXEL } from '../rules/clean.ts';
import { schemaErrors } from '../rules/table.ts';
import { test } from '../test.ts';

const EVENT = {
  event: 'Purchase',
  event_time: 1795340752,
  event_id: 'order-1',
  user: { email: hashOf('email', 'bea@example.com'), ip: '203.0.113.9', user_agent: 'Mozilla/5.0' },
  page: { url: 'https://www.shop.example/thanks' },
  properties: { value: 59.98, currency: 'USD' },
};
const body = (change: object = {}) => ({
  event_source: 'web',
  event_source_id: PIXEL,
  data: [{ ...EVENT, ...change }],
});
const URL = 'https://business-api.tiktok.com/open_api/v1.3/event/track/';
const REQUEST = {
  url: URL,
  headers: { 'Access-Token': 'a-secret-token', 'Content-Type': 'application/json' },
  body: body(),
  at: 1795340753000,
};

function items(content: string): unknown[] {
  const read = readEvidence(content);
  if (read.kind !== 'calls') throw new Error(`read as ${JSON.stringify(read)}`);
  return read.items;
}

/** The rules that fail, and those that pass or are inconclusive. */
function judged(list: unknown[]) {
  const evidence = callListToEvidence(list, cleanTarget(), 'purchase');
  expect(schemaErrors(evidence)).toEqual([]);
  const { verdicts } = judgeVisit(evidence, cleanTarget(), RULES);
  const of = (outcome: string) => verdicts.filter((one) => one.outcome === outcome).map(({ rule }) => rule);
  return { evidence, failed: of('fail'), passed: of('pass'), open: of('inconclusive') };
}

const FORMS: [string, string][] = [
  ['a JSON list of bodies', JSON.stringify([body(), body({ event_id: 'order-2' })])],
  ['bodies line by line', `${JSON.stringify(body())}\n${JSON.stringify(body({ event_id: 'order-2' }))}\n`],
  ['calls line by line', `${JSON.stringify(REQUEST)}\r\n${JSON.stringify(body({ event_id: 'order-2' }))}`],
  [
    'a body as the text that was sent',
    JSON.stringify([{ ...REQUEST, body: JSON.stringify(body()) }, body({ event_id: 'order-2' })]),
  ],
];

for (const [name, content] of FORMS) {
  test(`${name} is judged by the rules that need no browser`, () => {
    const { failed, passed, open } = judged(items(content));
    expect(failed).toEqual([]);
    expect(open).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(['events-api/accepted', 'events-api/hashed']));
    expect(passed.filter((rule) => /^(pixel|order|cookie|event|params)\//.test(rule))).toEqual([]);
  });
}

const WRONG: [string, unknown[], string][] = [
  [
    'an e-mail address that is not hashed',
    [body({ user: { ...EVENT.user, email: 'bea@example.com' } })],
    'events-api/hashed',
  ],
  [
    'another pixel',
    [{ ...body(), event_source_id: 'C0TTQTEST0000000OTHER'.slice(0, 20) }],
    'events-api/pixel-matches',
  ],
  ['milliseconds', [body({ event_time: 1795340752000 })], 'events-api/accepted'],
  [
    'a bearer token',
    [{ ...REQUEST, headers: { 'Access-Token': 'Bearer a-secret' } }],
    'events-api/token-header',
  ],
  ['an event of yesterday', [{ ...REQUEST, at: 1795427153000 }], 'events-api/event-time-fresh'],
  [
    'a refusal that was logged',
    [{ ...REQUEST, status: 200, response: { code: 40105, message: 'No' } }],
    'events-api/accepted',
  ],
];

for (const [name, list, rule] of WRONG) {
  test(`${name} in a list fails ${rule}`, () => {
    expect(judged(list).failed).toContain(rule);
  });
}

test('what a list does not show is not judged: its time, its headers, its answers', () => {
  const { passed, failed } = judged([body(), body()]);
  for (const rule of ['events-api/token-header', 'events-api/event-time-fresh', 'events-api/retries'])
    expect([...passed, ...failed]).not.toContain(rule);
});

test('evidence made from a list contains no personal data and no token', () => {
  const clear = { ...EVENT.user, email: 'bea@example.com', first_name: 'Beatrix' };
  const { evidence } = judged([{ ...REQUEST, body: body({ user: clear }) }]);
  expect(JSON.stringify(evidence)).not.toMatch(/bea@example\.com|Beatrix|a-secret-token|203\.0\.113\.9/);
});

const REFUSED: [string, string, RegExp][] = [
  ['an empty list', '[]', /an empty list; wanted at least one call/],
  [
    'something else in the list',
    JSON.stringify([body(), { foo: 1 }]),
    /^\/1: found an object with foo; wanted a body/,
  ],
  ['lines of which one is invalid', `${JSON.stringify(body())}\n{"cut":`, /not JSON|in the middle/],
];

for (const [name, content, problem] of REFUSED) {
  test(`refused: ${name}`, () => {
    const read: Read = readEvidence(content);
    expect(read.kind === 'refused' && read.problem).toMatch(problem);
  });
}
