import { expect } from '@playwright/test';
import { mask } from '../../../src/drift/mask.ts';
import type { Observation, Sent } from '../../../src/drift/observation.ts';
import { test } from '../test.ts';
import { message, nothing } from './observations.ts';

const UUID = '9352b2ca-fc76-11f0-9cc8-726d280919d3';
const OTHER_UUID = '0352b2ca-fc76-11f0-9cc8-726d280919d3';
const NANO = 'aB3_-fghij0123456789';
const PIXEL = 'CAAAAAAAAAAAAAAAAAA1';
const TTP = '01KAJ5VQXW5RZ3M9YJ8W6E2T4B_';

/** Text, and what remains of it. */
const texts: [what: string, text: string, masked: string][] = [
  [
    'message id',
    `messageId-1795340752200-8373444858195-${PIXEL}`,
    `messageId-<13 digits>-<13 digits>-${PIXEL}`,
  ],
  ['session id', `${UUID}::${NANO}-${PIXEL}`, `<uuid>::<20 characters#1>-${PIXEL}`],
  ['session id as it is kept', `"${UUID}::${NANO}"`, '"<uuid>::<20 characters#1>"'],
  [
    'page view id',
    `${UUID}-x-Y_9.0.1::${OTHER_UUID}-${PIXEL}`,
    `<uuid>-<5 characters#1>.0.1::<uuid>-${PIXEL}`,
  ],
  ['time', '2026-11-22T09:45:52.200Z', '<timestamp>'],
  ['_ttp', `${TTP}.tt.1`, '<ttp#1>.tt.1'],
  ['_ttp of 2024', TTP, '<ttp#1>'],
  ['name of a session cookie', `ttcsid_${PIXEL}`, `ttcsid_${PIXEL}`],
  ['_ttp with its time', `${TTP}.tt.2.1795340752200`, '<ttp#1>.tt.2.<13 digits>'],
  [
    'session cookie',
    `1795340752200::${NANO}.1.1795340752300.0`,
    '<13 digits>::<20 characters#1>.1.<13 digits>.0',
  ],
  [
    'session cookie with interactions',
    `1795340752200::${NANO}.1.1795340752300.1::1.-40.45::193.7.-2.4::-18.1.9`,
    '<13 digits>::<20 characters#1>.1.<13 digits>.1::<interactions>',
  ],
  ['click id with its time', 'E.C.P.abc.1795340752200', 'E.C.P.abc.<13 digits>'],
  ['main script', '/i18n/pixel/static/main.MWU2MzIzODM0Mg.js', '/i18n/pixel/static/main.<hash>.js'],
  ['identify script', '/i18n/pixel/static/identify_0504602d.js', '/i18n/pixel/static/identify_<hash>.js'],
  ['port', 'http://localhost:41234/a', 'http://localhost:<port>/a'],
  ['hash of a value', `${'a'.repeat(51)}1234567890123`, `${'a'.repeat(51)}1234567890123`],
  ["a probe's own cookie", '01DRIFTDRIFTDRIFTDRIFTDRIFT.tt.1', '01DRIFTDRIFTDRIFTDRIFTDRIFT.tt.1'],
  ['ordinary text', 'https://www.shop.example/deep/page?q=1', 'https://www.shop.example/deep/page?q=1'],
];

for (const [what, text, masked] of texts)
  test(`${what} is masked`, () => {
    expect(mask(seen({ reports: { text } })).reports.text).toBe(masked);
  });

test('fields that reveal the time or the browser are masked by name', () => {
  const body = {
    userAgent: 'Mozilla',
    page: { load_progress: '1' },
    ppf: [1, 2],
    at: 1795340752200,
    value: 12,
  };
  expect(mask(seen({ reports: body })).reports).toEqual({
    userAgent: '<user agent>',
    page: { load_progress: '<progress>' },
    ppf: '<timings>',
    at: '<13 digits>',
    value: 12,
  });
});

test('a value has the same number everywhere', () => {
  const masked = mask(
    seen({
      sessionStorage: { tt_sessionId: `"${UUID}::${NANO}"` },
      sent: [message('A', { context: { session_id: `${UUID}::${NANO}-${PIXEL}`, other: OTHER_UUID } })],
    }),
  );
  expect(masked.sessionStorage.tt_sessionId).toBe('"<uuid>::<20 characters#1>"');
  expect(masked.sent[0]!.body).toMatchObject({
    context: { session_id: `<uuid>::<20 characters#1>-${PIXEL}`, other: '<uuid>' },
  });
});

test('objects in storage are taken apart', () => {
  const masked = mask(seen({ sessionStorage: { tt_adInfo: '{"callback":"x.1795340752200"}', broken: '{' } }));
  expect(masked.sessionStorage).toEqual({ tt_adInfo: { callback: 'x.<13 digits>' }, broken: '{' });
});

test('the order of arrival is lost', () => {
  const [a, b, c]: Sent[] = [message('A'), message('B', { event_id: '1' }), message('B', { event_id: '2' })];
  expect(mask(seen({ sent: [c!, b!, a!] }))).toEqual(mask(seen({ sent: [a!, c!, b!] })));
});

function seen(part: Partial<Observation>): Observation {
  return { ...nothing(), ...part };
}
