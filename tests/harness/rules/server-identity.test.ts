import { externalIdHashed } from '../../../src/rules/events-api/external-id-hashed.ts';
import { hashCorrect } from '../../../src/rules/events-api/hash-correct.ts';
import { hashed } from '../../../src/rules/events-api/hashed.ts';
import { ipAndUserAgent } from '../../../src/rules/events-api/ip-and-user-agent.ts';
import { namesHashed } from '../../../src/rules/events-api/names-hashed.ts';
import { ttpForwarded } from '../../../src/rules/events-api/ttp-forwarded.ts';
import { keyCoverage } from '../../../src/rules/match/key-coverage.ts';
import { hashOf, sha256Hex } from '../../../src/tiktok/hashing.ts';
import { AT, add, all, call, drop, eachBeacon, set, USER_AGENT } from './clean.ts';
import { inRequest, SERVER_EVENT, sendAgain } from './server.ts';
import { testRule } from './table.ts';

const USER = `${SERVER_EVENT}/user`;
const MASK = '0'.repeat(64);
const NOTHING = {
  name: 'nothing was sent',
  change: set('/server/requests', []),
  inapplicable: 'The server sent no event',
};
const strangers = set('/steps', []);
const emailIs = (value: unknown) => set(`${USER}/email`, value);
const externalIdIs = (value: unknown) => set(`${USER}/external_id`, value);

testRule(hashed, [
  { name: 'hashes only' },
  {
    name: 'an e-mail address that is not hashed',
    change: emailIs(`[email sha256=${MASK} shape=aaa.aaaaa@aaaaaaa.aaa]`),
    findings: [
      {
        code: 'clear',
        args: { event: 'Purchase', field: 'e-mail address', problem: 'is in clear: nothing was hashed' },
        place: `${USER}/email`,
      },
    ],
  },
  {
    name: 'a phone number in clear, in a list',
    change: set(`${USER}/phone`, [`[phone sha256=${MASK} shape=+99999999999]`]),
    findings: [
      {
        code: 'clear',
        args: { event: 'Purchase', field: 'phone number', problem: 'is in clear: nothing was hashed' },
        place: `${USER}/phone`,
      },
    ],
  },
  { name: 'other members in clear', change: all(externalIdIs('7'), set(`${USER}/first_name`, 'Ada')) },
  {
    name: 'an MD5',
    change: emailIs(`[email sha256=${MASK} shape=${'a9'.repeat(16)}]`),
    findings: [
      {
        code: 'not-sha256',
        args: {
          event: 'Purchase',
          field: 'e-mail address',
          problem: 'has the length of an MD5; SHA-256 is wanted',
        },
        place: `${USER}/email`,
      },
    ],
  },
  { name: 'empty texts', change: all(emailIs(''), externalIdIs([''])) },
  {
    name: 'no identity at all',
    change: drop(`${USER}/email`, `${USER}/phone`),
    inapplicable: 'No server event says who the customer is',
  },
  { ...NOTHING, inapplicable: 'No server event says who the customer is' },
]);

const NOBODY = [
  {
    name: 'no identity at all',
    change: drop(`${USER}/email`, `${USER}/phone`),
    inapplicable: 'No server event says who the customer is',
  },
  { ...NOTHING, inapplicable: 'No server event says who the customer is' },
];

testRule(namesHashed, [
  { name: 'none', change: emailIs('ada@example.com') },
  {
    name: 'names in clear',
    change: all(
      set(`${USER}/first_name`, `[name sha256=${MASK} shape=Aaa]`),
      set(`${USER}/last_name`, sha256Hex('lovelace')),
    ),
    findings: [
      {
        code: 'clear',
        args: { event: 'Purchase', field: 'first name', problem: 'is in clear: nothing was hashed' },
        place: `${USER}/first_name`,
      },
    ],
  },
  {
    name: 'a postal code as SHA-1',
    change: set(`${USER}/zip_code`, `[address sha256=${MASK} shape=${'a9'.repeat(20)}]`),
    findings: [
      {
        code: 'not-sha256',
        args: {
          event: 'Purchase',
          field: 'postal code',
          problem: 'has the length of a SHA-1; SHA-256 is wanted',
        },
        place: `${USER}/zip_code`,
      },
    ],
  },
  ...NOBODY,
]);

testRule(externalIdHashed, [
  { name: 'none', change: emailIs('ada@example.com') },
  { name: 'a hash', change: externalIdIs(sha256Hex('7')) },
  {
    name: 'an external id in clear, in two events',
    change: all(
      externalIdIs(`[external-id sha256=${MASK} shape=aaaaaaaa-99]`),
      inRequest(({ data }) => data.push({ ...data[0], event: 'AddToCart' })),
    ),
    findings: [
      {
        code: 'clear',
        args: {
          event: 'Purchase and AddToCart',
          field: 'external id',
          problem: 'is in clear: nothing was hashed',
        },
        place: `${USER}/external_id`,
      },
    ],
  },
  {
    name: 'an MD5 of one',
    change: externalIdIs(`[external-id sha256=${MASK} shape=${'a9'.repeat(16)}]`),
    findings: [
      {
        code: 'not-sha256',
        args: {
          event: 'Purchase',
          field: 'external id',
          problem: 'has the length of an MD5; SHA-256 is wanted',
        },
        place: `${USER}/external_id`,
      },
    ],
  },
  ...NOBODY,
]);

