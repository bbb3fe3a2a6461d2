import { createHash } from 'node:crypto';
import { maskText } from '../../../src/masking/mask.ts';
import { accessTokenNotInBrowser } from '../../../src/rules/privacy/access-token-not-in-browser.ts';
import { pageAddressesClean } from '../../../src/rules/privacy/page-addresses-clean.ts';
import { propertiesClean } from '../../../src/rules/privacy/properties-clean.ts';
import { requestsClean } from '../../../src/rules/privacy/requests-clean.ts';
import { sensitiveTopics } from '../../../src/rules/privacy/sensitive-topics.ts';
import { serverLogClean } from '../../../src/rules/privacy/server-log-clean.ts';
import { titlesClean } from '../../../src/rules/privacy/titles-clean.ts';
import { sha256Hex } from '../../../src/tiktok/hashing.ts';
import { AT, add, all, beacon, type Change, COLLECTOR, call, drop, PIXEL, SHOP, set } from './clean.ts';
import { under } from './faults.ts';
import { SERVER_EVENT } from './server.ts';
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
const called = (token: string) => ({
  code: 'called',
  args: { page: '/orders/1001', token },
  place: '/requests/17',
});

testRule(accessTokenNotInBrowser, [
  { name: 'the server keeps it' },
  {
    name: 'the page calls the Events API',
    change: add('requests', { ...fromPage, accessToken: `[token sha256=${MASK} shape=aaaa]` }),
    findings: [called('yes')],
  },
  {
    name: 'twice, with the token in the URL',
    change: add(
      'requests',
      { ...fromPage, url: `${ENDPOINT}?access_token=[secret sha256=${MASK} shape=aaaa]` },
      fromPage,
    ),
    findings: [called('yes')],
  },
  {
    name: 'without a token',
    change: add('requests', fromPage),
    findings: [called('')],
  },
  {
    name: 'it only sends a preflight, which is refused',
    change: add('requests', { ...fromPage, method: 'OPTIONS' }),
  },
  {
    name: 'in the source of a page',
    change: set('/exposed', [`${SHOP}/orders/1001`]),
    findings: [
      {
        code: 'in-page',
        args: { page: '/orders/1001' },
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
        args: { page: '/orders/1001', parameter: 'access_token' },
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
        args: { page: '/orders/1001', parameter: 'tiktok_access_token' },
        place: `${AT.order}/url`,
      },
    ],
  },
  {
    name: 'in the fragment, under a name of its own: the token that the server sends',
    inClear: true,
    change: set(`${AT.order}/url`, `${SHOP}/orders/1001#/?key=demo-token`),
    findings: [
      {
        code: 'in-url',
        args: { page: '/orders/1001', parameter: 'key' },
        place: `${AT.order}/url`,
      },
    ],
  },
  {
    name: 'in a call',
    inClear: true,
    change: set(`${AT.call.Purchase}/args/1/settings`, { tokens: ['demo-token'] }),
    findings: [
      {
        code: 'in-call',
        args: { method: 'track', page: '/orders/1001' },
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
        args: { method: 'identify', page: '/orders/1001' },
        place: AT.identify.order,
      },
    ],
  },
  { name: 'an empty one', change: set(`${AT.identify.order}/args/0/access_token`, '') },
  {
    name: 'no page was reached',
    // A list of the server's calls has no pages.
    change: all(
      set('/documents', []),
      set('/requests', []),
      set('/calls', []),
      set('/recorder/blind', [{ part: 'pages', by: 'format', why: 'Lists of calls have no pages' }]),
    ),
    inapplicable: 'No page was reached',
  },
]);

/** Pages without any trace of the pixel. */
const withoutPixel: Change = ({ documents }) => {
  for (const document of documents) {
    delete document.snippets;
    delete document.mountedAt;
  }
};

