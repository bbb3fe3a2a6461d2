import assert from 'node:assert/strict';
import { expect } from '@playwright/test';
import fc from 'fast-check';
import {
  type Amounts,
  addAmounts,
  DROP_WINDOW_MS,
  deduplicate,
  type EventCopy,
  keyOf,
  MERGE_WINDOW_MS,
  type Side,
} from '../../../src/tiktok/dedup.ts';
import { samples } from '../rest.ts';
import { test } from '../test.ts';
import { type Cents, cents, referenceConversions, referenceGroups } from './dedup-reference.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const BOTH = () => ['pixel', 'server'] as const;

/** A copy of one sale, unless it says otherwise. */
function copyOf(side: Side, at: number, more: Partial<EventCopy> = {}): EventCopy {
  const sale = { pixel: 'C1', event: 'Purchase', eventId: 'order-1', value: 59.98, currency: 'USD' };
  return { side, at, place: `/${side}/${at}`, ...sale, ...more };
}
const pixel = (at: number, more?: Partial<EventCopy>) => copyOf('pixel', at, more);
const server = (at: number, more?: Partial<EventCopy>) => copyOf('server', at, more);
const noMoney = { value: Number.NaN, currency: '' };

/** `p0+s60000-p90000`: kept from the pixel at 0, merged (+) from the server, dropped (-) from the pixel. */
function drawn(copies: readonly EventCopy[]): string {
  const name = ({ side, at }: EventCopy) => `${side[0]}${at}`;
  return deduplicate(copies)
    .groups.map(({ kept, merged, dropped }) =>
      [
        name(kept),
        ...merged.map((copy) => `+${name(copy)}`),
        ...dropped.map((copy) => `-${name(copy)}`),
      ].join(''),
    )
    .join(' ');
}

test('the windows', () => {
  expect([MERGE_WINDOW_MS, DROP_WINDOW_MS]).toEqual([300_000, 172_800_000]);
});

const KEPT: [string, EventCopy[], string][] = [
  ['nothing', [], ''],
  ['browser and server at once: the browser is first', [server(0), pixel(0)], 'p0+s0'],
  ['the server first', [server(0), pixel(1)], 's0+p1'],
  ['one millisecond before 5 minutes', [pixel(0), server(299_999)], 'p0+s299999'],
  ['5 minutes', [pixel(0), server(300_000)], 'p0+s300000'],
  ['one millisecond after 5 minutes', [pixel(0), server(300_001)], 'p0-s300001'],
  ['the server first, 5 minutes', [server(0), pixel(300_000)], 's0+p300000'],
  ['the server first, one millisecond more', [server(0), pixel(300_001)], 's0-p300001'],
  ['one millisecond before 48 hours', [pixel(0), server(172_799_999)], 'p0-s172799999'],
  ['48 hours', [pixel(0), server(172_800_000)], 'p0-s172800000'],
  ['one millisecond after 48 hours', [pixel(0), server(172_800_001)], 'p0 s172800001'],
  ['browser twice', [pixel(0), pixel(1)], 'p0-p1'],
  ['browser twice, 48 hours', [pixel(0), pixel(172_800_000)], 'p0-p172800000'],
  ['browser twice, one millisecond more', [pixel(0), pixel(172_800_001)], 'p0 p172800001'],
  ['server twice', [server(0), server(1)], 's0-s1'],
  ['server twice, 48 hours', [server(0), server(172_800_000)], 's0-s172800000'],
  ['server twice, one millisecond more', [server(0), server(172_800_001)], 's0 s172800001'],
  ['two server copies within 5 minutes of the browser', [pixel(0), server(1), server(2)], 'p0+s1+s2'],
  ['each side twice', [pixel(0), server(1), pixel(2), server(300_001)], 'p0+s1-p2-s300001'],
  [
    'the window does not slide: it runs from the first, not from the one dropped last',
    [pixel(0), server(47 * HOUR), server(49 * HOUR)],
    `p0-s${47 * HOUR} s${49 * HOUR}`,
  ],
  [
    'a copy counted again opens windows of its own',
    [pixel(0), pixel(49 * HOUR), server(49 * HOUR + 1), pixel(96 * HOUR)],
    `p0 p${49 * HOUR}+s${49 * HOUR + 1}-p${96 * HOUR}`,
  ],
  ['old and new name', [pixel(0), server(1, { event: 'CompletePayment' })], 'p0+s1'],
  ['a number and its text', [pixel(0, { eventId: 7 }), server(1, { eventId: '7' })], 'p0+s1'],
  ['another name', [pixel(0), server(1, { event: 'PlaceAnOrder' })], 'p0 s1'],
  ['a name in another case', [pixel(0), server(1, { event: 'purchase' })], 'p0 s1'],
  ['another pixel', [pixel(0), server(1, { pixel: 'C2' })], 'p0 s1'],
  ['another id', [pixel(0), server(1, { eventId: 'order-2' })], 'p0 s1'],
  ['empty ids', [pixel(0, { eventId: '' }), server(1, { eventId: '' })], 'p0 s1'],
  ['no ids', [pixel(0, { eventId: undefined }), pixel(1, { eventId: null })], 'p0 p1'],
  ['no id on the server but a _ttp', [pixel(0, { ttp: 't' }), server(1, { eventId: '', ttp: 't' })], 'p0 s1'],
];

