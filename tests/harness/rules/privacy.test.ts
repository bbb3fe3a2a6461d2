import { accessTokenNotInBrowser } from '../../../src/rules/privacy/access-token-not-in-browser.ts';
import { serverLogClean } from '../../../src/rules/privacy/server-log-clean.ts';
import { sha256Hex } from '../../../src/tiktok/hashing.ts';
import { AT, add, all, drop, SHOP, set } from './clean.ts';
import { under } from './faults.ts';
import { testRule } from './table.ts';

const MASK = '0'.repeat(64);
const ENDPOINT = 'https://business-api.tiktok.com/open_api/v1.3/event/track/';
const fromPage = {
  at: 990,
  method: 'POST',
  url: ENDPOINT,
  page: `${SHOP}/orders/1001`,
  status: 404,
};
const called = (how: string) => ({
  code: 'called',
  message: `The page /orders/1001 called the Events API itself, ${how}`,
  place: '/requests/17',
});

testRule(accessTokenNotInBrowser, [
  { name: 'the server keeps it' },
  {
    name: 'the page calls the Events API',
    change: add('requests', { ...fromPage, accessToken: `[token sha256=${MASK} shape=aaaa]` }),
    findings: [called('with an access token')],
  },
  {
    name: 'twice, with the token in the URL',
    change: add(
      'requests',
      { ...fromPage, url: `${ENDPOINT}?access_token=[secret sha256=${MASK} shape=aaaa]` },
      fromPage,
    ),
    findings: [called('with an access token')],
  },
  {
    name: 'without a token',
    change: add('requests', fromPage),
    findings: [called("which takes a token that is no browser's to have")],
  },
  {
    name: 'it asks for leave only, and is not given it',
    change: add('requests', { ...fromPage, method: 'OPTIONS' }),
  },
  {
    name: 'in the source of a page',
    change: set('/exposed', [`${SHOP}/orders/1001`]),
    findings: [
      {
        code: 'in-page',
        message: 'The source of /orders/1001 holds the access token that the server sends',
        place: '/exposed/0',
      },
    ],
  },
  {
    name: 'in the address of a page',
    change: set(
      `${AT.order}/url`,
      `${SHOP}/orders/1001?access_token=[secret sha256=${sha256Hex('demo-token')} shape=aaaa]`,
    ),
    findings: [
      {
        code: 'in-url',
        message: 'The address of /orders/1001 carries an access token, as access_token',
        place: `${AT.order}/url`,
      },
    ],
  },
  {
    name: 'the token of a sign-in service in the address',
    change: set(`${AT.order}/url`, `${SHOP}/orders/1001#access_token=[secret sha256=${MASK} shape=aaaa]`),
  },
  {
    name: 'in the address, by its name',
    change: all(drop(AT.server), set(`${AT.order}/url`, `${SHOP}/orders/1001?tiktok_access_token=abc`)),
    findings: [
      {
        code: 'in-url',
        message: 'The address of /orders/1001 carries an access token, as tiktok_access_token',
        place: `${AT.order}/url`,
      },
    ],
  },
  {
    name: 'in the fragment, under a name of its own: the token that the server sends',
    change: set(`${AT.order}/url`, `${SHOP}/orders/1001#/?key=demo-token`),
    findings: [
      {
        code: 'in-url',
        message: 'The address of /orders/1001 carries an access token, as key',
        place: `${AT.order}/url`,
      },
    ],
  },
  {
    name: 'in a call',
    change: set(`${AT.call.Purchase}/args/1/settings`, { tokens: ['demo-token'] }),
    findings: [
      {
        code: 'in-call',
        message: 'ttq.track was given an access token on /orders/1001',
        place: AT.call.Purchase,
      },
    ],
  },
  {
    name: 'in a call, by its name',
    change: all(set(`${AT.identify.order}/args/0/access_token`, 'other-token'), drop(AT.server)),
    findings: [
      {
        code: 'in-call',
        message: 'ttq.identify was given an access token on /orders/1001',
        place: AT.identify.order,
      },
    ],
  },
  { name: 'an empty one', change: set(`${AT.identify.order}/args/0/access_token`, '') },
  {
    name: 'no page was reached',
    change: all(set('/documents', []), set('/requests', []), set('/calls', [])),
    inapplicable: 'No page was reached',
  },
]);

const written = (what: string, index: number) => ({
  code: 'written',
  message: `The server wrote ${what} to its log when the Events API failed (token-expired)`,
  place: `/server/leaks/${index}`,
});
const expired = under({ kind: 'token-expired' });

testRule(serverLogClean, [
  {
    name: 'no fault',
    change: set('/scenario', 'events-api-faults'),
    inapplicable: 'The visit was made without a fault of the Events API',
  },
  { name: 'nothing is written', change: expired },
  {
    name: 'each kind is told once',
    change: all(
      expired,
      set('/server/leaks', [
        { at: 900, kind: 'token' },
        { at: 901, kind: 'token' },
        { at: 902, kind: 'email' },
      ]),
    ),
    findings: [written('the access token', 0), written("the customer's e-mail address", 2)],
  },
  {
    name: 'a phone number',
    change: all(expired, set('/server/leaks', [{ at: 900, kind: 'phone' }])),
    findings: [written("the customer's phone number", 0)],
  },
  {
    name: 'a stub that is a server sees no log',
    change: all(expired, set('/recorder/eventsApi', 'server')),
    inapplicable: "The log of the site's server is not seen",
  },
  {
    name: 'another process serves the site',
    change: all(expired, set('/server/seen', false)),
    inconclusive: "The stub saw no request of this visit reach the site's server",
  },
]);