const written = (what: string, index: number) => ({
  code: 'written',
  args: { what, fault: 'token-expired' },
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
    name: 'each kind is reported once',
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
    inapplicable: "The log of the site's server was not seen",
  },
  {
    name: 'another process serves the site',
    change: all(expired, set('/server/seen', false)),
    inconclusive: "The stub saw no request of this visit reach the site's server",
  },
]);

const EMAIL = maskText('ada.buyer@example.com', 'email');
const PHONE = maskText('+14155550123', 'phone');
const STRANGER = maskText('help@shop.example', 'email');
const MD5 = maskText(createHash('md5').update('ada.buyer@example.com').digest('hex'), 'email-md5');
const SHA256 = sha256Hex('ada.buyer@example.com');
const NAME = maskText('Adalbert', 'name');
const ORDER = `${SHOP}/orders/1001`;
const ORDER_URL = `${AT.order}/url`;
const typedName: Change = ({ steps }) => {
  steps.push({
    at: 750,
    action: 'fill',
    on: '#name',
    text: '{"fill":"#name","with":"{firstName}"}',
    typed: 'firstName',
  });
};
/** What the SDK sends about a page on its own. */
const act = (at: number, collected: Record<string, unknown>, url = ORDER): Change =>
  add('requests', {
    ...beacon(at, '', '', url),
    url: `${COLLECTOR}/act`,
    body: {
      action: 'Metadata',
      context: { pixel: { code: PIXEL }, page: { url, referrer: '' } },
      auto_collected_properties: collected,
    },
  });
const metadata = (content: Record<string, string>) =>
  act(990, { page_trigger: 'PageView', content_data: content });

const atPage = (what: string, place = ORDER_URL) => ({
  code: 'address',
  args: { page: '/orders/1001', what },
  place,
});

testRule(pageAddressesClean, [
  { name: 'clean addresses' },
  {
    name: 'the e-mail address in a query, sent with each event',
    change: all(
      set(ORDER_URL, `${ORDER}?email=${EMAIL}`),
      set(`${AT.sent.Purchase}/body/context/page/url`, `${ORDER}?email=${EMAIL}`),
      set(`${SERVER_EVENT}/page/url`, `${ORDER}?email=${EMAIL}`),
    ),
    findings: [atPage('e-mail address')],
  },
  {
    name: 'as MD5 and as SHA-256, and the phone number',
    change: set(ORDER_URL, `${ORDER}?a=${MD5}&b=${SHA256}&c=${PHONE}`),
    findings: [atPage('e-mail address as MD5, phone number and e-mail address as SHA-256')],
  },
  {
    name: 'in a path',
    change: set(ORDER_URL, `${SHOP}/orders/${EMAIL}/thanks`),
    findings: [
      {
        code: 'address',
        args: { page: '/orders/%E2%80%A6/thanks', what: 'e-mail address' },
        place: ORDER_URL,
      },
    ],
  },
  {
    name: 'in an address that the page took later',
    change: set(`${AT.order}/routes`, [{ at: 960, url: `${ORDER}#/${EMAIL}` }]),
    findings: [atPage('e-mail address', `${AT.order}/routes/0/url`)],
  },
  {
    name: 'in a referrer of a page without the pixel',
    change: set(`${AT.sent.Purchase}/body/context/page/referrer`, `${SHOP}/login?user=${EMAIL}`),
    findings: [
      {
        code: 'referrer',
        args: { page: '/login', what: 'e-mail address' },
        place: `${AT.sent.Purchase}/body/context/page/referrer`,
      },
    ],
  },
  {
    name: 'in the page that the server names',
    change: set(`${SERVER_EVENT}/page/url`, `${ORDER}?phone=${PHONE}`),
    findings: [atPage('phone number', `${SERVER_EVENT}/page/url`)],
  },
  {
    name: "somebody's e-mail address, by the name of its parameter",
    change: set(ORDER_URL, `${ORDER}?user_email=${STRANGER}`),
    findings: [
      {
        code: 'stranger',
        args: { page: '/orders/1001', parameter: 'user_email' },
        place: ORDER_URL,
      },
    ],
  },
  { name: "the shop's own e-mail address", change: set(ORDER_URL, `${ORDER}?contact=${STRANGER}`) },
  { name: 'the hash of something else', change: set(ORDER_URL, `${ORDER}?id=${MASK}`) },
  {
    name: 'the name that was typed',
    change: all(typedName, set(ORDER_URL, `${ORDER}?for=${NAME}`)),
    findings: [atPage('name')],
  },
  {
    name: 'a name that the site knew before: a word of its own',
    change: all(
      typedName,
      set(`${AT.product}/url`, `${SHOP}/products/${NAME}`),
      set(ORDER_URL, `${ORDER}?for=${NAME}`),
    ),
  },
  { name: 'a name that was not typed', change: set(ORDER_URL, `${ORDER}?for=${NAME}`) },
  {
    name: 'no pixel',
    change: all(withoutPixel, set('/requests', []), set('/calls', []), set('/server/requests', [])),
    inapplicable: 'No page had the pixel',
  },
]);