for (const [name, copies, kept] of KEPT) {
  test(`kept: ${name}`, () => {
    expect(drawn(copies)).toBe(kept);
    expect(drawn(copies.toReversed())).toBe(kept);
  });
}

test('copies of one moment and one side are ordered by their places', () => {
  const copies = ['/10', '/2', '/1'].map((place) => pixel(0, { place }));
  const { kept, dropped } = deduplicate(copies).groups[0]!;
  expect([kept, ...dropped].map(({ place }) => place)).toEqual(['/1', '/2', '/10']);
});

const SALE = { USD: '59.98' };
const OTHER = { eventId: 'order-2' };

/** One line per conversion: outcome or doubt, times counted, then the money that is miscounted. */
const JUDGED: [string, EventCopy[], string[]][] = [
  ['both sides', [pixel(0), server(SECOND)], ['deduplicated 1']],
  ['the browser alone', [pixel(0)], ['lost 1 missing server, at risk USD 59.98']],
  ['the server alone', [server(0)], ['lost 1 missing pixel, at risk USD 59.98']],
  ['the browser alone, twice', [pixel(0), pixel(1)], ['lost 1 missing server, at risk USD 59.98']],
  ['after 5 minutes', [pixel(0), server(6 * MINUTE)], ['deduplicated 1']],
  ['at 48 hours', [pixel(0), server(48 * HOUR)], ['deduplicated 1']],
  ['after 48 hours', [pixel(0), server(48 * HOUR + 1)], ['outside-window 2 excess USD 59.98']],
  [
    'both sides, and the browser again after 48 hours',
    [pixel(0), server(1), pixel(49 * HOUR)],
    ['outside-window 2 excess USD 59.98'],
  ],
  [
    'after 48 hours another value: another sale',
    [pixel(0), server(1), pixel(49 * HOUR, { value: 5 }), server(49 * HOUR + 1, { value: 5 })],
    ['deduplicated 1', 'deduplicated 1'],
  ],
  ['other ids', [pixel(0), server(1, OTHER)], ['double-counted 2 excess USD 59.98']],
  [
    'other ids, nothing to compare',
    [pixel(0, noMoney), server(1, { ...OTHER, ...noMoney })],
    ['double-counted 2'],
  ],
  ['other ids, at 5 minutes', [pixel(0), server(5 * MINUTE, OTHER)], ['double-counted 2 excess USD 59.98']],
  [
    'other ids, after 5 minutes: nothing joins them',
    [pixel(0), server(5 * MINUTE + 1, OTHER)],
    ['lost 1 missing server, at risk USD 59.98', 'lost 1 missing pixel, at risk USD 59.98'],
  ],
  [
    'other ids, after 5 minutes, but one order',
    [pixel(0, { order: 'A' }), server(HOUR, { ...OTHER, order: 'A' })],
    ['double-counted 2 excess USD 59.98'],
  ],
  [
    'other ids and other orders',
    [pixel(0, { order: 'A' }), server(1, { ...OTHER, order: 'B' })],
    ['lost 1 missing server, at risk USD 59.98', 'lost 1 missing pixel, at risk USD 59.98'],
  ],
  [
    'a reload with a new id for one order',
    [pixel(0, { order: 'A' }), server(1, { order: 'A' }), pixel(HOUR, { ...OTHER, order: 'A' })],
    ['double-counted 2 excess USD 59.98'],
  ],
  [
    'other ids, two sales: each finds its own',
    [
      pixel(0),
      pixel(1, { eventId: 'b', value: 5 }),
      server(2, { eventId: 'c', value: 5 }),
      server(3, { eventId: 'd' }),
    ],
    ['double-counted 2 excess USD 59.98', 'double-counted 2 excess USD 5'],
  ],
  [
    'no id at all',
    [pixel(0, { eventId: '' }), server(1, { eventId: undefined })],
    ['double-counted 2 excess USD 59.98'],
  ],
  [
    'no id on the server, the same _ttp',
    [pixel(0, { ttp: 't' }), server(HOUR, { eventId: '', ttp: 't' })],
    ['ttp 2 at risk USD 59.98'],
  ],
  [
    'no id on the server, the same _ttp and order',
    [pixel(0, { ttp: 't', order: 'A' }), server(1, { eventId: '', ttp: 't', order: 'A' })],
    ['ttp 2 at risk USD 59.98'],
  ],
  [
    'the same, and once more under another id',
    [
      pixel(0, { ttp: 't', order: 'A' }),
      server(1, { eventId: '', ttp: 't', order: 'A' }),
      server(2, { eventId: 'other', order: 'A' }),
    ],
    ['double-counted 3 excess USD 119.96'],
  ],
  [
    'no id on the server, the same _ttp, 48 hours',
    [pixel(0, { ttp: 't' }), server(48 * HOUR, { eventId: '', ttp: 't' })],
    ['ttp 2 at risk USD 59.98'],
  ],
  [
    'no id on the server, the same _ttp, one millisecond more',
    [pixel(0, { ttp: 't' }), server(48 * HOUR + 1, { eventId: '', ttp: 't' })],
    ['lost 1 missing server, at risk USD 59.98', 'lost 1 missing pixel, at risk USD 59.98'],
  ],
  [
    'no id on the server, the same _ttp and order, 48 hours after a copy that was dropped',
    [
      pixel(0, { ttp: 't', order: 'A' }),
      pixel(HOUR, { ttp: 't', order: 'A' }),
      server(49 * HOUR, { eventId: '', ttp: 't', order: 'A' }),
    ],
    ['double-counted 2 excess USD 59.98'],
  ],
  [
    'no id on the server, another _ttp',
    [pixel(0, { ttp: 't' }), server(HOUR, { eventId: '', ttp: 'u' })],
    ['lost 1 missing server, at risk USD 59.98', 'lost 1 missing pixel, at risk USD 59.98'],
  ],
  [
    'no id in the browser: _ttp does not help',
    [pixel(0, { eventId: '', ttp: 't' }), server(1, { ttp: 't' })],
    ['double-counted 2 excess USD 59.98'],
  ],
  ['other names', [pixel(0), server(1, { event: 'PlaceAnOrder' })], ['name-mismatch 2 excess USD 59.98']],
  [
    'other names, 48 hours',
    [pixel(0), server(48 * HOUR, { event: 'PlaceAnOrder' })],
    ['name-mismatch 2 excess USD 59.98'],
  ],
  [
    'other names, one millisecond more',
    [pixel(0), server(48 * HOUR + 1, { event: 'PlaceAnOrder' })],
    ['lost 1 missing server, at risk USD 59.98', 'lost 1 missing pixel, at risk USD 59.98'],
  ],
  [
    'one id for two events that both sides send',
    [pixel(0), server(1), pixel(2, { event: 'Lead' }), server(3, { event: 'SubmitForm' })],
    ['deduplicated 1', 'deduplicated 1'],
  ],
  ['other pixels', [pixel(0), server(1, { pixel: 'C2' })], ['pixel-mismatch 2 excess USD 59.98']],
  [
    'both sides to two pixels',
    [pixel(0), pixel(1, { pixel: 'C2' }), server(2, { pixel: 'C2' }), server(3)],
    ['deduplicated 1', 'deduplicated 1'],
  ],
  [
    'two sales with one id',
    [pixel(0), server(1), pixel(HOUR, { value: 5 }), server(HOUR + 1, { value: 5 })],
    ['deduplicated 1', 'id-reused 0 lost USD 5'],
  ],
  [
    'three sales with one id, in order of their first copies',
    [pixel(0), pixel(1, { value: 5 }), pixel(2, { value: 6 }), server(3, { value: 5 })],
    [
      'lost 1 missing server, at risk USD 59.98',
      'id-reused 0 lost USD 5',
      'id-reused 0 missing server, lost USD 6',
    ],
  ],
  [
    'two sales of one value with one id',
    [
      pixel(0, { order: 'A' }),
      server(1, { order: 'A' }),
      pixel(2, { order: 'B' }),
      server(3, { order: 'B' }),
    ],
    ['deduplicated 1', 'id-reused 0 lost USD 59.98'],
  ],
  [
    'two sales with one id, in two currencies',
    [pixel(0), server(1), pixel(2, { currency: 'EUR' })],
    ['deduplicated 1', 'id-reused 0 missing server, lost EUR 59.98'],
  ],
  [
    'two sales with one id in the browser, but two on the server',
    [pixel(0), pixel(2, { value: 5 }), server(1, { eventId: 'a' }), server(3, { eventId: 'b', value: 5 })],
    ['double-counted 2 excess USD 59.98', 'id-reused 1'],
  ],
  [
    'a merged copy says what the event is before a dropped one does',
    [pixel(0, noMoney), pixel(1, { value: 20 }), server(2, { value: 10 })],
    ['deduplicated 1', 'id-reused 0 missing server, lost USD 20'],
  ],
  [
    'other ids, two sales to choose from: the older, unless it names another order',
    [
      pixel(0, { eventId: 'a' }),
      pixel(1, { eventId: 'b', order: 'B' }),
      pixel(2, { eventId: 'c' }),
      server(3, { eventId: 'd', order: 'D' }),
    ],
    [
      'double-counted 2 excess USD 59.98',
      'lost 1 missing server, at risk USD 59.98',
      'lost 1 missing server, at risk USD 59.98',
    ],
  ],
  [
    'the sides differ in value: one sale or two?',
    [pixel(0), server(1, { value: 5998 })],
    ['values-differ 1 at risk USD 5998'],
  ],
  [
    'the sides differ in value, but name one order',
    [pixel(0, { order: 'A' }), server(1, { order: 'A', value: 50 })],
    ['deduplicated 1'],
  ],
  [
    'the sides name different orders',
    [pixel(0, { order: 'A' }), server(1, { order: 'B' })],
    ['lost 1 missing server, at risk USD 59.98', 'id-reused 0 missing pixel, lost USD 59.98'],
  ],
  [
    'the sides differ in id and value',
    [pixel(0), server(1, { ...OTHER, value: 5998 })],
    ['look-alike 2 at risk USD 5998'],
  ],
  ['the case of a currency', [pixel(0, { currency: 'usd' }), server(1)], ['deduplicated 1']],
];

