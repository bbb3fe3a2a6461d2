import { expect } from '@playwright/test';
import {
  type EventRow,
  eventNeeds,
  eventsThat,
  isConversion,
  isFinalConversion,
  isOfCatalogue,
  isOrder,
  isStandardEvent,
  isSubscription,
  mayComeAgain,
  STANDARD_EVENTS,
  shopPartOf,
  supportedUntil,
  WIRE_RENAMES,
} from '../../../src/tiktok/event-names.ts';
import { everyColumnIsNeeded } from '../columns.ts';
import { test } from '../test.ts';

test('a row without a column does not compile', () => {
  everyColumnIsNeeded<EventRow>();
  // @ts-expect-error
  everyColumnIsNeeded<Omit<EventRow, 'stage'> & Partial<Pick<EventRow, 'stage'>>>();
});

/** The canonical names for which it is true. */
const those = (holds: (name: string) => boolean) =>
  STANDARD_EVENTS.filter((name) => !WIRE_RENAMES.has(name) && holds(name));

const SETS: [what: string, found: string[], wanted: string[]][] = [
  [
    'those in which a visitor only looks around',
    those((name) => !isConversion(name)),
    ['ClickButton', 'CustomizeProduct', 'FindLocation', 'Search', 'ViewContent'],
  ],
  [
    'final conversions',
    those(isFinalConversion),
    [
      'CompleteRegistration',
      'Contact',
      'Lead',
      'PlaceAnOrder',
      'Purchase',
      'Schedule',
      'StartTrial',
      'SubmitApplication',
      'Subscribe',
    ],
  ],
  [
    'those that need content ids',
    those((name) => eventNeeds(name, 'content')),
    ['AddToCart', 'AddToWishlist', 'InitiateCheckout', 'PlaceAnOrder', 'Purchase', 'ViewContent'],
  ],
  ['those that need a contact', those((name) => eventNeeds(name, 'contact')), ['Purchase']],
  ['those that need a value', those((name) => eventNeeds(name, 'revenue')), ['Purchase']],
  ['those of catalogue ads', those(isOfCatalogue), ['AddToCart', 'PlaceAnOrder', 'Purchase', 'ViewContent']],
  ['those of a button', those((name) => shopPartOf(name) === 'button'), ['AddToCart', 'AddToWishlist']],
  [
    'those of a cart',
    those((name) => shopPartOf(name) === 'cart'),
    ['AddPaymentInfo', 'InitiateCheckout', 'PlaceAnOrder', 'Purchase'],
  ],
  ['orders', those(isOrder), ['PlaceAnOrder', 'Purchase']],
  ['subscriptions', those(isSubscription), ['Subscribe']],
  ['those that may come again', those(mayComeAgain), ['InitiateCheckout']],
  ['those that go', those((name) => supportedUntil(name) === 2027), ['ClickButton', 'PlaceAnOrder']],
];

for (const [what, found, wanted] of SETS) {
  test(`${what} are the events that are known to be`, () => expect(found.toSorted()).toEqual(wanted));
}

test('an old name has the columns of the new one, and a custom event has none', () => {
  expect(isOrder('CompletePayment')).toBe(true);
  expect(isFinalConversion('SubmitForm')).toBe(true);
  for (const name of ['Order', 'purchase', 'constructor', '__proto__', '']) {
    expect(isStandardEvent(name), name).toBe(false);
    expect(isConversion(name), name).toBe(false);
    expect(shopPartOf(name), name).toBe(null);
  }
});

test('events are listed in all their names', () => {
  expect(eventsThat(({ needs }) => needs.includes('revenue'))).toEqual(['Purchase', 'CompletePayment']);
});
