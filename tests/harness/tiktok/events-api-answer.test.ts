import { expect } from '@playwright/test';
import { answerEventsApi, type EventsApiRequest } from '../../../src/tiktok/events-api/answer.ts';
import { test } from '../test.ts';

const HOST = 'https://business-api.tiktok.com';
const TRACK = `${HOST}/open_api/v1.3/event/track/`;
const EVENT = { event: 'Search', event_time: 1795340752, event_id: 'a', page: { url: 'https://x.example/' } };
const BODY = { event_source: 'web', event_source_id: 'C0TTQTEST000000000AB', data: [EVENT] };
const HEADERS = { 'access-token': 'secret', 'content-type': 'application/json' };
const ENTROPY = '0123456789ABCDEF0123';

function answer(change: Partial<EventsApiRequest>) {
  return answerEventsApi({ method: 'POST', url: TRACK, headers: HEADERS, body: BODY, ...change }, 0, ENTROPY);
}

const EMPTY = { code: 40104, message: 'Access token is empty.' };
const INVALID = { code: 40105, message: 'Access token is incorrect or has been revoked.' };
const WANTED = "wanted only the token in the header Access-Token, without the word 'Bearer'";

const TOKENS: [string, Record<string, string>, Record<string, unknown>, string][] = [
  ['none', {}, EMPTY, `the Access-Token header: found nothing, ${WANTED}`],
  ['an empty one', { 'access-token': '' }, EMPTY, `the Access-Token header: found an empty text, ${WANTED}`],
  ['blanks', { 'access-token': '  ' }, EMPTY, `the Access-Token header: found an empty text, ${WANTED}`],
  [
    'another authorization',
    { authorization: 'Basic abc' },
    EMPTY,
    `the Access-Token header: found nothing, ${WANTED}`,
  ],
  [
    'a bearer token',
    { 'access-token': 'Bearer secret' },
    INVALID,
    `the Access-Token header: found a bearer token, ${WANTED}`,
  ],
  [
    'a bearer token in lower case',
    { 'access-token': 'bearer secret' },
    INVALID,
    `the Access-Token header: found a bearer token, ${WANTED}`,
  ],
  [
    'a bearer token in its usual header',
    { authorization: 'Bearer secret' },
    INVALID,
    `header authorization: found a bearer token, ${WANTED}`,
  ],
];

for (const [name, headers, wanted, message] of TOKENS) {
  test(`token: ${name}`, () => {
    const { status, body, findings } = answer({
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject(wanted);
    expect(findings.map((finding) => finding.message)).toEqual([message]);
    expect(JSON.stringify(findings)).not.toContain('secret');
  });
}

test('the token comes before everything else, and the rest is still reported', () => {
  const { body, findings } = answer({ headers: {}, body: {} });
  expect(body.code).toBe(40104);
  expect(findings.map(({ path }) => path)).toEqual([
    '/headers/access-token',
    '/body/event_source',
    '/body/event_source_id',
    '/body/data',
    '/headers/content-type',
  ]);
});

test('a token is taken beside an authorization of another kind', () => {
  const { body, findings } = answer({ headers: { ...HEADERS, authorization: 'Bearer x' } });
  expect(body.code).toBe(0);
  expect(findings).toEqual([]);
});

for (const token of ['undefined', 'null', 'YOUR_ACCESS_TOKEN', '<token>', '{{token}}', 'ACCESS_TOKEN']) {
  test(`${token} is not a token`, () => {
    const { body, findings } = answer({ headers: { ...HEADERS, 'access-token': token } });
    expect(body.code).toBe(0);
    expect(findings).toMatchObject([
      { level: 'warn', code: 'token-placeholder', path: '/headers/access-token' },
    ]);
  });
}

const TYPES: [string | undefined, boolean][] = [
  ['application/json', true],
  ['application/json; charset=utf-8', true],
  ['Application/JSON;charset=utf-8', true],
  ['text/plain', false],
  ['application/jsonp', false],
  [undefined, false],
];

for (const [type, fine] of TYPES) {
  test(`content type ${type} is ${fine ? 'fine' : 'reported'}`, () => {
    const { 'content-type': _, ...headers } = HEADERS;
    const { body, findings } = answer({
      headers: type === undefined ? headers : { ...headers, 'content-type': type },
    });
    expect(body.code).toBe(0);
    expect(findings.map(({ code }) => code)).toEqual(fine ? [] : ['content-type']);
  });
}

for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
  test(`${method} is answered HTTP 405, before the token`, () => {
    const { status, headers, body, findings } = answer({ method, headers: {}, body: '' });
    expect(status).toBe(405);
    expect(headers).toMatchObject({ allow: 'POST', 'content-type': 'application/json' });
    expect(body).toMatchObject({ code: 40000, message: 'Invalid value for method: must be POST.', data: {} });
    expect(findings).toMatchObject([{ level: 'reject', code: 'method', path: '/method' }]);
    expect(findings).toHaveLength(1);
  });
}

for (const path of ['/', '/open_api/v1.2/event/track/', '/open_api/v1.3/pixel/list/', '/api/v2/pixel']) {
  test(`${path} is answered HTTP 404, whatever the method`, () => {
    for (const method of ['GET', 'POST']) {
      const { status, body, findings } = answer({ method, url: `${HOST}${path}` });
      expect(status).toBe(404);
      expect(body.code).toBe(40000);
      expect(findings).toMatchObject([{ level: 'reject', code: 'unknown-path', path: '/url' }]);
      expect(findings[0]!.message).toContain(`the url: found "${path}", wanted /open_api/v1.3/event/track/`);
    }
  });
}

test('a batch of bad events is refused because of the first', () => {
  const batch = [{ event: 'Search', context: { user: { email: 'a@b.example' } } }, { event: 7 }];
  const { body } = answer({
    url: `${HOST}/open_api/v1.2/pixel/batch/`,
    body: { pixel_code: 'C0TTQTEST000000000AB', batch },
  });
  expect(body).toMatchObject({
    code: 40002,
    message: 'Invalid value for event: not a valid string.',
    data: {},
  });
});

test('the same request has the same answer: nothing is kept between calls', () => {
  const bad = { body: { ...BODY, data: [{}] } };
  const first = structuredClone(answer(bad));
  answer({});
  expect(answer(bad)).toEqual(first);
});