for (const [name, copies, lines] of JUDGED) {
  test(`judged: ${name}`, () => {
    const { conversions } = deduplicate(copies, BOTH);
    const found = conversions.map(({ outcome, doubt, groups, missing, excess, lost, atRisk }) => {
      const notes = [
        missing.length > 0 && `missing ${missing.join(' ')}`,
        ...Object.entries(excess).map((amount) => `excess ${amount.join(' ')}`),
        ...Object.entries(lost).map((amount) => `lost ${amount.join(' ')}`),
        ...Object.entries(atRisk).map((amount) => `at risk ${amount.join(' ')}`),
      ].filter(Boolean);
      return `${doubt ?? outcome} ${groups.length} ${notes.join(', ')}`.trim();
    });
    expect(found).toEqual(lines);
  });
}

test('a copy that is not expected is not missed', () => {
  expect(deduplicate([pixel(0)]).conversions).toMatchObject([{ outcome: 'single', missing: [], atRisk: {} }]);
  const [asked] = deduplicate([pixel(0, { event: 'CompletePayment' })], (event, code) =>
    event === 'Purchase' && code === 'C1' ? ['server'] : [],
  ).conversions;
  expect(asked).toMatchObject({ outcome: 'lost', missing: ['server'], event: 'Purchase', pixel: 'C1' });
});

