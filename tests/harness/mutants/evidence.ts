import type { Evidence } from '../../../src/evidence/evidence.ts';
import type { Target } from '../../../src/target/target.ts';
import {
  AT,
  add,
  all,
  type Change,
  CLICK_ID,
  drop,
  eachBeacon,
  OTHER_PIXEL,
  page,
  resolve,
  SHOP,
  set,
  swapCalls,
} from '../rules/clean.ts';

/**
 * Mutants of the clean visit's evidence, made by six operators: drop, duplicate, swap, retype, blank and rename. If a fact is in
 * both the call and the request, both are changed, as a site's mistake would be in both.
 */
export interface EvidenceMutant {
  /** Operator and operand. */
  name: string;
  /** The one rule that must fail. */
  rule: string;
  change: Change;
  target?: (target: Target) => void;
}

type Event = keyof typeof AT.call & keyof typeof AT.sent;
const SERVER_EVENT = `${AT.server}/body/data/0`;

/** A whole event: its call and its request. The later item of the two lists first, so that no pointer moves. */
const whole = (event: Event): Change => drop(AT.sent[event], AT.call[event]);

/** A parameter of an event in its call and its request. */
function inProperties(event: Event, path: string, apply: (pointer: string) => Change): Change {
  return all(apply(`${AT.call[event]}/args/1${path}`), apply(`${AT.sent[event]}/body/properties${path}`));
}

/** The same in the copies of browser and server, so that they agree. */
function everywhere(path: string, apply: (pointer: string) => Change): Change {
  return all(inProperties('Purchase', path, apply), apply(`${SERVER_EVENT}/properties${path}`));
}

function eventId(event: Event, value: unknown): Change {
  return all(set(`${AT.call[event]}/args/2/event_id`, value), set(`${AT.sent[event]}/body/event_id`, value));
}

function eventName(event: Event, value: string): Change {
  return all(set(`${AT.call[event]}/args/0`, value), set(`${AT.sent[event]}/body/event`, value));
}

/** Appends a copy of a list's item to the list, some milliseconds after the original. */
function duplicate(pointer: string, change: (copy: Record<string, unknown>) => void = () => {}): Change {
  return (evidence) => {
    const list = resolve(evidence, pointer.replace(/\/\d+$/, '')) as Record<string, unknown>[];
    const copy = structuredClone(resolve(evidence, pointer)) as Record<string, unknown>;
    if (typeof copy.at === 'number') copy.at += 5;
    change(copy);
    list.push(copy);
  };
}

/** Gives a member another name. */
function rename(pointer: string, name: string): Change {
  return (evidence) => {
    const value = resolve(evidence, pointer);
    drop(pointer)(evidence);
    set(pointer.replace(/[^/]+$/, name), value)(evidence);
  };
}

function identity(change: (identity: Record<string, unknown>) => void): Change {
  return (evidence) => {
    for (const place of Object.values(AT.identify))
      change(resolve(evidence, `${place}/args/0`) as Record<string, unknown>);
  };
}

/** Changes the URLs of the landing and its requests, so that they have another click id than the ad's, or none. */
function onArrival(url: (url: string) => string): Change {
  return (evidence) => {
    const [landing] = evidence.documents;
    landing!.url = url(landing!.url);
    landing!.hops.at(-1)!.url = landing!.url;
    for (const request of evidence.requests.slice(1, 3)) {
      const body = request.body as { context: { page: { url: string } } };
      body.context.page.url = landing!.url;
    }
  };
}

/** The visitor's search on the landing page, called and sent. */
function searched(properties: unknown): Change {
  return ({ calls, requests }) => {
    const call = structuredClone(calls[4]!);
    const sent = structuredClone(requests[5]!);
    calls.push({ ...call, at: 112, document: 'landing', args: ['Search', properties] });
    const body = sent.body as { context: { page: object } };
    const { body: landed } = requests[2]! as { body: { context: { page: object } } };
    const context = { ...body.context, page: landed.context.page };
    requests.push({
      ...sent,
      at: 170,
      body: { ...body, event: 'Search', event_id: '', context, properties: {} },
    });
  };
}

