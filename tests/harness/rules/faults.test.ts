import { checkoutUnharmed } from '../../../src/rules/events-api/checkout-unharmed.ts';
import { delivered } from '../../../src/rules/events-api/delivered.ts';
import type { Fault } from '../../../src/tiktok/events-api/faults.ts';
import { AT, all, type Change, drop, set } from './clean.ts';
import { under } from './faults.ts';
import { answer, SERVER_EVENT, sendAgain } from './server.ts';
import { testRule } from './table.ts';

const NO_FAULT = 'The visit was made without a fault of the Events API';
const NOT_MET = 'The server made no call that the fault could affect';
const NOT_TOLD =
  "The fault hit none of the server's calls: nothing in the call showed which visit it belongs to when it arrived. Send the visitor's click id, _ttp or user agent with each event.";
const TOO_FREQUENT: Fault = { kind: 'too-frequent', times: 2 };

/** The server tries again, which meets no fault any more. */
const again = (change: Parameters<typeof sendAgain>[0] = () => {}) =>
  sendAgain((request, body) => {
    delete request.fault;
    request.at = 1060;
    request.status = 200;
    request.answer = { code: 0, message: 'OK', request_id: '0', data: {} };
    change(request, body);
  });
const failedAgain = sendAgain((request) => {
  request.at = 1060;
});

const lost = (fault: string, times: number, place = SERVER_EVENT, id = 'order-1001') => ({
  code: 'lost',
  args: { event: 'Purchase', id, fault, times, wait: '10 seconds' },
  place,
  absence: true as const,
});

testRule(delivered, [
  { name: 'no fault', change: set('/scenario', 'events-api-faults'), inapplicable: NO_FAULT },
  { name: 'too many requests, then accepted', change: all(under(TOO_FREQUENT), failedAgain, again()) },
  {
    name: 'a reset, then accepted',
    change: all(under({ kind: 'reset', times: 1 }, 0, null), again()),
  },
  {
    name: 'a slow answer',
    change: under({ kind: 'slow', delay: 1500 }, 200, { code: 0, message: 'OK' }),
  },
  {
    name: 'under a new id: a finding of events-api/retries',
    change: all(
      under(TOO_FREQUENT),
      again((_request, body) => {
        body.data[0]!.event_id = 'order-1001-2';
      }),
    ),
  },
  {
    name: 'refused once the fault is over: a finding of events-api/accepted',
    change: all(under(TOO_FREQUENT), again(), answer(40002, 'Invalid value for event_time.', 1)),
  },
  {
    name: 'not sent again',
    change: under(TOO_FREQUENT),
    findings: [lost('too-frequent twice', 1)],
  },
  {
    name: 'given up too early',
    change: all(under(TOO_FREQUENT), failedAgain),
    findings: [lost('too-frequent twice', 2, '/server/requests/1/body/data/0')],
  },
  {
    name: 'without an id',
    change: all(under({ kind: 'timeout', times: 1 }, 0, null), drop(`${SERVER_EVENT}/event_id`)),
    findings: [lost('timeout once', 1, SERVER_EVENT, '')],
  },
  {
    name: 'a token that stays expired',
    change: under({ kind: 'token-expired' }),
    inapplicable: "Under token-expired no retry can deliver an event, which is not the site's fault",
  },
  {
    name: 'a failure without an end',
    change: under({ kind: 'http-500' }, 500, '<html>'),
    inapplicable: "Under http-500 no retry can deliver an event, which is not the site's fault",
  },
  {
    name: 'nothing was sent',
    change: all(under(TOO_FREQUENT), set('/server/requests', [])),
    inapplicable: NOT_MET,
  },
  {
    name: 'a call that was tied to the visit too late',
    change: all(under(TOO_FREQUENT), drop(`${AT.server}/fault`)),
    inconclusive: NOT_TOLD,
  },
]);

const SLOW: Fault = { kind: 'slow', delay: 1500 };
const slow = under(SLOW, 200, { code: 0, message: 'OK' });
const silent = under({ kind: 'timeout', times: 1 }, 0, null);
/** The order's page and its events come this much later. */
const later = (milliseconds: number): Change =>
  all(
    (evidence) => {
      for (const one of [...evidence.calls, ...evidence.requests]) if (one.at > 900) one.at += milliseconds;
    },
    set(`${AT.order}/at`, 900 + milliseconds),
  );
const atOnce = sendAgain((request) => {
  delete request.fault;
  request.at = 2850;
});
const waited = (what: string, after: number, kept: number, place: string = AT.order) => ({
  code: 'waited',
  args: { what, after, kept },
  place,
});

testRule(checkoutUnharmed, [
  { name: 'no fault', change: set('/scenario', 'events-api-faults'), inapplicable: NO_FAULT },
  { name: 'the page came before the answer', change: slow },
  { name: 'a page that takes its time', change: all(slow, later(1400)) },
  { name: 'no answer, and the page came before the next try', change: all(silent, atOnce) },
  { name: 'a refusal, and the journey went on', change: under({ kind: 'token-expired' }) },
  {
    name: 'a reload after the answer was not a part of the checkout',
    change: all(slow, drop(AT.order), (evidence) => {
      const reload = { ...evidence.documents.at(-1)!, id: 'reload', at: 4000, via: 'reload' };
      evidence.steps.push({ at: 3000, action: 'reload', text: '{"reload":true}' });
      evidence.documents.push(reload);
      evidence.calls = evidence.calls.filter(({ document }) => document !== 'order');
    }),
    inapplicable: 'Nothing followed the call, so it is not known whether the customer waited for it',
  },
  {
    name: 'the page came after the answer',
    change: all(slow, later(1520)),
    findings: [waited('/orders/1001', 1570, 1500)],
  },
  {
    name: 'waiting for a text is not a step that leads on',
    change: all(slow, later(1520), ({ steps }) => {
      steps.push({ at: 860, action: 'waitFor', on: 'text=Thank you', text: '{"waitFor":"text=Thank you"}' });
    }),
    findings: [waited('/orders/1001', 1570, 1500)],
  },
  {
    name: 'the page came once the call had been given up',
    change: all(silent, atOnce, later(2000)),
    findings: [waited('/orders/1001', 2050, 2000)],
  },
  {
    name: 'no page follows, but the event of one that stays',
    change: all(slow, later(1520), drop(AT.order), (evidence) => {
      for (const one of evidence.calls) if (one.document === 'order') one.document = 'checkout';
    }),
    findings: [waited('Purchase on /checkout', 1583, 1500, AT.call.Purchase)],
  },
  {
    name: 'the checkout failed, too',
    change: all(under({ kind: 'token-expired' }), set(`${AT.order}/hops/1/status`, 500)),
    findings: [
      {
        code: 'error-page',
        args: { page: '/orders/1001', status: 500, fault: 'token-expired' },
        place: AT.order,
      },
    ],
  },
  {
    name: 'nothing was sent',
    change: all(slow, set('/server/requests', [])),
    inapplicable: NOT_MET,
  },
  {
    name: 'a call that was tied to the visit too late',
    change: all(slow, drop(`${AT.server}/fault`)),
    inconclusive: NOT_TOLD,
  },
]);