test('a conversion names the copy that displaced it, and holds the objects it was given', () => {
  const copies = [pixel(0), pixel(1, { value: 5 })];
  const [first, second] = deduplicate(copies).conversions;
  expect(first!.copies[0]).toBe(copies[0]);
  expect(second!.displacedBy).toBe(copies[0]);
  expect(first).not.toHaveProperty('displacedBy');
});

test('the total', () => {
  const again = { value: 0.2, eventId: 'c', currency: 'usd' };
  expect(
    deduplicate([
      pixel(0, { value: 0.1 }),
      pixel(1, again),
      server(2, { ...again, eventId: 'd' }),
      pixel(3, { value: 7, currency: 'EUR' }),
      pixel(9 * MINUTE, { eventId: 'e', value: 3, currency: '' }),
    ]).total,
  ).toEqual({ counted: { '': '3', USD: '0.5' }, excess: { USD: '0.2' }, lost: { EUR: '7' }, atRisk: {} });
});

test('a merged copy enriches the first with what it lacks, a dropped one does not', () => {
  const bare = pixel(0, noMoney);
  expect(deduplicate([bare, server(1)]).total.counted).toEqual(SALE);
  expect(deduplicate([bare, server(6 * MINUTE)]).total.counted).toEqual({});
});

test('amounts are added exactly', () => {
  const sum = (...values: number[]) => addAmounts(values.map((value) => ({ USD: String(value) }))).USD;
  expect(sum(0.1, 0.2)).toBe('0.3');
  expect(sum(59.98, 0.02)).toBe('60');
  expect(sum(1e21, 1e-7)).toBe('1000000000000000000000.0000001');
  expect(sum(-0.5, 0.2)).toBe('-0.3');
  expect(sum(-0.5, 0.5)).toBe('0');
  expect(sum(100, 20)).toBe('120');
  expect(addAmounts([{ USD: '1' }, {}, { EUR: '2' }, { USD: '3.50' }])).toEqual({ EUR: '2', USD: '4.5' });
});