testRule(hashCorrect, [
  { name: 'the hashes of what was typed' },
  {
    name: 'one of two addresses',
    change: emailIs([sha256Hex('other@example.com'), hashOf('email', 'ada.buyer@example.com')]),
  },
  { name: 'in upper-case digits', change: emailIs(hashOf('email', 'ada.buyer@example.com').toUpperCase()) },
  {
    name: 'upper case kept',
    change: emailIs(sha256Hex('Ada.Buyer@Example.com')),
    findings: [
      {
        code: 'mistake',
        args: {
          event: 'Purchase',
          field: 'e-mail address',
          problem: 'was hashed with its upper-case letters',
        },
        place: `${USER}/email`,
      },
    ],
  },
  {
    name: 'no plus, in two requests',
    change: all(set(`${USER}/phone`, sha256Hex('14155550123')), sendAgain()),
    findings: [
      {
        code: 'mistake',
        args: { event: 'Purchase', field: 'phone number', problem: 'was hashed without its leading plus' },
        place: `${USER}/phone`,
      },
    ],
  },
  {
    name: "another's",
    change: emailIs(sha256Hex('ada@work.example')),
    findings: [
      {
        code: 'unknown',
        args: { event: 'Purchase', field: 'e-mail address', problem: '' },
        place: `${USER}/email`,
      },
    ],
  },
  {
    name: "another's, in a visit that begins logged in",
    change: emailIs(sha256Hex('ada@work.example')),
    target: (target) => {
      target.storageState = 'account.json';
    },
    inconclusive:
      "The e-mail address of Purchase is not a hash of what the visitor typed. The visit begins logged in: the hash may be of the account's own, of another customer's, or salted. Give the target the identity of the account: then the visitor types that, and the two are compared",
  },
  {
    name: 'an external id that the visitor did not type is not known',
    change: externalIdIs(sha256Hex('anything')),
  },
  {
    name: 'an external id that is the hash of the e-mail address',
    change: externalIdIs(hashOf('email', 'ada.buyer@example.com')),
    findings: [
      {
        code: 'mistake',
        args: {
          event: 'Purchase',
          field: 'external id',
          problem: "is the hash of another of the customer's fields",
        },
        place: `${USER}/external_id`,
      },
    ],
  },
  {
    name: 'a placeholder, of a stranger',
    change: all(strangers, emailIs(sha256Hex('undefined'))),
    findings: [
      {
        code: 'mistake',
        args: {
          event: 'Purchase',
          field: 'e-mail address',
          problem: 'is the hash of a placeholder or a sample',
        },
        place: `${USER}/email`,
      },
    ],
  },
  {
    name: 'typed after the event was sent',
    change: all(set('/steps/3/at', 860), set('/steps/4/at', 860), emailIs(sha256Hex('a@b.example'))),
    inapplicable: 'The visitor typed nothing that a hash could be compared with',
  },
  {
    name: 'in clear: a finding of events-api/hashed',
    change: emailIs(`[email sha256=${MASK} shape=aaa.aaaaa@aaaaaaa.aaa]`),
  },
  {
    name: 'a stranger',
    change: strangers,
    inapplicable: 'The visitor typed nothing that a hash could be compared with',
  },
  {
    name: 'no hash',
    change: drop(`${USER}/email`, `${USER}/phone`),
    inapplicable: 'No server event contains a hash',
  },
]);

