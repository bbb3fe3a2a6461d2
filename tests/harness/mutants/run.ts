import type { RunRule } from '../../../src/rules/run-rule.ts';
import { sha256Hex } from '../../../src/tiktok/hashing.ts';
import { AT, all, type Change, set } from '../rules/clean.ts';
import { eventId, productAgain, strangersId, untied, type Visits } from '../rules/visits.ts';

/** Mutants of a run of two correct visits: within each visit, nothing is wrong. */
export interface RunMutant extends Visits {
  name: string;
  /** The one rule over a run that must fail. */
  rule: RunRule['id'];
}

const SERVER_USER = `${AT.server}/body/data/0/user`;
const inBoth = (change: Change): Visits => ({ first: change, second: change });

export const RUN_MUTANTS: readonly RunMutant[] = [
  {
    name: 'run: every order has the same id',
    rule: 'event-id/unique-across-visits',
    ...inBoth(eventId('Purchase', 'order-7')),
  },
  {
    name: 'run: the id of AddToCart is written into the theme',
    rule: 'event-id/unique-across-visits',
    ...inBoth(eventId('AddToCart', 'add-7')),
  },
  {
    name: 'run: the product page comes from a cache',
    rule: 'event-id/not-cached',
    second: eventId('ViewContent', 'view-1'),
  },
  {
    name: 'run: the id of ViewContent is written into the theme',
    rule: 'event-id/not-cached',
    ...inBoth(eventId('ViewContent', 'view-7')),
  },
  {
    name: 'run: a service worker answers with the page that it kept',
    rule: 'event-id/new-for-each-view',
    second: productAgain('ViewContent', 'service-worker'),
  },
  {
    name: "run: the product's page comes out of the browser's cache, event_id and all",
    rule: 'event-id/new-for-each-view',
    ...inBoth(productAgain('ViewContent', 'http')),
  },
  {
    name: 'run: the page that the browser kept has the id of its button in it',
    rule: 'event-id/unique-across-visits',
    first: productAgain('AddToCart', 'http'),
  },
  {
    name: 'run: every guest has one external id',
    rule: 'identity/external-id-own',
    ...inBoth(strangersId(sha256Hex('guest-17'))),
  },
  {
    name: 'run: the server names every guest alike',
    rule: 'identity/external-id-own',
    ...inBoth(all(set(`${SERVER_USER}/external_id`, sha256Hex('guest-17')), set('/steps', []))),
  },
  {
    name: 'run: a call of the server names nobody',
    rule: 'events-api/of-a-visit',
    first: untied(900, ['Purchase order-9']),
  },
  {
    name: 'run: a call of the server comes when its visit is over',
    rule: 'events-api/of-a-visit',
    second: untied(60_500, ['Purchase order-1001']),
  },
];