test('refuses an invalid time, and names its place', () => {
  expect(() => deduplicate([pixel(Number.NaN, { place: '/requests/3' })])).toThrow(
    'at of /requests/3 is NaN; wanted finite milliseconds',
  );
});

// Properties. Few values of each kind, so that keys, contents and boundaries meet often. They assert with node:assert: the
// runner's own expectations take six times as long.

const RUNS = { seed: 20_260_523, numRuns: samples(2000) };

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, SECOND) },
  { weight: 2, arbitrary: fc.constantFrom(MERGE_WINDOW_MS - 1, MERGE_WINDOW_MS, MERGE_WINDOW_MS + 1) },
  { weight: 2, arbitrary: fc.constantFrom(DROP_WINDOW_MS - 1, DROP_WINDOW_MS, DROP_WINDOW_MS + 1) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 100 * HOUR }) },
);

const anyCopy = fc
  .record(
    {
      side: fc.constantFrom<Side>('pixel', 'server'),
      at: fc.tuple(step, step).map(([a, b]) => a + b),
      pixel: fc.constantFrom('C1', 'C1', 'C1', 'C2'),
      event: fc.constantFrom('Purchase', 'CompletePayment', 'Purchase', 'Lead', 'SubmitForm', 'AddToCart'),
      eventId: fc.constantFrom<unknown>('a', 'a', 'b', 7, '7', '', undefined, null),
      ttp: fc.constantFrom('', 't', 'u'),
      value: fc.constantFrom(0.1, 0.2, 59.98),
      currency: fc.constantFrom('USD', 'usd', 'EUR', ''),
      order: fc.constantFrom('', '', 'A', 'B'),
    },
    { requiredKeys: ['side', 'at', 'pixel', 'event', 'eventId'] },
  )
  .map((copy): Omit<EventCopy, 'place'> => copy);

