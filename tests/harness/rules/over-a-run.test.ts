import { expect } from '@playwright/test';
import { problem } from '../../../src/evidence/problem.ts';
import { newForEachView } from '../../../src/rules/event-id/new-for-each-view.ts';
import { notCached } from '../../../src/rules/event-id/not-cached.ts';
import { uniqueAcrossVisits } from '../../../src/rules/event-id/unique-across-visits.ts';
import { ofAVisit } from '../../../src/rules/events-api/of-a-visit.ts';
import { externalIdOwn } from '../../../src/rules/identity/external-id-own.ts';
import type { Arguments } from '../../../src/rules/rule.ts';
import type { RunRule } from '../../../src/rules/run-rule.ts';
import type { Target } from '../../../src/target/target.ts';
import { sha256Hex } from '../../../src/tiktok/hashing.ts';
import type { VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { missingVisit } from '../../../src/verdict/visit-id.ts';
import { test } from '../test.ts';
import {
  AT,
  add,
  all,
  beacon,
  type Change,
  cleanTarget,
  drop,
  eachBeacon,
  OTHER_PIXEL,
  page,
  SHOP,
  set,
} from './clean.ts';
import { sendAgain } from './server.ts';
import {
  eventId,
  FIRST_FILE,
  judgedRun,
  judgedVisits,
  productAgain,
  SECOND_FILE,
  strangersId,
  untied,
  type Visits,
} from './visits.ts';
import { keepWordings, knownWordings, wordingsOf } from './wording.ts';

/** One case of a rule over a run: two correct visits with something changed in them. Without an outcome: pass. */
interface Row extends Visits {
  name: string;
  target?: (target: Target) => void;
  /** Changes what was judged of the visits. */
  judged?: (visits: VisitVerdicts[]) => VisitVerdicts[];
  findings?: { code: string; args: Arguments; places: string[] }[];
  inapplicable?: string;
  inconclusive?: string;
}

/** Each row in both orders of the visits. */
function testRunRule(rule: RunRule, rows: Row[]): void {
  test.describe(rule.id, () => {
    for (const row of rows) {
      test(row.name, () => {
        const target = cleanTarget(row.target);
        const { judged = (visits) => visits } = row;
        const visits = judged(judgedVisits(row, target));
        const verdicts = judgedRun(visits, target, [rule]);
        expect(judgedRun(visits.toReversed(), target, [rule]), 'in the other order').toEqual(verdicts);

        const { outcome, reason, findings } = verdicts[0]!;
        const { findings: wanted = [], inapplicable, inconclusive } = row;
        expect({
          outcome,
          reason,
          findings: findings.map(({ code, args }) => ({ code, args })),
        }).toEqual({
          outcome: inapplicable
            ? 'inapplicable'
            : inconclusive
              ? 'inconclusive'
              : wanted.length > 0
                ? 'fail'
                : 'pass',
          reason: inapplicable ?? inconclusive,
          findings: wanted.map(({ code, args }) => ({ code, args })),
        });
        expect(
          findings.map(({ seen = [] }) => seen.map(({ evidence, place }) => `${evidence} ${place}`)),
        ).toEqual(wanted.map(({ places }) => places));
      });
    }

    test('every message is shown by a case', () => {
      const shown = new Set(rows.flatMap(({ findings = [] }) => findings.map(({ code }) => code)));
      expect([...shown].sort()).toEqual(Object.keys(rule.messages).sort());
      const wordings = wordingsOf(
        rule,
        rows.flatMap(({ findings = [] }) => findings),
      );
      if (test.info().config.updateSnapshots === 'all') keepWordings(rule.id, wordings);
      else expect(wordings, 'wording.json has the wordings of these cases').toEqual(knownWordings()[rule.id]);
    });
  });
}

const ONE_VISIT = 'There is only one visit, and nothing to compare it with';
const onlyFirst = (visits: VisitVerdicts[]) => visits.slice(0, 1);
const both = (place: string) => [`${FIRST_FILE} ${place}`, `${SECOND_FILE} ${place}`];
const inBoth = (change: Change): Visits => ({ first: change, second: change });
const SERVER_EVENT = `${AT.server}/body/data/0`;

const noIds: Change = all(
  eachBeacon((body) => {
    body.event_id = '';
  }),
  ({ calls }) => {
    for (const { args } of calls) args.splice(2);
  },
  drop(`${SERVER_EVENT}/event_id`),
);

const elsewhere =
  (...ids: string[]) =>
  (visits: VisitVerdicts[]) =>
    visits.map((visit, index) =>
      index === 0 && visit.digest ? { ...visit, digest: { ...visit.digest, repeated: ids } } : visit,
    );

const repeated = (event: string, id: string, places: string[]) => ({
  code: 'repeated',
  args: { event, id, visits: 2 },
  places,
});

const ORDER = {
  contents: [{ content_id: 'product_123', quantity: 2, price: 29.99 }],
  value: 59.98,
  currency: 'USD',
};

const orderAgain =
  (via: string, number: string): Change =>
  (evidence) => {
    const url = `${SHOP}/orders/${number}`;
    evidence.documents.push({ ...page('again', 1000, url, via), kept: 'service-worker' });
    evidence.calls.push({ ...evidence.calls[14]!, document: 'again', at: 1013 });
  };

const keptPage = (
  event: string,
  id: string,
  cache: string,
  places: string[],
  on = '/products/blue-widget',
) => ({
  code: 'kept',
  args: { event, id, page: on, cache },
  places,
});

testRunRule(uniqueAcrossVisits, [
  { name: 'each order has an id of its own' },
  {
    name: 'the shop hands out the same order id twice',
    ...inBoth(eventId('Purchase', 'order-7')),
    findings: [repeated('Purchase', 'order-7', both(AT.sent.Purchase))],
  },
  {
    name: 'as text in one visit, as a number in the other',
    first: eventId('Purchase', '7'),
    second: eventId('Purchase', 7),
    findings: [repeated('Purchase', '7', both(AT.sent.Purchase))],
  },
  {
    name: 'the id of a cart is made from the product',
    ...inBoth(eventId('AddToCart', 'add-product_123')),
    findings: [repeated('AddToCart', 'add-product_123', both(AT.sent.AddToCart))],
  },
  {
    name: 'one visit sent it under the old name',
    first: all(eventId('Purchase', 'order-7'), set(`${AT.call.Purchase}/args/0`, 'CompletePayment')),
    second: eventId('Purchase', 'order-7'),
    findings: [repeated('Purchase', 'order-7', both(AT.sent.Purchase))],
  },
  {
    name: 'another event of the other visit has that id: TikTok distinguishes the two',
    first: eventId('Purchase', 'add-2'),
  },
  {
    name: "the product's page comes out of the browser's cache, with the id of its button in it",
    first: productAgain('AddToCart', 'http'),
    findings: [keptPage('AddToCart', 'add-1', "the browser's cache", [`${FIRST_FILE} ${AT.sent.AddToCart}`])],
  },
  {
    name: 'so it does in the one visit that there is',
    first: productAgain('AddToCart', 'http'),
    judged: onlyFirst,
    findings: [keptPage('AddToCart', 'add-1', "the browser's cache", [`${FIRST_FILE} ${AT.sent.AddToCart}`])],
  },
  { name: 'the visitor reloads it', first: productAgain('AddToCart', 'http', { via: 'reload' }) },
  {
    name: 'it is opened again, and nothing is done there: one registration, say, has one id',
    first: productAgain('AddToCart', 'http', { clicks: false }),
  },
  { name: 'the page of an order is opened again', first: orderAgain('link', '1001') },
  {
    name: 'a later order gets the page that was kept of an earlier one',
    first: orderAgain('form', '1003'),
    findings: [
      keptPage(
        'Purchase',
        'order-1001',
        "the service worker's cache",
        [`${FIRST_FILE} ${AT.sent.Purchase}`],
        '/orders/1001',
      ),
    ],
  },
  {
    name: 'the server sends the later order: a finding of dedup/counted-once in the visit',
    first: all(
      orderAgain('form', '1003'),
      add('requests', beacon(1020, 'Purchase', 'order-1001', `${SHOP}/orders/1003`, ORDER)),
      sendAgain((request, { data }) => {
        request.at = 1005;
        data[0]!.event_id = 'order-1003';
      }),
    ),
    inapplicable: 'What is wrong is reported by dedup/counted-once',
  },
  {
    name: 'only the id of a view is the same: a finding of event-id/not-cached',
    ...inBoth(eventId('ViewContent', 'v')),
  },
  {
    name: 'a plain constant is reported in the visits',
    ...inBoth(eventId('Purchase', 'null')),
    inapplicable: 'What is wrong is reported by event-id/not-constant',
  },
  {
    name: 'where that rule is switched off, here',
    ...inBoth(eventId('Purchase', 'null')),
    target: ({ rules }) => {
      rules['event-id/not-constant'] = 'off';
    },
    findings: [repeated('Purchase', 'null', both(AT.sent.Purchase))],
  },
  {
    name: 'where that rule is waived, here',
    ...inBoth(eventId('Purchase', 'null')),
    target: ({ waivers }) => {
      waivers.push({ rule: 'event-id/not-constant', reason: 'known', owner: 'shop', expires: '2027-01-01' });
    },
    findings: [repeated('Purchase', 'null', both(AT.sent.Purchase))],
  },
  {
    name: 'where the gate does not notice that rule, here',
    ...inBoth(eventId('Purchase', 'null')),
    target: ({ rules }) => {
      rules['event-id/not-constant'] = 'minor';
    },
    findings: [repeated('Purchase', 'null', both(AT.sent.Purchase))],
  },
  {
    name: 'the id of a product is reported in the visits',
    ...inBoth(eventId('AddToCart', 'product_123')),
    inapplicable: 'What is wrong is reported by event-id/unique',
  },
  {
    name: 'the customer in the id is reported in the visits',
    ...inBoth(eventId('Purchase', sha256Hex('ada.buyer@example.com'))),
    inapplicable: 'What is wrong is reported by event-id/not-personal-data',
  },
  {
    name: 'a queue that was drained later brings the order of the first visit in the name of the second',
    second: all(
      set(`${SERVER_EVENT}/event_id`, 'order-1001'),
      set(`${SERVER_EVENT}/user/ttclid`, 'E.C.P.another'),
      set(`${SERVER_EVENT}/user/ttp`, 'another.tt.1'),
    ),
  },
  {
    name: 'the server alone sends purchases, with a constant id',
    ...inBoth(all(set(`${SERVER_EVENT}/event_id`, 'order-7'), drop(AT.sent.Purchase, AT.call.Purchase))),
    findings: [repeated('Purchase', 'order-7', both(SERVER_EVENT))],
  },
  {
    name: 'evidence of an older version says that another visit sent it, too',
    judged: elsewhere('order-1001'),
    findings: [
      {
        code: 'repeated-elsewhere',
        args: { event: 'Purchase', id: 'order-1001' },
        places: [`${FIRST_FILE} ${AT.sent.Purchase}`],
      },
    ],
  },
  {
    name: 'it says so of the only visit',
    judged: (visits) => elsewhere('order-1001')(onlyFirst(visits)),
    findings: [
      {
        code: 'repeated-elsewhere',
        args: { event: 'Purchase', id: 'order-1001' },
        places: [`${FIRST_FILE} ${AT.sent.Purchase}`],
      },
    ],
  },
  { name: 'it says so of a view', judged: elsewhere('view-1') },
  {
    name: 'it says so, and the other visit shows it: reported once',
    ...inBoth(eventId('Purchase', 'order-7')),
    judged: elsewhere('order-7'),
    findings: [repeated('Purchase', 'order-7', both(AT.sent.Purchase))],
  },
  { name: 'one visit', judged: onlyFirst, inapplicable: ONE_VISIT },
  {
    name: 'a copy of the same recording is not another visit, and the first file is named',
    ...inBoth(eventId('Purchase', 'order-7')),
    judged: ([first, second]) => [first!, { ...first!, evidence: 'evidence/z.json' }, second!],
    findings: [repeated('Purchase', 'order-7', both(AT.sent.Purchase))],
  },
  {
    name: 'the same recording twice is one visit',
    judged: ([first]) => [first!, structuredClone(first!)],
    inapplicable: ONE_VISIT,
  },
  { name: 'no event has an id', ...inBoth(noIds), inapplicable: 'No conversion carried an event_id' },
  {
    name: 'a visit is not there',
    judged: ([first, other]) => [first!, missingVisit(other!, problem('not-run', {}))],
    inconclusive: 'Not known for 1 of 2 visits',
  },
  {
    name: 'both broke off, after the same id was sent',
    ...inBoth(eventId('Purchase', 'order-7')),
    judged: (visits) => visits.map((visit) => ({ ...visit, outcome: 'broken' })),
    findings: [repeated('Purchase', 'order-7', both(AT.sent.Purchase))],
  },
  {
    name: 'the evidence shows no messages',
    ...inBoth((evidence) => {
      evidence.recorder.blind = [{ part: 'messages', by: 'file', why: 'left out' }];
    }),
    inapplicable: 'No evidence shows what the rule is about',
  },
]);

testRunRule(notCached, [
  { name: 'each view has an id of its own' },
  {
    name: 'a cached page brings the id of an earlier visitor',
    second: eventId('ViewContent', 'view-1'),
    findings: [
      {
        code: 'left',
        args: { event: 'ViewContent', id: 'view-1', page: '/products/blue-widget', visits: 2 },
        places: both(AT.sent.ViewContent),
      },
    ],
  },
  {
    name: 'a constant is reported in the visits',
    ...inBoth(eventId('ViewContent', 'ViewContent')),
    inapplicable: 'What is wrong is reported by event-id/not-constant',
  },
  {
    name: 'a conversion is a matter of event-id/unique-across-visits',
    ...inBoth(eventId('Purchase', 'order-7')),
  },
  {
    name: 'nothing but conversions has an id',
    ...inBoth(eventId('ViewContent', '')),
    inapplicable: 'No event of a browsing visitor carried an event_id',
  },
  { name: 'one visit', judged: onlyFirst, inapplicable: ONE_VISIT },
]);

testRunRule(newForEachView, [
  { name: 'each view has an id of its own' },
  {
    name: 'a service worker answers with the page that it kept, in each visit',
    ...inBoth(productAgain('ViewContent', 'service-worker')),
    findings: [keptPage('ViewContent', 'view-1', "the service worker's cache", both(AT.sent.ViewContent))],
  },
  {
    name: 'so does the cache of the browser, in the one visit that there is',
    first: productAgain('ViewContent', 'http'),
    judged: onlyFirst,
    findings: [
      keptPage('ViewContent', 'view-1', "the browser's cache", [`${FIRST_FILE} ${AT.sent.ViewContent}`]),
    ],
  },
  { name: 'the visitor goes back to it', ...inBoth(productAgain('ViewContent', 'http', { via: 'history' })) },
  { name: 'a server sends it again', ...inBoth(productAgain('ViewContent', undefined)) },
  {
    name: 'other visitors have the id, too: a finding of event-id/not-cached',
    first: productAgain('ViewContent', 'service-worker'),
    second: eventId('ViewContent', 'view-1'),
  },
  {
    name: 'a conversion is a matter of event-id/unique-across-visits',
    ...inBoth(productAgain('AddToCart', 'service-worker')),
  },
  {
    name: 'nothing but conversions has an id',
    ...inBoth(eventId('ViewContent', '')),
    inapplicable: 'No event of a browsing visitor carried an event_id',
  },
]);

const NOBODY_SENT = 'No external id was sent before the visitor entered their details';
const shared = (id: string, places: string[]) => ({
  code: 'shared',
  args: { id, visits: 2 },
  places,
});
const sealedId = (digit: string, is?: string) =>
  `[external-id hmac=${digit.repeat(64)}${is === undefined ? '' : ` is=${is}`} shape=aaaaa-99]`;
const atPageview = `${AT.sent.Pageview}/body/context/user/external_id`;

testRunRule(externalIdOwn, [
  { name: 'each stranger has an id', first: strangersId('device-1'), second: strangersId('device-2') },
  {
    name: 'all guests have the same',
    ...inBoth(strangersId('guest-17')),
    findings: [shared(`with the SHA-256 ${sha256Hex('guest-17').slice(0, 8)}…`, both(atPageview))],
  },
  {
    name: 'in plain text in one visit, hashed in the other',
    first: strangersId('guest-17'),
    second: strangersId(sha256Hex('guest-17').toUpperCase()),
    findings: [shared(`with the SHA-256 ${sha256Hex('guest-17').slice(0, 8)}…`, both(atPageview))],
  },
  {
    name: 'all guests have the same, whose mask is sealed',
    ...inBoth(strangersId(sealedId('1'))),
    findings: [
      {
        code: 'shared',
        args: { id: '', visits: 2 },
        places: both(atPageview),
      },
    ],
  },
  { name: 'sealed, each has its own', first: strangersId(sealedId('1')), second: strangersId(sealedId('2')) },
  {
    name: 'sealed under different keys',
    first: all(strangersId(sealedId('1')), set('/recorder/seal', 'aaaa')),
    second: all(strangersId(sealedId('2')), set('/recorder/seal', 'bbbb')),
    inapplicable:
      'The visits were recorded with different mask keys, so their external ids cannot be compared: give all shards of ' +
      'an audit the same TTQ_MASK_KEY',
  },
  {
    name: 'sealed under different keys, what everybody knows is known',
    first: all(strangersId(sealedId('1', 'placeholder:0')), set('/recorder/seal', 'aaaa')),
    second: all(strangersId(sealedId('2', 'placeholder:0')), set('/recorder/seal', 'bbbb')),
    findings: [shared('"0"', both(atPageview))],
  },
  {
    name: "sealed, it is the test customer's",
    ...inBoth(strangersId(sealedId('1', 'external-id:correct'))),
    inapplicable: NOBODY_SENT,
  },
  {
    name: 'all guests are undefined',
    ...inBoth(strangersId(sha256Hex('undefined'))),
    findings: [shared('"undefined"', both(atPageview))],
  },
  {
    name: 'the server sends it for a visitor who only looked around',
    ...inBoth(
      all(set(`${SERVER_EVENT}/user/external_id`, [sha256Hex('guest-17')]), set(`${AT.server}/at`, 300)),
    ),
    findings: [
      shared(
        `with the SHA-256 ${sha256Hex('guest-17').slice(0, 8)}…`,
        both(`${SERVER_EVENT}/user/external_id`),
      ),
    ],
  },
  {
    name: 'the browser sends it in plain text, which is sealed, and the server its hash: one finding',
    ...inBoth(
      all(
        strangersId(sealedId('1')),
        set(`${SERVER_EVENT}/user/external_id`, [sha256Hex('guest-17')]),
        set(`${AT.server}/at`, 300),
      ),
    ),
    findings: [
      shared(
        `with the SHA-256 ${sha256Hex('guest-17').slice(0, 8)}…`,
        both(`${SERVER_EVENT}/user/external_id`),
      ),
    ],
  },
  {
    name: 'the test customer is signed in from the start, and the target names the id',
    ...inBoth(strangersId(sha256Hex('customer-42'))),
    inapplicable: NOBODY_SENT,
  },
  {
    name: 'the same customer has the same id once the address is typed',
    ...inBoth(set(`${AT.sent.Purchase}/body/context/user/external_id`, 'account-9')),
    inapplicable: NOBODY_SENT,
  },
  {
    name: 'the same, where it is typed key by key',
    ...inBoth(
      all(set(`${AT.sent.Purchase}/body/context/user/external_id`, 'account-9'), ({ steps }) => {
        for (const step of steps) if (step.action === 'fill') step.action = 'type';
      }),
    ),
    inapplicable: NOBODY_SENT,
  },
  { name: 'one visit', judged: onlyFirst, inapplicable: ONE_VISIT },
]);

testRunRule(ofAVisit, [
  { name: 'every call belongs to a visit' },
  {
    name: 'a call names no visitor',
    first: untied(900, ['Purchase order-9']),
    findings: [
      {
        code: 'stranger',
        args: { call: 'Purchase order-9' },
        places: [`${FIRST_FILE} /server/unattributed/0`],
      },
    ],
  },
  {
    name: 'two visits ran when it came: reported once',
    ...inBoth(untied(60_500.4, ['Purchase order-9'])),
    findings: [
      {
        code: 'stranger',
        args: { call: 'Purchase order-9' },
        places: both('/server/unattributed/0'),
      },
    ],
  },
  {
    name: 'the queue was slower than the visit',
    second: untied(60_500, ['Purchase order-1001']),
    findings: [
      {
        code: 'late',
        args: { call: 'Purchase order-1001' },
        places: [`${SECOND_FILE} /server/unattributed/0`],
      },
    ],
  },
  {
    name: 'it fits two visits alike, and has nothing that can be read',
    ...inBoth(untied(60_500, [], 'several-visits')),
    findings: [
      {
        code: 'ambiguous',
        args: { call: 'no readable event' },
        places: both('/server/unattributed/0'),
      },
    ],
  },
  {
    name: 'two calls alike, one after the other',
    first: all(untied(900, ['Lead']), untied(950, ['Lead'])),
    findings: [0, 1].map((index) => ({
      code: 'stranger',
      args: { call: 'Lead' },
      places: [`${FIRST_FILE} /server/unattributed/${index}`],
    })),
  },
  { name: 'one visit', judged: onlyFirst },
  {
    name: 'the server sends nothing',
    ...inBoth(drop(AT.server)),
    inapplicable: 'The server sent nothing to the Events API',
  },
]);

test('the same id at another pixel is still the same', () => {
  const target = cleanTarget();
  const visits = judgedVisits(
    {
      first: eventId('Purchase', 'order-7'),
      second: all(
        eventId('Purchase', 'order-7'),
        set(`${AT.sent.Purchase}/body/context/pixel/code`, OTHER_PIXEL),
      ),
    },
    target,
  );
  expect(judgedRun(visits, target, [uniqueAcrossVisits])[0]).toMatchObject({ outcome: 'fail' });
});

test('a rule that throws is inconclusive', () => {
  const thrower: RunRule = {
    ...uniqueAcrossVisits,
    check() {
      throw new Error('no');
    },
  };
  const target = cleanTarget();
  expect(judgedRun(judgedVisits({}, target), target, [thrower])[0]).toMatchObject({
    outcome: 'inconclusive',
    reason: 'The rule itself failed: no',
  });
});

test('no digest contains personal data in plain text', () => {
  const target = cleanTarget();
  const [first] = judgedVisits({ first: strangersId('Ada.Buyer@Example.com') }, target);
  expect(JSON.stringify(first.digest)).not.toMatch(/ada|buyer|4155550123/i);
});