testRule(titlesClean, [
  { name: 'clean titles' },
  {
    name: 'the e-mail address, as the page has it and as the SDK sends it',
    change: all(
      set(`${AT.order}/title`, `Thank you, ${EMAIL}`),
      metadata({ meta: JSON.stringify({ title: `Thank you, ${EMAIL}` }) }),
    ),
    findings: [
      {
        code: 'title',
        args: { page: '/orders/1001', what: 'e-mail address' },
        place: `${AT.order}/title`,
      },
    ],
  },
  {
    name: 'the phone number, as the SDK sends it later',
    change: metadata({ meta: JSON.stringify({ title: PHONE }) }),
    findings: [
      {
        code: 'title',
        args: { page: '/orders/1001', what: 'phone number' },
        place: '/requests/17/body/auto_collected_properties/content_data/meta',
      },
    ],
  },
  { name: "the shop's own e-mail address", change: set(`${AT.order}/title`, `Write to ${STRANGER}`) },
  {
    name: 'the name, on the page where it was typed',
    change: all(typedName, set(`${AT.checkout}/title`, `Order of ${NAME}`)),
    findings: [
      {
        code: 'title',
        args: { page: '/checkout', what: 'name' },
        place: `${AT.checkout}/title`,
      },
    ],
  },
  { name: 'metadata that cannot be read', change: metadata({ meta: '{"title":' }) },
  {
    name: 'no titles',
    change: drop(`${AT.landing}/title`, `${AT.product}/title`, `${AT.checkout}/title`, `${AT.order}/title`),
    inapplicable: 'No title of a page with the pixel is known',
  },
]);

const PROPERTIES = `${AT.sent.Purchase}/body/properties`;
const holds = (property: string, what: string, place: string, events = 'Purchase') => ({
  code: 'holds',
  args: { property, what, events },
  place,
});

