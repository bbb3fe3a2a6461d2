import { accepted } from '../../../src/rules/events-api/accepted.ts';
import { asDocumented } from '../../../src/rules/events-api/as-documented.ts';
import { batchSize } from '../../../src/rules/events-api/batch-size.ts';
import { eventTimeFresh } from '../../../src/rules/events-api/event-time-fresh.ts';
import { eventTimeNotFuture } from '../../../src/rules/events-api/event-time-not-future.ts';
import { layout } from '../../../src/rules/events-api/layout.ts';
import { memberNames } from '../../../src/rules/events-api/member-names.ts';
import { pixelMatches } from '../../../src/rules/events-api/pixel-matches.ts';
import { testEventCodeAbsent } from '../../../src/rules/events-api/test-event-code-absent.ts';
import { tokenHeader } from '../../../src/rules/events-api/token-header.ts';
import { warned } from '../../../src/rules/events-api/warned.ts';
import { AT, all, drop, OTHER_PIXEL, PIXEL, set } from './clean.ts';
import { answer, inRequest, legacyBody, SERVER_EVENT, sendAgain } from './server.ts';
import { testRule } from './table.ts';

const NOTHING = {
  name: 'nothing was sent',
  change: set('/server/requests', []),
  inapplicable: 'The server sent nothing to the Events API',
};
const EVENT_TIME = 1795340750;
const MASK = '0'.repeat(64);

const flatBody = inRequest((body, request) => {
  request.body = legacyBody(body);
});
const legacyRequest = inRequest((body, request) => {
  request.url = 'https://business-api.tiktok.com/open_api/v1.3/pixel/track/';
  request.body = legacyBody(body);
});
const batchOf = (count: number) =>
  inRequest((body, request) => {
    const { pixel_code, ...item } = legacyBody(body);
    request.url = 'https://business-api.tiktok.com/open_api/v1.3/pixel/batch/';
    request.body = {
      pixel_code,
      batch: Array.from({ length: count }, (_, n) => ({
        ...structuredClone(item),
        type: 'track',
        event_id: `o-${n}`,
      })),
    };
  });