/** An event of the order page, called and sent only when the page is shown again. */
function onReload(call: string, sent: string, action: 'reload' | 'back' = 'reload'): Change {
  return (evidence) => {
    const { documents, calls, requests, steps } = evidence;
    const order = resolve(evidence, AT.order) as Evidence['documents'][number];
    const moved = [resolve(evidence, call), resolve(evidence, sent)] as [
      Evidence['calls'][number],
      Evidence['requests'][number],
    ];
    const again = {
      ...order,
      id: 'again',
      at: 1040,
      mountedAt: 1070,
      via: action === 'back' ? 'history' : action,
    };
    if (action === 'back') {
      steps.push({ at: 1000, action: 'click', on: '#help', text: '{"click":"#help"}' });
      documents.push({
        ...again,
        id: 'help',
        at: 1010,
        url: 'https://help.example/',
        via: 'link',
        mountedAt: 0,
      });
      delete documents.at(-1)!.mountedAt;
      delete documents.at(-1)!.snippets;
    }
    steps.push({ at: 1030, action, text: `{"${action}":true}` });
    documents.push(again);
    const repeated = calls.filter(({ document, method }) => document === order.id && method !== 'track');
    calls.push(...structuredClone(repeated).map((one) => ({ ...one, at: one.at + 140, document: 'again' })));
    requests.push(
      ...structuredClone(
        requests.filter(({ at, body }) => at >= 930 && at < 953 && bodyIs(body, 'Pageview')),
      ).map((one) => ({ ...one, at: one.at + 140 })),
    );
    Object.assign(moved[0], { at: 1055, document: 'again' });
    moved[1].at = 1094;
    calls.push(...calls.splice(calls.indexOf(moved[0]), 1));
    requests.push(...requests.splice(requests.indexOf(moved[1]), 1));
    evidence.duration = 1200;
  };
}

function bodyIs(body: unknown, event: string): boolean {
  return typeof body === 'object' && body !== null && 'event' in body && body.event === event;
}

const withoutClickId = (url: string) => url.replace(/\?ttclid=.*/, '');