testRule(ttpForwarded, [
  { name: 'the cookie of this browser' },
  {
    name: 'none',
    change: drop(`${USER}/ttp`),
    findings: [
      {
        code: 'missing',
        args: { event: 'Purchase' },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'an empty one',
    change: set(`${USER}/ttp`, ''),
    findings: [
      {
        code: 'missing',
        args: { event: 'Purchase' },
        place: `${USER}/ttp`,
      },
    ],
  },
  {
    name: "another's",
    change: set(`${USER}/ttp`, 'session-1'),
    findings: [
      {
        code: 'other',
        args: { event: 'Purchase' },
        place: `${USER}/ttp`,
      },
    ],
  },
  {
    name: 'beside the user: a finding of events-api/layout',
    change: all(drop(`${USER}/ttp`), set(`${SERVER_EVENT}/ttp`, 'x')),
  },
  {
    name: 'a pixel without first-party cookies',
    change: all(
      eachBeacon(({ context }) => {
        if (context.user) delete context.user.anonymous_id;
      }),
      set('/cookies', []),
      drop(`${USER}/ttp`),
    ),
    inapplicable: 'The browser had no _ttp cookie when the server sent its events',
  },
  {
    name: 'sent before the SDK set the cookie',
    change: all(set(`${AT.server}/at`, 120), drop(`${USER}/ttp`)),
    inapplicable: 'The browser had no _ttp cookie when the server sent its events',
  },
  {
    name: 'sent before the SDK set the cookie, and arrived after it',
    change: all(set(`${AT.server}/at`, 170), drop(`${USER}/ttp`)),
    inapplicable: 'The browser had no _ttp cookie when the server sent its events',
  },
  {
    name: 'a cookie that is new on the page whose events arrive later',
    change: all(set(`${AT.sent.Purchase}/body/context/user/anonymous_id`, 'new'), set(`${USER}/ttp`, 'new')),
  },
  NOTHING,
]);

testRule(ipAndUserAgent, [
  { name: 'both, of the visitor' },
  {
    name: 'no ip',
    change: drop(`${USER}/ip`),
    findings: [{ code: 'missing', args: { event: 'Purchase', what: 'ip', agent: '' }, place: SERVER_EVENT }],
  },
  {
    name: 'neither',
    change: all(drop(`${USER}/ip`), set(`${USER}/user_agent`, '')),
    findings: [
      {
        code: 'missing',
        args: { event: 'Purchase', what: 'ip and user_agent', agent: '' },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'a list of addresses, as the proxy passes it on',
    change: set(`${USER}/ip`, `[ip sha256=${MASK} shape=99.999.9.9, 99.9.9.9]`),
    findings: [{ code: 'no-address', args: { event: 'Purchase', what: '', agent: '' }, place: `${USER}/ip` }],
  },
  { name: 'an address of version 6', change: set(`${USER}/ip`, `[ip sha256=${MASK} shape=9999:aa9::9a]`) },
  ...['node', 'axios/1.7.9', 'python-requests/2.32', 'Java/21.0.1', 'GuzzleHttp/7'].map((agent) => ({
    name: `the user agent of a program: ${agent}`,
    change: set(`${USER}/user_agent`, agent),
    findings: [
      {
        code: 'own-agent',
        args: { event: 'Purchase', what: '', agent },
        place: `${USER}/user_agent`,
      },
    ],
  })),
  {
    name: "another browser's",
    change: set(`${USER}/user_agent`, 'Mozilla/5.0 (iPhone)'),
    findings: [
      {
        code: 'other-agent',
        args: { event: 'Purchase', what: '', agent: 'Mozilla/5.0 (iPhone)' },
        place: `${USER}/user_agent`,
      },
    ],
  },
  {
    name: 'beside the user: a finding of events-api/layout',
    change: all(drop(`${USER}/user_agent`), set(`${SERVER_EVENT}/user_agent`, USER_AGENT)),
  },
  {
    name: 'an event of the app',
    change: set(`${AT.server}/body/event_source`, 'app'),
    inapplicable: 'The server sent no website event',
  },
  { ...NOTHING, inapplicable: 'The server sent no website event' },
]);

testRule(keyCoverage, [
  { name: 'every key of the visit' },
  {
    name: 'no phone number',
    change: drop(`${USER}/phone`),
    findings: [
      {
        code: 'missing',
        args: { missing: 'phone number', carried: 4, offered: 5, event: 'Purchase' },
        place: `${USER}/email`,
      },
    ],
  },
  {
    name: 'an empty list, and an external id that only the pixel got',
    change: all(
      emailIs(['']),
      set(`${AT.identify.checkout}/args/0/external_id`, `[external-id sha256=${MASK} shape=99]`),
    ),
    findings: [
      {
        code: 'missing',
        args: { missing: 'e-mail address, external id', carried: 4, offered: 6, event: 'Purchase' },
        place: `${USER}/email`,
      },
    ],
  },
  { name: 'keys with a rule of their own', change: drop(`${USER}/ttp`, `${USER}/ttclid`, `${USER}/ip`) },
  {
    name: 'what was typed later was not there to offer',
    change: all(
      drop('/calls/9'),
      set('/steps/3/at', 860),
      set('/steps/4/at', 860),
      drop(`${USER}/email`, `${USER}/phone`),
    ),
  },
  {
    name: 'the phone number under its older name: a finding of events-api/layout',
    change: all(drop(`${USER}/phone`), set(`${USER}/phone_number`, MASK)),
  },
  {
    name: 'hashed by the page itself',
    change: all(
      strangers,
      add('calls', call('order', 849, 'identify', { sha256_email: MASK })),
      drop('/calls/13', '/calls/9'),
      drop(`${USER}/email`, `${USER}/phone`),
    ),
    findings: [
      {
        code: 'missing',
        args: { missing: 'e-mail address', carried: 3, offered: 4, event: 'Purchase' },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'passed to the pixel after the event had arrived, though the visitor did nothing in between',
    change: all(strangers, drop('/calls/9'), drop(`${USER}/email`)),
    findings: [
      {
        code: 'missing',
        args: { missing: 'e-mail address', carried: 4, offered: 5, event: 'Purchase' },
        place: SERVER_EVENT,
      },
    ],
  },
  {
    name: 'a view is not a conversion',
    change: set(`${SERVER_EVENT}/event`, 'ViewContent'),
    inapplicable: 'The server sent no conversion',
  },
  { ...NOTHING, inapplicable: 'The server sent no conversion' },
]);