testRule(accepted, [
  { name: 'the server event was accepted' },
  { name: 'the older API', change: legacyRequest },
  {
    name: 'a time in milliseconds',
    change: all(set(`${SERVER_EVENT}/event_time`, EVENT_TIME * 1000), answer(40002, 'Invalid value')),
    findings: [
      {
        code: 'refused',
        args: {
          event: 'Purchase',
          code: 40002,
          field: 'data[].event_time',
          detail: 'data[0].event_time: found 1795340750000, wanted a valid integer of Unix seconds',
          lost: '',
        },
        place: `${SERVER_EVENT}/event_time`,
      },
    ],
  },
  {
    name: 'one event of two: both are lost',
    change: inRequest(({ data }) => {
      data.push({ ...data[0], event: 'AddToCart', event_id: 7 });
    }),
    findings: [
      {
        code: 'refused',
        args: {
          event: 'AddToCart',
          code: 40002,
          field: 'data[].event_id',
          detail: 'data[1].event_id: found 7, wanted a valid string',
          lost: 'Purchase',
        },
        place: `${AT.server}/body/data/1/event_id`,
      },
    ],
  },
  {
    name: 'the same mistake in every event is one',
    change: inRequest(({ data }) => {
      data.push({ ...data[0], event_time: 'now' });
      data[0]!.event_time = 'now';
    }),
    findings: [
      {
        code: 'refused',
        args: {
          event: 'Purchase',
          code: 40002,
          field: 'data[].event_time',
          detail: 'data[0].event_time: found "now", wanted a valid integer of Unix seconds',
          lost: '',
        },
        place: `${SERVER_EVENT}/event_time`,
      },
    ],
  },
  {
    name: 'no event_source',
    change: drop(`${AT.server}/body/event_source`),
    findings: [
      {
        code: 'refused',
        args: {
          event: 'Purchase',
          code: 40002,
          field: 'event_source',
          detail: 'event_source: found nothing, wanted web, app, offline or crm',
          lost: '',
        },
        place: `${AT.server}/body`,
      },
    ],
  },
  {
    name: 'more than 1,000 events',
    change: inRequest((body) => {
      body.data = Array.from({ length: 1001 }, (_, n) => ({ ...body.data[0], event_id: `o-${n}` }));
    }),
    findings: [
      {
        code: 'refused',
        args: {
          event: 'Purchase',
          code: 40061,
          field: 'data',
          detail: 'data: found a list of 1001, wanted a list of at most 1000 events',
          lost: '',
        },
        place: `${AT.server}/body/data`,
      },
    ],
  },
  {
    name: 'an event without a name',
    change: all(set(SERVER_EVENT, { event_time: EVENT_TIME }), answer(40002, 'Invalid value')),
    findings: [
      {
        code: 'refused',
        args: {
          event: 'an event without a name',
          code: 40002,
          field: 'data[].event',
          detail: 'data[0].event: found nothing, wanted a valid string',
          lost: '',
        },
        place: SERVER_EVENT,
      },
    ],
  },
  ...['', '<html>', [], null]
    .map((body) => ({
      name: `no JSON object: ${JSON.stringify(body)}`,
      change: set(`${AT.server}/body`, body),
      findings: [
        {
          code: 'refused',
          args: {
            event: 'a body without events',
            code: 40000,
            field: 'body',
            detail: `the body: found ${
              { '': 'an empty text', '<html>': '"<html>"' }[String(body)] ?? (body ? 'an empty list' : 'null')
            }, wanted a JSON object`,
            lost: '',
          },
          place: `${AT.server}/body`,
        },
      ],
    }))
    .filter(({ name }) => !name.endsWith('[]')),
  {
    name: 'an older path',
    change: set(`${AT.server}/url`, 'https://business-api.tiktok.com/open_api/v1.2/event/track/'),
    findings: [
      {
        code: 'refused',
        args: {
          event: 'Purchase',
          code: 40000,
          field: 'url',
          detail:
            'the url: found "/open_api/v1.2/event/track/", wanted /open_api/v1.3/event/track/, or pixel/track/ or pixel/batch/ under v1.2 or v1.3',
          lost: '',
        },
        place: `${AT.server}/url`,
      },
    ],
  },
  {
    name: 'another call of the Business API that carries no events',
    change: all(
      set(`${AT.server}/url`, 'https://business-api.tiktok.com/open_api/v1.3/pixel/list/'),
      set(`${AT.server}/method`, 'GET'),
      set(`${AT.server}/body`, ''),
      set(`${AT.server}/status`, 404),
      answer(40000, 'Invalid value for path'),
    ),
  },
  {
    name: 'a part of a batch',
    change: all(
      batchOf(2),
      set(`${AT.server}/body/batch/1/event_id`, 7),
      set(`${AT.server}/answer`, {
        code: 20001,
        message: 'OK',
        request_id: '0',
        data: { failed_events: [{ order_in_batch: 1, error_message: 'Invalid value for event_id' }] },
      }),
    ),
    findings: [
      {
        code: 'partial',
        args: {
          event: 'Purchase',
          code: 40002,
          field: 'batch[].event_id',
          detail: 'batch[1].event_id: found 7, wanted a valid string',
          lost: '',
        },
        place: `${AT.server}/body/batch/1/event_id`,
      },
    ],
  },
  {
    name: 'a part of a batch, for a reason that the answer alone knows',
    change: all(
      batchOf(2),
      set(`${AT.server}/answer`, {
        code: 20001,
        message: 'OK',
        request_id: '0',
        data: { failed_events: [{ order_in_batch: 1, error_message: 'Duplicate' }] },
      }),
    ),
    findings: [
      {
        code: 'partial',
        args: { event: 'Purchase', detail: 'Duplicate' },
        place: `${AT.server}/body/batch/1`,
      },
    ],
  },
  {
    name: 'refused for a reason that the answer alone knows',
    change: answer(40105, 'Access token is incorrect or has been revoked.'),
    findings: [
      {
        code: 'answered',
        args: { event: 'Purchase', code: '40105', message: 'Access token is incorrect or has been revoked.' },
        place: AT.server,
      },
    ],
  },
  {
    name: 'only one of two requests is refused',
    change: all(sendAgain(), answer(40100, 'Too many requests. Please retry in some time.', 1)),
    findings: [
      {
        code: 'answered',
        args: { event: 'Purchase', code: '40100', message: 'Too many requests. Please retry in some time.' },
        place: '/server/requests/1',
      },
    ],
  },
  {
    name: 'a fault that the target asked for is not a mistake of the site',
    change: all(answer(40100, 'Too many requests.'), set(`${AT.server}/fault`, 'too-frequent')),
  },
  {
    name: 'no answer, which the target asked for',
    change: all(
      set(`${AT.server}/fault`, 'timeout'),
      set(`${AT.server}/status`, 0),
      set(`${AT.server}/answer`, null),
    ),
  },
  {
    name: 'what is wrong under a fault is still wrong',
    change: all(
      set(`${AT.server}/fault`, 'http-500'),
      set(`${AT.server}/status`, 500),
      set(`${AT.server}/answer`, '<html>'),
      set(`${SERVER_EVENT}/event_id`, 7),
    ),
    findings: [
      {
        code: 'refused',
        args: {
          event: 'Purchase',
          code: 40002,
          field: 'data[].event_id',
          detail: 'data[0].event_id: found 7, wanted a valid string',
          lost: '',
        },
        place: `${SERVER_EVENT}/event_id`,
      },
    ],
  },
  {
    name: 'the flat layout',
    change: all(flatBody, answer(40002, 'Invalid value for event_source')),
    inapplicable: 'What would be refused is reported by events-api/layout',
  },
  {
    name: 'a time under its older name',
    change: all(drop(`${SERVER_EVENT}/event_time`), set(`${SERVER_EVENT}/timestamp`, EVENT_TIME)),
    inapplicable: 'What would be refused is reported by events-api/layout',
  },
  {
    name: 'an e-mail address that is not hashed, and no token',
    change: all(
      set(`${SERVER_EVENT}/user/email`, `[email sha256=${MASK} shape=aaa@aaa.aaa]`),
      drop(`${AT.server}/headers/access-token`),
    ),
    inapplicable: 'What would be refused is reported by events-api/token-header and events-api/hashed',
  },
  NOTHING,
]);