export const EVIDENCE_MUTANTS: readonly EvidenceMutant[] = [
  // pixel
  {
    name: 'drop every load and script, and that the SDK mounted',
    rule: 'pixel/sdk-loads',
    change: (evidence) => {
      evidence.calls = [];
      evidence.requests = [];
      for (const document of evidence.documents) delete document.mountedAt;
    },
  },
  {
    name: 'drop the pixel of the product page',
    rule: 'pixel/on-every-page',
    change: all(
      drop(AT.sent.ViewContent, '/requests/4', AT.script.product),
      drop(AT.call.ViewContent, AT.page.product, AT.load.product),
      drop(`${AT.product}/mountedAt`, `${AT.product}/snippets`),
      // What was tracked there is gone with it.
      ({ calls, requests }: Evidence) => {
        calls.splice(
          calls.findIndex(({ args }) => args[0] === 'AddToCart'),
          1,
        );
        requests.splice(
          requests.findIndex(({ body }) => JSON.stringify(body)?.includes('AddToCart')),
          1,
        );
      },
    ),
    target: ({ journeys }) => {
      journeys[0]!.expect = journeys[0]!.expect.filter(({ event }) => event === 'Purchase');
    },
  },
  { name: 'rename the pixel that is loaded', rule: 'pixel/expected-id', change: renamePixel(OTHER_PIXEL) },
  {
    name: 'retype the pixel id into lower case',
    rule: 'pixel/id-format',
    change: renamePixel('cdemo000000000000001'),
  },
  { name: 'blank the pixel id', rule: 'pixel/id-format', change: renamePixel('') },
  {
    name: 'duplicate the load of the order page',
    rule: 'pixel/no-duplicate-load',
    change: duplicate(AT.load.order),
  },
  {
    name: 'insert the main of another build on the order page',
    rule: 'pixel/no-duplicate-load',
    change: ({ requests }) => {
      const index = requests.findLastIndex(({ url }) => url.includes('/events.js'));
      const url = 'https://analytics.tiktok.com/i18n/pixel/static/main.MTIzNDU2Nzg5MA.js';
      requests.splice(index + 1, 0, { ...structuredClone(requests[index]!), url, status: 404 });
    },
  },
  {
    name: 'duplicate the request for the script of the order page',
    rule: 'pixel/no-duplicate-load',
    change: duplicate(AT.script.order),
  },
  {
    name: 'rename the placement of the snippet',
    rule: 'pixel/base-code-in-head',
    change: set(`${AT.load.order}/placement`, 'body'),
  },
  {
    name: 'retype the ttq of the checkout into an object',
    rule: 'pixel/ttq-is-array',
    change: all(drop(AT.sent.InitiateCheckout, '/requests/8'), set(`${AT.checkout}/ttqIs`, 'object')),
  },
  // order
  {
    name: 'swap page and track',
    rule: 'order/page-first',
    change: swapCalls(AT.page.product, AT.call.ViewContent),
  },
  { name: 'drop page', rule: 'order/page-first', change: drop('/requests/4', AT.page.product) },
  {
    name: 'swap load and page',
    rule: 'order/load-page-identify-track',
    change: swapCalls(AT.load.landing, AT.page.landing),
  },
  {
    name: 'duplicate a page view on the wire',
    rule: 'order/page-once-a-view',
    change: duplicate('/requests/8'),
  },
  {
    name: 'swap identify and track before the SDK is there',
    rule: 'order/queue-rescued',
    change: swapCalls(AT.identify.order, AT.call.Purchase),
  },
  {
    name: 'swap identify and track, and blank what the wire had of it',
    rule: 'order/identify-before-conversion',
    change: all(swapCalls(AT.identify.order, AT.call.Purchase), blankUser(AT.sent.Purchase)),
  },
  {
    name: 'drop the identify of the order page',
    rule: 'order/identify-on-each-conversion-page',
    change: all(blankUser(AT.sent.Purchase), drop(AT.identify.order)),
  },
  {
    name: 'drop every identify',
    rule: 'identity/called',
    change: all(
      drop(AT.identify.order, AT.identify.checkout),
      eachBeacon(({ context: { user } }) => {
        for (const key of ['email', 'phone_number']) if (user) delete user[key];
      }),
    ),
  },
  {
    name: 'duplicate the page() of the order page twice',
    rule: 'order/page-called-once',
    change: all(duplicate(AT.page.order), duplicate(AT.page.order)),
  },
  {
    name: 'duplicate the page() of the landing page four times',
    rule: 'order/page-called-once',
    change: all(...Array.from({ length: 4 }, () => duplicate(AT.page.landing))),
  },
  {
    name: 'blank an identify of the landing page',
    rule: 'identity/not-empty',
    change: duplicate(AT.identify.order, (copy) =>
      Object.assign(copy, { at: 112, document: 'landing', args: [{}] }),
    ),
  },
  {
    name: 'rename the members of an identify of the landing page',
    rule: 'identity/not-empty',
    change: duplicate(AT.identify.order, (copy) =>
      Object.assign(copy, { at: 112, document: 'landing', args: [{ mail: 'x' }] }),
    ),
  },
  // event
  { name: 'drop the request of a page view', rule: 'event/sent', change: drop('/requests/8') },
  {
    name: 'swap Purchase into the order page after a reload',
    rule: 'event/on-first-view',
    change: onReload(AT.call.Purchase, AT.sent.Purchase),
  },
  {
    name: 'swap Purchase into the order page after the visitor came back',
    rule: 'event/on-first-view',
    change: onReload(AT.call.Purchase, AT.sent.Purchase, 'back'),
  },
  {
    name: 'duplicate ViewContent without its event_id',
    rule: 'event/not-doubled',
    change: all(
      drop(`${AT.call.ViewContent}/args/2`),
      set(`${AT.sent.ViewContent}/body/event_id`, ''),
      duplicate(AT.call.ViewContent),
      duplicate(AT.sent.ViewContent),
    ),
    target: ({ journeys }) => {
      delete journeys[0]!.expect[0]!.count;
    },
  },
  {
    name: 'duplicate ViewContent with another event_id',
    rule: 'event/not-doubled',
    change: all(
      duplicate(AT.call.ViewContent),
      duplicate(AT.sent.ViewContent),
      set(`${AT.call.ViewContent}/args/2/event_id`, 'view-of-the-first-effect'),
      set(`${AT.sent.ViewContent}/body/event_id`, 'view-of-the-first-effect'),
    ),
    target: ({ journeys }) => {
      delete journeys[0]!.expect[0]!.count;
    },
  },
  {
    name: 'duplicate a Search of the landing page',
    rule: 'event/not-doubled',
    change: all(searched({ search_string: 'blue' }), duplicate('/calls/15'), duplicate('/requests/17')),
  },
  {
    name: 'duplicate ViewContent with its event_id',
    rule: 'event/tracked-once',
    change: all(duplicate(AT.call.ViewContent), duplicate(AT.sent.ViewContent)),
    target: ({ journeys }) => {
      delete journeys[0]!.expect[0]!.count;
    },
  },
  {
    name: 'duplicate InitiateCheckout with its event_id',
    rule: 'event/tracked-once',
    change: all(duplicate(AT.call.InitiateCheckout), duplicate(AT.sent.InitiateCheckout)),
    target: ({ journeys }) => {
      for (const expected of journeys[0]!.expect) delete expected.count;
    },
  },
  {
    name: 'retype the properties of a Search into text',
    rule: 'params/is-object',
    change: searched('blue shoes'),
  },
  {
    name: 'retype the properties of a Search into a list',
    rule: 'params/is-object',
    change: searched([{ search_string: 'blue shoes' }]),
  },
  {
    name: 'drop the request of InitiateCheckout',
    rule: 'event/sent',
    change: drop(AT.sent.InitiateCheckout),
  },
  {
    name: 'blank the pixel of an event',
    rule: 'event/pixel-code',
    change: all(drop(AT.sent.InitiateCheckout), set(`${AT.call.InitiateCheckout}/args/2/pixel_code`, '')),
  },
  {
    name: 'rename the pixel of Purchase',
    rule: 'event/pixel-code',
    change: all(drop(AT.sent.Purchase), set(`${AT.call.Purchase}/args/2/pixel_code`, OTHER_PIXEL)),
  },
  { name: 'drop Purchase', rule: 'event/expected', change: whole('Purchase') },
  { name: 'drop ViewContent', rule: 'event/expected', change: whole('ViewContent') },
  { name: 'drop AddToCart', rule: 'event/expected', change: whole('AddToCart') },
  { name: 'drop the request of Purchase', rule: 'event/expected', change: drop(AT.sent.Purchase) },
  { name: 'drop the request of ViewContent', rule: 'event/expected', change: drop(AT.sent.ViewContent) },
  {
    name: 'duplicate Purchase',
    rule: 'event/expected',
    change: all(duplicate(AT.call.Purchase), duplicate(AT.sent.Purchase)),
  },
  {
    name: 'track Purchase in a sandboxed frame, from which the SDK sends nothing',
    rule: 'event/expected',
    change: all(
      set(`${AT.identify.order}/document`, 'sandbox'),
      set(`${AT.call.Purchase}/document`, 'sandbox'),
      drop(AT.sent.Purchase),
      add('documents', {
        ...page('sandbox', 905, 'about:srcdoc', 'frame'),
        frame: 'child',
        opaque: true,
        mountedAt: 906,
        hops: [],
      }),
    ),
  },
  {
    name: 'rename Purchase into lower case',
    rule: 'event/standard-where-custom-was-used',
    change: eventName('Purchase', 'purchase'),
  },
  {
    name: "rename ViewContent into another vendor's",
    rule: 'event/standard-where-custom-was-used',
    change: eventName('ViewContent', 'view_item'),
  },
  {
    name: 'rename AddToCart into snake case',
    rule: 'event/standard-where-custom-was-used',
    change: eventName('AddToCart', 'add_to_cart'),
  },
  {
    name: 'rename InitiateCheckout into Click',
    rule: 'event/name-reserved',
    change: eventName('InitiateCheckout', 'Click'),
  },
  {
    name: 'rename InitiateCheckout into a text',
    rule: 'event/name-valid',
    change: eventName('InitiateCheckout', 'Step 1: go!'),
  },
  {
    name: 'rename InitiateCheckout with a blank in it',
    rule: 'event/name-as-documented',
    change: eventName('InitiateCheckout', 'Size chart'),
  },
  {
    name: 'rename InitiateCheckout into its old name',
    rule: 'event/name-deprecated',
    change: set(`${AT.call.InitiateCheckout}/args/0`, 'StartCheckout'),
  },
  {
    name: 'rename InitiateCheckout into Lead',
    rule: 'event/unexpected',
    change: eventName('InitiateCheckout', 'Lead'),
  },
  // event-id
  { name: 'blank the event_id of Purchase', rule: 'event-id/present', change: eventId('Purchase', '') },
  { name: 'blank the event_id of AddToCart', rule: 'event-id/present', change: eventId('AddToCart', '') },
  {
    name: 'rename the event_id of AddToCart',
    rule: 'event-id/present',
    change: all(
      rename(`${AT.call.AddToCart}/args/2/event_id`, 'eventId'),
      set(`${AT.sent.AddToCart}/body/event_id`, ''),
    ),
  },
  {
    name: 'retype the event_id of Purchase',
    rule: 'event-id/string',
    change: all(eventId('Purchase', 1001), set(`${SERVER_EVENT}/event_id`, '1001')),
  },
  {
    name: 'swap the event_id into the properties',
    rule: 'event-id/third-argument',
    change: all(drop(`${AT.call.Purchase}/args/2`), set(`${AT.call.Purchase}/args/1/event_id`, 'order-1001')),
  },
  {
    name: 'rename the event_id of AddToCart into a sample',
    rule: 'event-id/not-constant',
    change: eventId('AddToCart', 'your_event_id'),
  },
  {
    name: 'rename the event_id of AddToCart into the id of the product',
    rule: 'event-id/unique',
    change: (evidence) => {
      const { contents } = resolve(evidence, `${AT.sent.AddToCart}/body/properties`) as {
        contents: { content_id: string }[];
      };
      eventId('AddToCart', contents[0]!.content_id)(evidence);
    },
  },
  { name: 'duplicate an event_id', rule: 'event-id/one-name', change: eventId('AddToCart', 'view-1') },
  {
    name: 'rename the event_id of the server',
    rule: 'event-id/matches-server',
    change: set(`${SERVER_EVENT}/event_id`, '1001'),
  },
  {
    name: 'blank the event_id of the server',
    rule: 'event-id/matches-server',
    change: set(`${SERVER_EVENT}/event_id`, ''),
  },
  // params
  { name: 'drop the value', rule: 'params/value-and-currency', change: everywhere('/value', drop) },
  { name: 'drop the currency', rule: 'params/value-and-currency', change: everywhere('/currency', drop) },
  {
    name: 'retype the value into a formatted text',
    rule: 'params/value-and-currency',
    change: inProperties('InitiateCheckout', '/value', (at) => set(at, '$59.98')),
  },
  {
    name: 'rename the currency into a name',
    rule: 'params/currency-iso-4217',
    change: inProperties('InitiateCheckout', '/currency', (at) => set(at, 'Dollar')),
  },
  {
    name: 'rename the currency into one that TikTok does not count',
    rule: 'params/currency-supported',
    change: inProperties('InitiateCheckout', '/currency', (at) => set(at, 'XAF')),
  },
  {
    name: 'rename the value into the price of one',
    rule: 'params/value-is-order-total',
    change: everywhere('/value', (at) => set(at, 29.99)),
  },
  {
    name: 'retype the value into cents',
    rule: 'params/value-in-units',
    change: everywhere('/value', (at) => set(at, 5998)),
  },
  {
    name: 'rename the value into 0',
    rule: 'params/value-not-zero',
    change: everywhere('/value', (at) => set(at, 0)),
  },
  {
    name: 'drop the contents of ViewContent',
    rule: 'params/content-id',
    change: inProperties('ViewContent', '/contents', drop),
  },
  {
    name: 'blank the content_id of AddToCart',
    rule: 'params/content-id',
    change: inProperties('AddToCart', '/contents/0/content_id', blank),
  },
  {
    name: 'rename the content_type of AddToCart',
    rule: 'params/content-type',
    change: inProperties('AddToCart', '/contents/0/content_type', (at) => set(at, 'widget')),
  },
  {
    name: 'retype the contents of AddToCart into text',
    rule: 'params/contents-shape',
    change: inProperties('AddToCart', '/contents', (at) => set(at, '[{"content_id":"product_123"}]')),
  },
  {
    name: 'drop the content_type of AddToCart',
    rule: 'params/shopping-ads-fields',
    change: inProperties('AddToCart', '/contents/0/content_type', drop),
  },
  {
    name: 'drop the price of ViewContent',
    rule: 'params/shopping-ads-fields',
    change: inProperties('ViewContent', '/contents/0/price', drop),
  },
  // click-id
  {
    name: 'drop the click id from the landing URL',
    rule: 'click-id/survives-redirects',
    change: onArrival(withoutClickId),
  },
  {
    name: 'move the click id of the landing URL into that of a route before the SDK mounts',
    rule: 'click-id/in-query',
    change: (evidence) => {
      const { url } = evidence.documents[0]!;
      onArrival(withoutClickId)(evidence);
      evidence.documents[0]!.routes = [{ at: 145, url }];
    },
  },
  {
    name: 'rename the query of the landing URL into its fragment',
    rule: 'click-id/in-query',
    change: onArrival((url) => url.replace('?', '#a=1&')),
  },
  {
    name: 'rename the query of the landing URL into that of a route',
    rule: 'click-id/in-query',
    change: onArrival((url) => url.replace('?', '#/cart?a=1&')),
  },
  {
    name: 'retype the click id of the landing URL into lower case',
    rule: 'click-id/unaltered',
    change: onArrival((url) => url.replace(CLICK_ID, CLICK_ID.toLowerCase())),
  },
  {
    name: 'blank the click id of every event',
    rule: 'click-id/reaches-pixel',
    change: eachBeacon(({ context: { ad } }) => {
      if (ad) ad.callback = '';
    }),
  },
  {
    name: 'blank the click id of the order page',
    rule: 'click-id/survives-navigation',
    change: all(blankClickId(AT.sent.Purchase), blankClickId('/requests/15')),
  },
  {
    name: 'the landing page, in the app, tidies its URL up',
    rule: 'click-id/survives-open-in-browser',
    change: all(set('/scenario', 'in-app'), set('/documents/0/routes', [{ at: 150, url: `${SHOP}/` }])),
  },
  {
    name: 'the landing page, opened in a browser, sends nothing of the click',
    rule: 'click-id/survives-open-in-browser',
    change: all(
      set('/scenario', 'in-app'),
      set('/inBrowser', { url: `${SHOP}/`, events: 2, withClickId: 0 }),
    ),
  },
  {
    name: 'drop the click id of the server',
    rule: 'click-id/reaches-events-api',
    change: drop(`${SERVER_EVENT}/user/ttclid`),
  },
  {
    name: 'retype the click id of the server',
    rule: 'click-id/reaches-events-api',
    change: set(`${SERVER_EVENT}/user/ttclid`, CLICK_ID.toLowerCase()),
  },
  // cookie
  {
    name: 'drop _ttp',
    rule: 'cookie/ttp-set',
    change: cookies((all) => all.filter(({ name }) => name !== '_ttp')),
  },
  {
    name: 'retype the life of _ttp into that of a session',
    rule: 'cookie/ttp-lifetime',
    change: cookies((all) => all.map((one) => (one.name === '_ttp' ? { ...one, expires: -1 } : one))),
  },
  {
    name: 'retype _ttp into a cookie that scripts cannot read',
    rule: 'cookie/ttp-domain',
    change: cookies((all) => all.map((one) => (one.name === '_ttp' ? { ...one, httpOnly: true } : one))),
  },
  // dedup
  {
    name: 'retype the arrival of the server into 6 minutes later',
    rule: 'dedup/merged-in-time',
    change: set(`${AT.server}/at`, 360_000),
  },
  {
    name: 'retype the arrival of the server into 14 minutes later',
    rule: 'dedup/merged-in-time',
    change: set(`${AT.server}/at`, 840_000),
  },
  // events-api
  { name: "drop the server's request", rule: 'events-api/sent-for-each-conversion', change: drop(AT.server) },
  {
    name: 'drop the access token',
    rule: 'events-api/token-header',
    change: drop(`${AT.server}/headers/access-token`),
  },
  {
    name: 'rename the ip of the server',
    rule: 'events-api/member-names',
    change: rename(`${SERVER_EVENT}/user/ip`, 'client_ip_address'),
  },
  {
    name: 'rename a price of the server',
    rule: 'events-api/member-names',
    change: rename(`${SERVER_EVENT}/properties/contents/0/price`, 'item_price'),
  },
  {
    name: 'retype the value of the server into text',
    rule: 'events-api/as-documented',
    change: set(`${SERVER_EVENT}/properties/value`, '59.98'),
  },
  {
    name: 'retype event_time into digits in text',
    rule: 'events-api/as-documented',
    change: set(`${SERVER_EVENT}/event_time`, '1795340750'),
  },
  {
    name: 'retype the first name into clear text',
    rule: 'events-api/names-hashed',
    change: set(`${SERVER_EVENT}/user/first_name`, 'Ada'),
  },
  {
    name: 'retype the postal code into clear text',
    rule: 'events-api/names-hashed',
    change: set(`${SERVER_EVENT}/user/zip_code`, '62701'),
  },
  {
    name: 'retype the external id into clear text',
    rule: 'events-api/external-id-hashed',
    change: set(`${SERVER_EVENT}/user/external_id`, '42'),
  },
  {
    name: 'retype the external id into an MD5',
    rule: 'events-api/external-id-hashed',
    change: set(`${SERVER_EVENT}/user/external_id`, 'a9'.repeat(16)),
  },
  { name: 'drop event_source', rule: 'events-api/accepted', change: drop(`${AT.server}/body/event_source`) },
  {
    name: 'retype event_time into text',
    rule: 'events-api/accepted',
    change: set(`${SERVER_EVENT}/event_time`, '2026-11-22T09:45:50Z'),
  },
  {
    name: 'retype the event_id of the server',
    rule: 'events-api/accepted',
    change: all(
      eventId('Purchase', '1001'),
      set(`${SERVER_EVENT}/event_id`, 1001),
      set(`${AT.server}/answer`, { code: 40002, message: 'No' }),
    ),
  },
  { name: 'drop the page of the server', rule: 'events-api/warned', change: drop(`${SERVER_EVENT}/page`) },
  {
    name: 'rename the pixel of the server',
    rule: 'events-api/pixel-matches',
    change: set(`${AT.server}/body/event_source_id`, OTHER_PIXEL),
  },
  {
    name: 'retype event_time into an hour ago',
    rule: 'events-api/event-time-fresh',
    change: set(`${SERVER_EVENT}/event_time`, 1795337150),
  },
  {
    name: 'retype event_time into an hour ahead',
    rule: 'events-api/event-time-not-future',
    change: set(`${SERVER_EVENT}/event_time`, 1795344350),
  },
  { name: 'drop ttp', rule: 'events-api/ttp-forwarded', change: drop(`${SERVER_EVENT}/user/ttp`) },
  {
    name: 'blank the user agent of the server',
    rule: 'events-api/ip-and-user-agent',
    change: set(`${SERVER_EVENT}/user/user_agent`, ''),
  },
  {
    name: 'rename the value of the server',
    rule: 'events-api/parameters-agree',
    change: set(`${SERVER_EVENT}/properties/value`, 61.5),
  },
  {
    name: 'rename the currency of the server',
    rule: 'events-api/parameters-agree',
    change: set(`${SERVER_EVENT}/properties/currency`, 'EUR'),
  },
  {
    name: 'blank the e-mail of the server',
    rule: 'match/key-coverage',
    change: set(`${SERVER_EVENT}/user/email`, ''),
  },
  {
    name: 'drop the phone of the server',
    rule: 'match/key-coverage',
    change: drop(`${SERVER_EVENT}/user/phone`),
  },
  {
    name: 'swap e-mail and phone of the server',
    rule: 'events-api/hash-correct',
    change: swapMembers(`${SERVER_EVENT}/user/email`, `${SERVER_EVENT}/user/phone`),
  },
  {
    name: 'duplicate the test event code',
    rule: 'events-api/test-event-code-absent',
    change: set(`${AT.server}/body/test_event_code`, 'TEST123'),
  },
  {
    name: 'rename the event of the server',
    rule: 'dedup/counted-once',
    change: set(`${SERVER_EVENT}/event`, 'PlaceAnOrder'),
  },
  {
    name: "duplicate the server's request under another event_id",
    rule: 'dedup/counted-once',
    change: duplicate(AT.server, (copy) =>
      set('/body/data/0/event_id', 'job-1001')(copy as unknown as Evidence),
    ),
  },
  {
    name: 'duplicate the event in its request',
    rule: 'events-api/batch-size',
    change: duplicate(SERVER_EVENT),
    target: ({ eventsApi }) => {
      eventsApi.maxBatch = 1;
    },
  },
  // identity
  {
    name: 'rename the identity into what the SDK reads from form fields',
    rule: 'identity/automatic-matching-only',
    change: all(
      drop(AT.identify.order, AT.identify.checkout),
      eachBeacon(({ context: { user } }) => {
        if (!user?.email) return;
        for (const key of ['email', 'phone_number']) {
          user[`auto_${key}`] = user[key];
          delete user[key];
        }
      }),
    ),
  },
  {
    name: 'drop the plus of the phone',
    rule: 'identity/phone-e164',
    change: identity((one) => {
      one.phone_number =
        '[phone sha256=3e2fbb35e6fef2d0fdc8dd0b2a2c3a37e43cdd1e0e3b1b8d5e9b0fa7d5b6d7aa shape=99999999999]';
    }),
  },
  {
    name: "a path of the site's own that was found by the visit",
    rule: 'pixel/own-way-named',
    change: set('/recorder/ways', { pixelHosts: [], pixelPaths: ['/_t'] }),
  },
  {
    name: "a host of the site's own that was found by the visit",
    rule: 'pixel/own-way-named',
    change: set('/recorder/ways', { pixelHosts: ['tt.shop.example'], pixelPaths: [] }),
  },
];

function blank(pointer: string): Change {
  return set(pointer, '');
}

function blankUser(request: string): Change {
  return drop(`${request}/body/context/user/email`, `${request}/body/context/user/phone_number`);
}

function blankClickId(request: string): Change {
  return set(`${request}/body/context/ad/callback`, '');
}

function cookies(change: (cookies: Evidence['cookies']) => Evidence['cookies']): Change {
  return (evidence) => {
    evidence.cookies = change(evidence.cookies);
  };
}

function swapMembers(one: string, other: string): Change {
  return (evidence) => {
    const [a, b] = [resolve(evidence, one), resolve(evidence, other)];
    set(one, b)(evidence);
    set(other, a)(evidence);
  };
}

/** In every call, script URL and event of the browser, and in the server's. */
function renamePixel(pixel: string): Change {
  return (evidence) => {
    for (const call of evidence.calls) if (call.method === 'load') call.args[0] = pixel;
    for (const request of evidence.requests) {
      request.url = request.url.replace(/sdkid=[^&]*/, `sdkid=${pixel}`);
      const { context } = (request.body ?? {}) as { context?: { pixel: { code: string } } };
      if (context) context.pixel.code = pixel;
    }
  };
}
