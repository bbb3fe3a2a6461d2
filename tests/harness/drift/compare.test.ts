import { expect } from '@playwright/test';
import { compare } from '../../../src/drift/compare.ts';
import type { Observation, Sent } from '../../../src/drift/observation.ts';
import { OTHER, PIXEL } from '../../../src/drift/probe.ts';
import { test } from '../test.ts';
import { cookie, message, nothing } from './observations.ts';

type Part = Partial<Observation>;
type Row = [what: string, left: Part, right: Part, differences: string[]];

const user = (fields: object) => ({ context: { pixel: { code: PIXEL }, user: fields } });
const on = (code: string, more: object = {}) => ({ context: { pixel: { code } }, ...more });
const telemetry = (path: string, body: unknown): Sent => ({ ...message(''), path, body });

const rows: Row[] = [
  ['nothing', {}, {}, []],
  ['the same', { sent: [message('A')] }, { sent: [message('A')] }, []],
  [
    'a field that one side lacks',
    { sent: [message('Purchase', user({ email: 'x' }))] },
    { sent: [message('Purchase', user({}))] },
    ['event wire · Purchase · context.user.email: "x" / missing'],
  ],
  [
    'a field that no rule reads',
    { sent: [message('A', { is_onsite: false })] },
    { sent: [message('A', { is_onsite: true })] },
    ['detail wire · A · is_onsite: false / true'],
  ],
  [
    'an event that one side does not send',
    { sent: [message('A'), message('B', { event_id: '7' })] },
    { sent: [message('A')] },
    ['event wire · B 7: "sent" / missing'],
  ],
  [
    'an event that one side sends twice',
    { sent: [message('A')] },
    { sent: [message('A'), message('A')] },
    ['event wire · A: missing / "sent"'],
  ],
  [
    'another order',
    { sent: [message('A', { event_id: '1' }), message('A', { event_id: '2' }), message('A', on(OTHER))] },
    { sent: [message('A', on(OTHER)), message('A', { event_id: '2' }), message('A', { event_id: '1' })] },
    [],
  ],
  [
    'another event_id, type included',
    { sent: [message('A', { event_id: 7 })] },
    { sent: [message('A', { event_id: '7' })] },
    ['event wire · A 7 · event_id: 7 / "7"'],
  ],
  [
    'another pixel',
    { sent: [message('A')] },
    { sent: [message('A', on(OTHER))] },
    [`event wire · A · context.pixel.code: "${PIXEL}" / "${OTHER}"`],
  ],
  [
    'another way of sending',
    { sent: [message('A')] },
    { sent: [{ ...message('A'), transport: 'image', method: 'GET' }] },
    ['detail wire · A · transport: "beacon" / "image"', 'detail wire · A · method: "POST" / "GET"'],
  ],
  [
    'telemetry, which is compared by presence',
    { sent: [telemetry('/api/v2/pixel/inter', { a: 1 }), telemetry('/api/v2/pixel/inter', { a: 2 })] },
    { sent: [telemetry('/api/v2/pixel/inter', { a: 3 })] },
    [],
  ],
  [
    'telemetry that one side lacks',
    { sent: [telemetry('/api/v2/pixel/perf', {})] },
    {},
    ['detail wire: "/api/v2/pixel/perf" / missing'],
  ],
  [
    'numbers that are tied alike',
    { sent: [message('A', { s: '<ttp#1>' }), message('B', { s: '<ttp#1>' })] },
    { sent: [message('A', { s: '<ttp#4>' }), message('B', { s: '<ttp#4>' })] },
    [],
  ],
  [
    'numbers that are tied otherwise',
    { sent: [message('A', { s: '<ttp#1>' }), message('B', { s: '<ttp#1>' })] },
    { sent: [message('A', { s: '<ttp#1>' }), message('B', { s: '<ttp#2>' })] },
    ['detail wire · B · s: "<ttp#1>" / "<ttp#2>"'],
  ],
  [
    'another kind of random value',
    { cookies: [cookie('_ttp', '<ttp#1>.tt.1')] },
    { cookies: [cookie('_ttp', '<ttp#1>')] },
    ['event cookie · _ttp.value: "<ttp#1>.tt.1" / "<ttp#1>"'],
  ],
  [
    'cookies',
    { cookies: [cookie('_ttp', 'a'), cookie('ttcsid', 'b')] },
    { cookies: [cookie('ttcsid', 'b', { lifetime: '90 days' })] },
    [
      'event cookie · _ttp: {"name":"_ttp","value":"a","domain":".shop.example","path":"/","lifetime":"390 days","flags":""} / missing',
      'detail cookie · ttcsid.lifetime: "390 days" / "90 days"',
    ],
  ],
  [
    'storage',
    { sessionStorage: { a: { b: 1 } } },
    { sessionStorage: { a: { b: 2 } }, localStorage: { c: 'd' } },
    ['detail sessionStorage · a.b: 1 / 2', 'detail localStorage · c: missing / "d"'],
  ],
  [
    'console and errors',
    { console: ['x', 'x', 'y'], errors: [] },
    { console: ['x', 'z'], errors: ['e'] },
    ['detail console: "y" / missing', 'detail console: missing / "z"', 'detail page error: missing / "e"'],
  ],
  [
    'diagnostics, by title or code, however often',
    {
      console: ['[TikTok Pixel] - Invalid pixel ID\nIssue: a', '[TikTok Pixel] - Invalid content type'],
    },
    {
      console: [
        '[TikTok Pixel] - INVALID_PIXEL_CODE\nIssue: b',
        '[TikTok Pixel] - INVALID_PIXEL_CODE\nIssue: b',
        '[TikTok Pixel] - New',
      ],
    },
    ['event console: "INVALID_CONTENT_TYPE" / missing', 'detail console: missing / "[TikTok Pixel] - New"'],
  ],
  [
    'settings of the pixel',
    { sent: [message('A', { variation_id: 'a', _inspection: { vids: '' }, ...user({ auto_email: 'x' }) })] },
    { sent: [message('A', { variation_id: 'b', _inspection: { vids: '1' }, ...user({}) })] },
    [],
  ],
  [
    'what a probe reports',
    { reports: { taken: { page: 'get set' }, list: ['a'] } },
    { reports: { taken: { page: 'value' }, list: ['a', 'b'] } },
    ['event report · taken.page: "get set" / "value"', 'event report · list.1: missing / "b"'],
  ],
  [
    'what a rule could see, first',
    { sessionStorage: { a: '1' }, sent: [message('A')] },
    {},
    ['event wire · A: "sent" / missing', 'detail sessionStorage · a: "1" / missing'],
  ],
];

for (const [what, left, right, differences] of rows)
  test(what, () => {
    const found = compare({ ...nothing(), ...left }, { ...nothing(), ...right });
    const value = (one: unknown) => (one === undefined ? 'missing' : JSON.stringify(one));
    expect(
      found.map(({ grade, place, left: l, right: r }) => `${grade} ${place}: ${value(l)} / ${value(r)}`),
    ).toEqual(differences);
  });