const anyCopies = fc
  .array(anyCopy, { maxLength: 12 })
  .map((copies) => copies.map((copy, index): EventCopy => ({ ...copy, place: `/${index}` })));

const anyExpects = fc.constantFrom<readonly Side[]>([], ['pixel'], ['server'], ['pixel', 'server']);

function inCents(amounts: Amounts): Cents {
  return cents(Object.entries(amounts).map(([currency, text]) => ({ currency, value: Number(text) })));
}

const all = (amounts: Cents) => Object.values(amounts).reduce((sum, value) => sum + value, 0);

test('the same copies are kept as by the slow implementation', () => {
  fc.assert(
    fc.property(anyCopies, (copies) => {
      assert.deepEqual(deduplicate(copies).groups, referenceGroups(copies));
    }),
    RUNS,
  );
});

test('conversions are judged as by the slow implementation', () => {
  fc.assert(
    fc.property(anyCopies, anyExpects, (copies, sides) => {
      const found = deduplicate(copies, () => sides).conversions.map((conversion) => ({
        outcome: [conversion.outcome, conversion.doubt].filter(Boolean).join(' '),
        copies: conversion.copies,
        groups: conversion.groups,
        missing: conversion.missing,
        counted: inCents(conversion.counted),
        excess: inCents(conversion.excess),
        lost: inCents(conversion.lost),
        atRisk: inCents(conversion.atRisk),
      }));
      assert.deepEqual(
        found,
        referenceConversions(copies, () => sides),
      );
    }),
    RUNS,
  );
});