testRule(propertiesClean, [
  { name: 'clean properties' },
  {
    name: 'the e-mail address, on both sides',
    change: all(set(`${PROPERTIES}/email`, EMAIL), set(`${SERVER_EVENT}/properties/email`, EMAIL)),
    findings: [holds('email', 'e-mail address', `${PROPERTIES}/email`)],
  },
  {
    name: 'its hashes',
    change: all(set(`${PROPERTIES}/em`, SHA256), set(`${PROPERTIES}/customer`, { id: MD5 })),
    findings: [
      holds('em', 'e-mail address as SHA-256', `${PROPERTIES}/em`),
      holds('id', 'e-mail address as MD5', `${PROPERTIES}/customer/id`),
    ],
  },
  {
    name: 'a phone number in a description, of two events',
    change: all(
      set(`${AT.sent.AddToCart}/body/properties`, { description: `Call ${PHONE}` }),
      set(`${PROPERTIES}/description`, PHONE),
    ),
    findings: [
      holds(
        'description',
        'phone number',
        `${AT.sent.AddToCart}/body/properties/description`,
        'AddToCart and Purchase',
      ),
    ],
  },
  {
    name: 'in an event that was not sent',
    change: all(drop(AT.sent.Purchase), set(`${AT.call.Purchase}/args/1/query`, EMAIL)),
    findings: [holds('query', 'e-mail address', `${AT.call.Purchase}/args/1/query`)],
  },
  {
    name: 'as the name of a property',
    change: set(PROPERTIES, { [EMAIL]: 1 }),
    findings: [holds('…', 'e-mail address', `${PROPERTIES}/${EMAIL}`)],
  },
  {
    name: "somebody's e-mail address",
    change: set(`${PROPERTIES}/customer_email`, STRANGER),
    findings: [
      {
        code: 'stranger',
        args: { property: 'customer_email', what: '', events: 'Purchase' },
        place: `${PROPERTIES}/customer_email`,
      },
    ],
  },
  {
    name: 'an address to write to',
    change: add('calls', call('order', 990, 'track', 'Contact', { email: STRANGER })),
  },
  {
    name: 'members named like personal data that hold none',
    change: set(PROPERTIES, {
      email: maskText('newsletter', 'email'),
      state: maskText('paid', 'address'),
      phone: maskText('yes', 'phone'),
      content_name: STRANGER,
    }),
  },
  { name: 'an event_id is judged elsewhere', change: set(`${AT.call.Purchase}/args/1/event_id`, EMAIL) },
  {
    name: 'no event',
    change: all(withoutPixel, set('/requests', []), set('/calls', []), set('/server/requests', [])),
    inapplicable: 'There was no event',
  },
]);

const META_AT = '/requests/17/body/auto_collected_properties';

testRule(requestsClean, [
  { name: 'hashes only' },
  {
    name: 'an e-mail address for an external id, in each event',
    change: all(
      set(
        `${AT.sent.AddPaymentInfo}/body/context/user/external_id`,
        maskText('ada.buyer@example.com', 'external-id'),
      ),
      set(
        `${AT.sent.Purchase}/body/context/user/external_id`,
        maskText('ada.buyer@example.com', 'external-id'),
      ),
    ),
    findings: [
      {
        code: 'browser',
        args: { member: 'context.user.external_id', what: 'e-mail address', times: 2 },
        place: `${AT.sent.AddPaymentInfo}/body/context/user/external_id`,
      },
    ],
  },
  {
    name: 'an external id of its own',
    change: set(`${AT.sent.Purchase}/body/context/user/external_id`, maskText('customer-42', 'external-id')),
  },
  {
    name: 'an e-mail address in the user, not hashed',
    change: set(`${AT.sent.Purchase}/body/context/user/email`, EMAIL),
    findings: [
      {
        code: 'browser',
        args: { member: 'context.user.email', what: 'e-mail address', times: 1 },
        place: `${AT.sent.Purchase}/body/context/user/email`,
      },
    ],
  },
  {
    name: 'in the linked data of the page, and the shop with its own',
    change: metadata({
      json_ld: JSON.stringify([{ customer: { email: EMAIL } }]),
      open_graph: JSON.stringify({ 'og:email': STRANGER }),
    }),
    findings: [
      {
        code: 'browser',
        args: { member: 'auto_collected_properties.content_data.json_ld', what: 'e-mail address', times: 1 },
        place: `${META_AT}/content_data/json_ld`,
      },
    ],
  },
  {
    name: 'in the title, too: privacy/titles-clean',
    change: metadata({
      meta: JSON.stringify({ title: EMAIL }),
      open_graph: JSON.stringify({ 'og:title': EMAIL }),
    }),
  },
  {
    name: 'on a button that was clicked: the phone number, and the name',
    change: all(typedName, act(990, { trigger_element: { inner_text: `${NAME} ${PHONE}` } })),
    findings: [
      {
        code: 'browser',
        args: {
          member: 'auto_collected_properties.trigger_element.inner_text',
          what: 'phone number',
          times: 1,
        },
        place: `${META_AT}/trigger_element/inner_text`,
      },
    ],
  },
  {
    name: 'in a URL',
    change: add('requests', {
      at: 990,
      method: 'GET',
      url: `https://www.tiktok.com/embed?for=${MD5}`,
      status: 404,
    }),
    findings: [
      {
        code: 'browser',
        args: { member: 'the URL of a request', what: 'e-mail address as MD5', times: 1 },
        place: '/requests/17/url',
      },
    ],
  },
  {
    name: 'an image request, whose URL holds its body',
    change: add('requests', {
      ...beacon(990, 'Lead', 'l-1', ORDER),
      method: 'GET',
      url: `${COLLECTOR}?analytics_message=${maskText('QWRh', 'email-base64')}`,
      image: true,
    }),
  },
  {
    name: 'in a server event, where it has no place',
    change: set(`${SERVER_EVENT}/customer`, { contact: EMAIL }),
    findings: [
      {
        code: 'server',
        args: { member: 'customer.contact', what: 'e-mail address', times: 1 },
        place: `${SERVER_EVENT}/customer/contact`,
      },
    ],
  },
  {
    name: "what other rules report: addresses, properties, event_ids, the server's user",
    change: all(
      set(`${AT.sent.Purchase}/body/context/page/url`, `${ORDER}?e=${EMAIL}`),
      set(`${PROPERTIES}/email`, EMAIL),
      set(`${AT.sent.Purchase}/body/event_id`, EMAIL),
      set(`${SERVER_EVENT}/user/email`, EMAIL),
    ),
  },
  {
    name: 'nothing was sent',
    change: all(set('/requests', []), set('/server/requests', [])),
    inapplicable: 'Nothing was sent to TikTok',
  },
]);