const FLAT = {
  event: 'Purchase',
  fields:
    'context.ad.callback belongs in data[0].user.ttclid; context.ip belongs in data[0].user.ip; context.page.url belongs in data[0].page.url; context.user.email belongs in data[0].user.email; context.user.phone_number belongs in data[0].user.phone; context.user.ttp belongs in data[0].user.ttp; context.user_agent belongs in data[0].user.user_agent; event belongs in data[0].event; event_id belongs in data[0].event_id; pixel_code belongs in event_source_id; properties belongs in data[0].properties; timestamp belongs in data[0].event_time, in Unix seconds',
  missing: 'event_source, event_source_id and data',
};

testRule(layout, [
  { name: 'every field in its place' },
  { name: 'the older layout at its own endpoint', change: legacyRequest },
  {
    name: 'the older layout on event/track',
    change: flatBody,
    findings: [
      {
        code: 'flat',
        args: FLAT,
        place: `${AT.server}/body`,
      },
    ],
  },
  {
    name: 'the same mistake twice is one',
    change: all(flatBody, sendAgain()),
    findings: [
      {
        code: 'flat',
        args: FLAT,
        place: `${AT.server}/body`,
      },
    ],
  },
  {
    name: 'the new layout at the older endpoint',
    change: set(`${AT.server}/url`, 'https://business-api.tiktok.com/open_api/v1.3/pixel/track/'),
    findings: [
      {
        code: 'other-endpoint',
        args: { event: 'Purchase', path: '/open_api/v1.3/pixel/track/' },
        place: `${AT.server}/body`,
      },
    ],
  },
  {
    name: 'the phone number under its older name, in two events',
    change: inRequest(({ data }) => {
      const { phone, ...user } = data[0]!.user as Record<string, unknown>;
      data[0]!.user = { ...user, phone_number: phone };
      data.push(structuredClone(data[0]!));
    }),
    findings: [
      {
        code: 'misplaced',
        args: { event: 'Purchase', field: 'data[].user.phone_number', place: 'phone' },
        place: `${SERVER_EVENT}/user/phone_number`,
      },
    ],
  },
  {
    name: 'value beside the properties',
    change: all(drop(`${SERVER_EVENT}/properties/value`), set(`${SERVER_EVENT}/value`, 59.98)),
    findings: [
      {
        code: 'misplaced',
        args: { event: 'Purchase', field: 'data[].value', place: 'properties.value' },
        place: `${SERVER_EVENT}/value`,
      },
    ],
  },
  {
    name: 'a copy of what is in its place does no harm: a finding of events-api/warned',
    change: set(`${AT.server}/body/pixel_code`, PIXEL),
  },
  NOTHING,
]);