test('neither the order of the input nor the hour matters', () => {
  const shuffled = anyCopies.chain((copies) =>
    fc.tuple(
      fc.constant(copies),
      fc.shuffledSubarray(copies, { minLength: copies.length }),
      fc.integer({ min: -1e12, max: 1e12 }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([copies, others, hours]) => {
      const before = structuredClone(others);
      const result = deduplicate(copies, BOTH);
      assert.deepEqual(deduplicate(others, BOTH), result);
      assert.deepEqual(others, before, 'the input is left alone');
      const later = others.map((copy) => ({ ...copy, at: copy.at + hours }));
      assert.deepEqual(outline(deduplicate(later, BOTH)), outline(result));
    }),
    RUNS,
  );
});

/** What does not depend on the hour or on how a name is spelled. */
function outline({ groups, conversions, total }: ReturnType<typeof deduplicate>) {
  const places = (copies: EventCopy[]) => copies.map(({ place }) => place);
  return {
    groups: groups.map(({ kept, merged, dropped }) => [kept.place, places(merged), places(dropped)]),
    conversions: conversions.map(({ outcome, doubt, copies }) => [outcome, doubt, places(copies)]),
    total,
  };
}

test('old names count as new ones, and texts of numbers as numbers', () => {
  const renamed: Record<string, string> = { CompletePayment: 'Purchase', SubmitForm: 'Lead' };
  fc.assert(
    fc.property(anyCopies, (copies) => {
      const modern = copies.map((copy) => ({
        ...copy,
        event: renamed[copy.event] ?? copy.event,
        eventId: copy.eventId === 7 ? '7' : copy.eventId,
      }));
      assert.deepEqual(outline(deduplicate(modern, BOTH)), outline(deduplicate(copies, BOTH)));
    }),
    RUNS,
  );
});

test('every copy has one role in one group and belongs to one conversion, every group to one conversion', () => {
  fc.assert(
    fc.property(anyCopies, (copies) => {
      const { groups, conversions } = deduplicate(copies, BOTH);
      const roles = groups.flatMap(({ kept, merged, dropped }) => [kept, ...merged, ...dropped]);
      assert.equal(roles.length, copies.length);
      assert.deepEqual(new Set(roles), new Set(copies));
      const told = conversions.flatMap((conversion) => conversion.copies);
      assert.equal(told.length, copies.length);
      assert.deepEqual(new Set(told), new Set(copies));
      const counted = conversions.flatMap((conversion) => conversion.groups);
      assert.equal(counted.length, groups.length);
      assert.deepEqual(new Set(counted), new Set(groups));
      for (const conversion of conversions) {
        for (const { kept } of conversion.groups) assert(conversion.copies.includes(kept));
      }
    }),
    RUNS,
  );
});

test('the windows hold around every kept copy', () => {
  fc.assert(
    fc.property(anyCopies, (copies) => {
      const { groups } = deduplicate(copies);
      for (const { kept, merged, dropped } of groups) {
        for (const copy of [...merged, ...dropped]) assert.equal(keyOf(copy), keyOf(kept));
        for (const { side, at } of merged) {
          assert.notEqual(side, kept.side);
          assert(at - kept.at <= 300_000);
        }
        for (const { side, at } of dropped) {
          assert(at - kept.at <= 172_800_000);
          if (side !== kept.side) assert(at - kept.at > 300_000);
        }
      }
      for (const [key, same] of Map.groupBy(groups, ({ kept }) => keyOf(kept))) {
        const times = same.map(({ kept }) => kept.at);
        if (key === undefined) continue;
        for (const [i, at] of times.slice(1).entries()) assert(at - times[i]! > 172_800_000);
      }
    }),
    RUNS,
  );
});

test('the sums add up', () => {
  fc.assert(
    fc.property(anyCopies, (copies) => {
      const { groups, conversions, total } = deduplicate(copies, BOTH);
      const keys = copies.map((copy) => keyOf(copy) ?? copy.place);
      assert(groups.length >= new Set(keys).size, 'at least one event for each key');
      const sent = all(cents(copies.map(({ value }) => ({ value, currency: '' }))));
      const [counted, lost] = [all(inCents(total.counted)), all(inCents(total.lost))];
      assert(counted + lost <= sent, 'no money that no copy told of');
      for (const field of ['counted', 'excess', 'lost', 'atRisk'] as const) {
        assert.deepEqual(total[field], addAmounts(conversions.map((conversion) => conversion[field])));
      }
      for (const { outcome, groups, counted, excess, lost } of conversions) {
        for (const [currency, amount] of Object.entries(inCents(excess))) {
          assert(amount <= inCents(counted)[currency]!);
        }
        if (groups.length < 2) assert.deepEqual(excess, {});
        if (groups.length > 0) assert.deepEqual(lost, {});
        else assert.equal(outcome, 'id-reused');
      }
    }),
    RUNS,
  );
});

test('sending a counted copy again within 48 hours changes no sum', () => {
  fc.assert(
    fc.property(anyCopies, fc.nat(), fc.integer({ min: 0, max: DROP_WINDOW_MS }), (copies, pick, delay) => {
      const before = deduplicate(copies, BOTH);
      const withId = before.groups.filter(({ kept }) => keyOf(kept) !== undefined);
      fc.pre(withId.length > 0);
      const { kept } = withId[pick % withId.length]!;
      const again = { ...kept, at: kept.at + delay, place: `${kept.place}/again` };
      const after = deduplicate([...copies, again], BOTH);
      assert.deepEqual(after.total, before.total);
      assert.deepEqual(
        after.groups.map((group) => group.kept),
        before.groups.map((group) => group.kept),
      );
      assert(after.groups.find((group) => group.kept === kept)!.dropped.includes(again));
    }),
    RUNS,
  );
});

test('any sum of cents is exact', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 })), (amounts) => {
      const sum = amounts.reduce((total, amount) => total + amount, 0);
      const { USD = '0' } = addAmounts(amounts.map((amount) => ({ USD: String(amount / 100) })));
      assert.equal(USD, String(sum / 100));
    }),
    RUNS,
  );
});