testRule(sensitiveTopics, [
  { name: 'widgets' },
  {
    name: 'a custom event',
    change: add('calls', call('order', 990, 'track', 'PregnancyTestDone')),
    findings: [
      {
        code: 'event',
        args: {
          topic: 'health',
          event: 'PregnancyTestDone',
          page: '/orders/1001',
          name: 'PregnancyTestDone',
        },
        place: '/calls/15',
      },
    ],
  },
  {
    name: 'a parameter, in browser and server',
    change: all(
      set(`${AT.call.Purchase}/args/1/customer_loan_amount`, 1),
      set(`${AT.sent.Purchase}/body/properties/customer_loan_amount`, 1),
      set(`${SERVER_EVENT}/properties/customer_loan_amount`, 1),
    ),
    findings: [
      {
        code: 'parameter',
        args: { topic: 'finance', event: 'Purchase', page: '/orders/1001', name: 'customer_loan_amount' },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'an address',
    change: set(ORDER_URL, `${SHOP}/Mental-Health/1?childAge=4`),
    findings: [
      {
        code: 'path',
        args: { topic: 'health', event: '', page: '/Mental-Health/1', name: '/Mental-Health/1' },
        place: ORDER_URL,
      },
      {
        code: 'query',
        args: { topic: 'children', event: '', page: '/Mental-Health/1', name: 'childAge' },
        place: ORDER_URL,
      },
    ],
  },
  {
    name: 'names of products, values, and words within words',
    change: all(
      set(ORDER_URL, `${SHOP}/products/pregnancy-pillow?q=diagnosis&saltyfood=1&libanon=1`),
      set(`${AT.call.Purchase}/args/1/content_name`, 'Mental health: a book'),
      add('calls', call('order', 990, 'track', 'HealthFoodViewed')),
    ),
  },
  {
    name: 'no pixel',
    change: all(withoutPixel, set('/requests', []), set('/calls', []), set('/server/requests', [])),
    inapplicable: 'No page had the pixel, and nothing was sent',
  },
]);