testRule(warned, [
  { name: 'nothing to say' },
  {
    name: 'no page, in two requests',
    change: all(drop(`${SERVER_EVENT}/page`), sendAgain()),
    findings: [
      {
        code: 'advice',
        args: {
          event: 'Purchase',
          field: 'data[].page',
          detail: 'data[0].page: found nothing, wanted the URL of the page where the event happened',
          times: 2,
        },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'a hash in upper-case digits',
    change: set(`${SERVER_EVENT}/user/email`, 'A'.repeat(64)),
    findings: [
      {
        code: 'advice',
        args: {
          event: 'Purchase',
          field: 'data[].user.email',
          detail: 'data[0].user.email: found a text of 64 characters, wanted lower-case hexadecimal digits',
          times: 1,
        },
        place: `${SERVER_EVENT}/user/email`,
      },
    ],
  },
  {
    name: 'the currency in lower case, which the browser sends in upper case',
    change: set(`${SERVER_EVENT}/properties/currency`, 'usd'),
    findings: [
      {
        code: 'advice',
        args: {
          event: 'Purchase',
          field: 'data[].properties.currency',
          detail: 'data[0].properties.currency: found "usd", wanted upper case, as in USD',
          times: 1,
        },
        place: `${SERVER_EVENT}/properties/currency`,
      },
    ],
  },
  {
    name: 'no Content-Type',
    change: drop(`${AT.server}/headers/content-type`),
    findings: [
      {
        code: 'advice',
        args: {
          event: 'Purchase',
          field: 'headers.content-type',
          detail: 'header content-type: found nothing, wanted application/json',
          times: 1,
        },
        place: `${AT.server}/headers`,
      },
    ],
  },
  {
    name: 'another value of a field out of its place',
    change: set(`${AT.server}/body/pixel_code`, OTHER_PIXEL),
    findings: [
      {
        code: 'advice',
        args: {
          event: 'Purchase',
          field: 'pixel_code',
          detail: `pixel_code: found "${OTHER_PIXEL}", wanted it in event_source_id`,
          times: 1,
        },
        place: `${AT.server}/body/pixel_code`,
      },
    ],
  },
  { name: 'the same value out of its place', change: set(`${AT.server}/body/pixel_code`, PIXEL) },
  { name: 'no referrer', change: set(`${SERVER_EVENT}/page/referrer`, '') },
  {
    name: 'a test code where it has no effect',
    change: set(`${SERVER_EVENT}/test_event_code`, 'TEST48213'),
    findings: [
      {
        code: 'advice',
        args: {
          event: 'Purchase',
          field: 'data[].test_event_code',
          detail: 'data[0].test_event_code: found "TEST48213", wanted it in the body, beside data',
          times: 1,
        },
        place: `${SERVER_EVENT}/test_event_code`,
      },
    ],
  },
  {
    name: 'empty texts for what is not known, in two events: one line',
    change: inRequest(({ data }) => {
      data[0]!.user = { ...(data[0]!.user as object), city: '', locale: '' };
      data.push({ ...structuredClone(data[0]), event: 'AddToCart' });
    }),
    findings: [
      {
        code: 'fillers',
        args: { event: 'Purchase and AddToCart', fields: 'data[].user.locale and data[].user.city' },
        place: `${SERVER_EVENT}/user/locale`,
      },
    ],
  },
  {
    name: 'no value in an event that the browser never sent',
    change: all(set(`${SERVER_EVENT}/event_id`, 'phone-order'), drop(`${SERVER_EVENT}/properties/value`)),
    findings: [
      {
        code: 'advice',
        args: {
          event: 'Purchase',
          field: 'data[].properties.value',
          detail: 'data[0].properties.value: found nothing, wanted the value of the whole order, a number',
          times: 1,
        },
        place: `${SERVER_EVENT}/properties`,
      },
    ],
  },
  {
    name: 'no value, which the browser sends: a finding of events-api/parameters-agree',
    change: drop(`${SERVER_EVENT}/properties/value`),
  },
  {
    name: 'keys that are empty are judged by what the visit had to offer',
    change: all(
      set(`${SERVER_EVENT}/user/email`, ''),
      set(`${SERVER_EVENT}/user/external_id`, null),
      set(`${SERVER_EVENT}/user/ttclid`, ''),
      set(`${SERVER_EVENT}/user/ttp`, 'mine'),
      set(`${SERVER_EVENT}/user/ip`, ''),
    ),
  },
  {
    name: 'null for the whole user: each key is judged on its own',
    change: set(`${SERVER_EVENT}/user`, null),
  },
  {
    name: 'a made-up click id of a visitor who came without an ad',
    change: all(drop('/clickId'), set(`${SERVER_EVENT}/user/ttclid`, 'click-1')),
    findings: [
      {
        code: 'advice',
        args: {
          event: 'Purchase',
          field: 'data[].user.ttclid',
          detail: 'data[0].user.ttclid: found "click-1", wanted a click id as landed: E.C.P.…',
          times: 1,
        },
        place: `${SERVER_EVENT}/user/ttclid`,
      },
    ],
  },
  NOTHING,
]);

const tokenIs = (text: string) => set(`${AT.server}/headers/access-token`, text);
const masked = (shape: string, sha256 = MASK) => `[token sha256=${sha256} shape=${shape}]`;

testRule(tokenHeader, [
  { name: 'the token alone' },
  {
    name: 'none',
    change: drop(`${AT.server}/headers/access-token`),
    findings: [
      {
        code: 'missing',
        args: { times: 1 },
        place: `${AT.server}/headers`,
      },
    ],
  },
  {
    name: 'none in two requests',
    change: all(drop(`${AT.server}/headers/access-token`), sendAgain()),
    findings: [
      {
        code: 'missing',
        args: { times: 2 },
        place: `${AT.server}/headers`,
      },
    ],
  },
  {
    name: 'an empty one',
    change: tokenIs(' '),
    findings: [
      {
        code: 'empty',
        args: { times: 1 },
        place: `${AT.server}/headers/access-token`,
      },
    ],
  },
  {
    name: 'the word Bearer before it',
    change: tokenIs(masked('Aaaaaa aaaa-aaaaa')),
    findings: [
      {
        code: 'bearer',
        args: { header: 'Access-Token', times: 1 },
        place: `${AT.server}/headers/access-token`,
      },
    ],
  },
  {
    name: 'as Authorization',
    change: all(
      drop(`${AT.server}/headers/access-token`),
      set(`${AT.server}/headers/authorization`, masked('Aaaaaa aaaa-aaaaa')),
    ),
    findings: [
      {
        code: 'bearer',
        args: { header: 'Authorization', times: 1 },
        place: `${AT.server}/headers/authorization`,
      },
    ],
  },
  {
    name: 'in the URL',
    change: all(
      drop(`${AT.server}/headers/access-token`),
      set(
        `${AT.server}/url`,
        `https://business-api.tiktok.com/open_api/v1.3/event/track/?access_token=${masked('aaaa').replace('token', 'secret')}`,
      ),
    ),
    findings: [
      {
        code: 'query',
        args: { parameter: 'access_token', times: 1 },
        place: `${AT.server}/url`,
      },
    ],
  },
  ...[
    ['a template', masked('<aaaa_aaaaaa_aaaaa>')],
    ['a variable', masked(`$\{AAAAAA_AAAAA}`)],
    ['undefined', masked('aaaaaaaaa', 'eb045d78d273107348b0300c01d29b7552d622abbc6faf81b3ec55359aa9950c')],
  ].map(([name, text]) => ({
    name: `a placeholder: ${name}`,
    change: tokenIs(text!),
    findings: [
      {
        code: 'placeholder',
        args: { times: 1 },
        place: `${AT.server}/headers/access-token`,
      },
    ],
  })),
  NOTHING,
]);

const NO_PIXEL = 'The server sent no website event with a pixel';

testRule(pixelMatches, [
  { name: 'the pixel of the target' },
  {
    name: 'another pixel',
    change: set(`${AT.server}/body/event_source_id`, OTHER_PIXEL),
    findings: [
      {
        code: 'not-of-target',
        args: { event: 'Purchase', pixel: OTHER_PIXEL, wanted: PIXEL },
        place: `${AT.server}/body/event_source_id`,
      },
    ],
  },
  {
    name: 'another pixel of the target, to which the browser did not send it',
    change: set(`${AT.server}/body/event_source_id`, OTHER_PIXEL),
    target: ({ pixels }) => pixels.push(OTHER_PIXEL),
    findings: [
      {
        code: 'other-pixel',
        args: { event: 'Purchase', id: 'order-1001', pixel: OTHER_PIXEL, browser: PIXEL },
        place: `${AT.server}/body/event_source_id`,
      },
    ],
  },
  { name: 'the older API', change: legacyRequest },
  {
    name: 'no pixel: a finding of events-api/accepted',
    change: drop(`${AT.server}/body/event_source_id`),
    inapplicable: NO_PIXEL,
  },
  {
    name: 'an event of the app',
    change: all(
      set(`${AT.server}/body/event_source`, 'app'),
      set(`${AT.server}/body/event_source_id`, '7123'),
    ),
    inapplicable: NO_PIXEL,
  },
  { ...NOTHING, inapplicable: NO_PIXEL },
]);

const NO_TIME = 'The server sent no event with a time that can be read';
const timeIs = (time: unknown) => set(`${SERVER_EVENT}/event_time`, time);

testRule(eventTimeFresh, [
  { name: 'sent at once' },
  { name: 'fifteen minutes later', change: timeIs(EVENT_TIME - 899) },
  {
    name: 'a little later than that',
    change: timeIs(EVENT_TIME - 901),
    findings: [
      {
        code: 'old',
        args: { event: 'Purchase', age: '15 minutes', limit: '15 minutes', zone: '' },
        place: `${SERVER_EVENT}/event_time`,
      },
    ],
  },
  {
    name: 'a local time',
    change: timeIs(EVENT_TIME - 5 * 3600),
    findings: [
      {
        code: 'old',
        args: { event: 'Purchase', age: '5 hours', limit: '15 minutes', zone: 'yes' },
        place: `${SERVER_EVENT}/event_time`,
      },
    ],
  },
  {
    name: 'a queue that the target allows',
    change: timeIs(EVENT_TIME - 3000),
    target: ({ eventsApi }) => {
      eventsApi.maxAge = 3600;
    },
  },
  {
    name: 'the older API, days ago',
    change: all(legacyRequest, set(`${AT.server}/body/timestamp`, '2026-11-12T09:45:50Z')),
    findings: [
      {
        code: 'old',
        args: { event: 'Purchase', age: '10 days', limit: '15 minutes', zone: '' },
        place: `${AT.server}/body/timestamp`,
      },
    ],
  },
  {
    name: 'a sale of the shop in town',
    change: all(set(`${AT.server}/body/event_source`, 'offline'), timeIs(1)),
    inapplicable: NO_TIME,
  },
  { name: 'no time: a finding of events-api/accepted', change: timeIs('soon'), inapplicable: NO_TIME },
  { ...NOTHING, inapplicable: NO_TIME },
]);

testRule(eventTimeNotFuture, [
  { name: 'now' },
  { name: 'clocks that differ by less than a minute', change: timeIs(EVENT_TIME + 60) },
  {
    name: 'two minutes ahead',
    change: timeIs(EVENT_TIME + 150),
    findings: [
      {
        code: 'future',
        args: { event: 'Purchase', ahead: '2 minutes', zone: '' },
        place: `${SERVER_EVENT}/event_time`,
      },
    ],
  },
  {
    name: 'a local time',
    change: timeIs(EVENT_TIME + 8 * 3600),
    findings: [
      {
        code: 'future',
        args: { event: 'Purchase', ahead: '8 hours', zone: 'yes' },
        place: `${SERVER_EVENT}/event_time`,
      },
    ],
  },
  { ...NOTHING, inapplicable: NO_TIME },
]);

const events = (count: number) =>
  inRequest((body) => {
    body.data = Array.from({ length: count }, (_, n) => ({ ...body.data[0], event_id: `o-${n}` }));
  });

testRule(batchSize, [
  { name: 'one event' },
  { name: '50 events', change: events(50) },
  {
    name: '51 events',
    change: events(51),
    findings: [{ code: 'large', args: { count: 51, limit: 50 }, place: AT.server }],
  },
  {
    name: 'one event, sent with those of other visits',
    change: set(`${AT.server}/otherEvents`, 99),
    findings: [{ code: 'large', args: { count: 100, limit: 50 }, place: AT.server }],
  },
  {
    name: '51 events, which the target allows',
    change: events(51),
    target: ({ eventsApi }) => {
      eventsApi.maxBatch = 100;
    },
  },
  { name: '1,001 events are refused: a finding of events-api/accepted', change: events(1001) },
  { ...NOTHING, inapplicable: 'The server sent no event' },
]);

testRule(testEventCodeAbsent, [
  { name: 'none' },
  {
    name: 'a code',
    change: set(`${AT.server}/body/test_event_code`, 'TEST48213'),
    findings: [
      {
        code: 'present',
        args: { event: 'Purchase', code: 'TEST48213' },
        place: `${AT.server}/body/test_event_code`,
      },
    ],
  },
  { name: 'an empty code', change: set(`${AT.server}/body/test_event_code`, '') },
  {
    name: 'a code in the URL',
    change: ({ server }) => {
      server.requests[0]!.url += '?test_event_code=TEST48213';
    },
    findings: [
      {
        code: 'in-url',
        args: { event: 'Purchase', code: 'TEST48213' },
        place: `${AT.server}/url`,
      },
    ],
  },
  {
    name: 'a code that the target allows',
    change: set(`${AT.server}/body/test_event_code`, 'TEST48213'),
    target: ({ eventsApi }) => {
      eventsApi.allowTestEventCode = true;
    },
    inapplicable: 'The target allows test codes: eventsApi.allowTestEventCode',
  },
  { ...NOTHING, inapplicable: 'The server sent no event' },
]);

testRule(memberNames, [
  { name: 'each under its own' },
  {
    name: "another vendor's names, in two events",
    change: inRequest(({ data }) => {
      const { ip, ...user } = data[0]!.user as Record<string, unknown>;
      data[0]!.user = { ...user, client_ip_address: ip };
      data.push({ ...structuredClone(data[0]), event: 'AddToCart' });
    }),
    findings: [
      {
        code: 'misnamed',
        args: { event: 'Purchase and AddToCart', field: 'data[].user.client_ip_address', wanted: 'user.ip' },
        place: `${SERVER_EVENT}/user/client_ip_address`,
      },
    ],
  },
  { name: 'beside the right one', change: set(`${SERVER_EVENT}/user/client_ip_address`, '203.0.113.42') },
  NOTHING,
]);

testRule(asDocumented, [
  { name: 'numbers' },
  {
    name: 'a value in text',
    change: set(`${SERVER_EVENT}/properties/value`, '59.98'),
    findings: [
      {
        code: 'unrecorded',
        args: {
          event: 'Purchase',
          field: 'data[].properties.value',
          detail: 'data[0].properties.value: found "59.98", wanted a number',
          what: 'a number sent as text',
        },
        place: `${SERVER_EVENT}/properties/value`,
      },
    ],
  },
  {
    name: 'an event of a CRM without its lead',
    change: set(`${AT.server}/body/event_source`, 'crm'),
    findings: [
      {
        code: 'unrecorded',
        args: {
          event: 'Purchase',
          field: 'data[].lead',
          detail: 'data[0].lead: found nothing, wanted the lead_id of the lead, which the reference requires',
          what: 'an event of a CRM without lead.lead_id',
        },
        place: SERVER_EVENT,
      },
    ],
  },
  NOTHING,
]);
