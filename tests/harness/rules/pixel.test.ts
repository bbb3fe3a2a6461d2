import { baseCodeInHead } from '../../../src/rules/pixel/base-code-in-head.ts';
import { baseCodeParses } from '../../../src/rules/pixel/base-code-parses.ts';
import { expectedId } from '../../../src/rules/pixel/expected-id.ts';
import { idFormat } from '../../../src/rules/pixel/id-format.ts';
import { loadOptions } from '../../../src/rules/pixel/load-options.ts';
import { noDuplicateLoad } from '../../../src/rules/pixel/no-duplicate-load.ts';
import { noPageErrors } from '../../../src/rules/pixel/no-page-errors.ts';
import { noUnexpectedId } from '../../../src/rules/pixel/no-unexpected-id.ts';
import { notBlocked } from '../../../src/rules/pixel/not-blocked.ts';
import { onEveryPage } from '../../../src/rules/pixel/on-every-page.ts';
import { ownWayNamed } from '../../../src/rules/pixel/own-way-named.ts';
import { sdkLoads } from '../../../src/rules/pixel/sdk-loads.ts';
import { siteSurvivesBlocking } from '../../../src/rules/pixel/site-survives-blocking.ts';
import type { Arguments } from '../../../src/rules/rule.ts';
import {
  AT,
  add,
  all,
  beacon,
  type Change,
  CLICK_ID,
  COLLECTOR,
  call,
  drop,
  eachBeacon,
  OTHER_PIXEL,
  PIXEL,
  page,
  SHOP,
  SNIPPET,
  script,
  set,
} from './clean.ts';
import { type FindingRow, type Row, testRule } from './table.ts';

/** No call, no request, no SDK: the shop forgot the pixel. */
const noPixel: Change = (evidence) => {
  Object.assign(evidence, { calls: [], requests: [], server: { seen: true, requests: [] } });
  for (const document of evidence.documents) delete document.mountedAt;
};

/** The order page loads, calls and sends nothing, apart from its ttq.load. */
const orderNotRun = all(
  drop('/requests/16', '/requests/15', '/requests/14', AT.script.order),
  drop(`${AT.order}/mountedAt`),
);

/** The script of the pixel, asked for under a path that TikTok does not have. */
const wrongScript = (at: number) => ({
  ...script(at),
  url: `https://analytics.tiktok.com/i18n/pixels/events.js?sdkid=${PIXEL}`,
  status: 404,
});

/** Every pixel id of the visit, replaced. */
function otherIds(id: string): Change {
  return (evidence) => {
    for (const one of evidence.calls) if (one.method === 'load') one.args = [id];
    evidence.requests = evidence.requests.map((one) => (one.method === 'GET' ? script(one.at, id) : one));
    eachBeacon(({ context }) => {
      context.pixel.code = id;
    })(evidence);
  };
}

const otherPixel = otherIds(OTHER_PIXEL);

/** Loads another pixel on the order page, too. */
function otherPixelId(id: string): Change {
  return (evidence) => void evidence.calls.push(call('order', 914, 'load', id));
}

const productNotRun = all(
  drop('/requests/6', '/requests/5', '/requests/4', AT.script.product),
  drop(`${AT.product}/mountedAt`),
);

/** The base code of every page, changed in the same way. */
function eachSnippet(change: (text: string) => string): Change {
  return ({ documents }) => {
    for (const snippet of documents.flatMap(({ snippets = [] }) => snippets))
      snippet.text = change(snippet.text);
  };
}

/** A part of some SDK, which the stand-in does not have. */
const partOf = (at: number, name: string) => ({
  ...script(at),
  url: `https://analytics.tiktok.com/i18n/pixel/static/${name}.js`,
  status: 404,
});

const noBaseCode: Change = ({ documents }) => {
  for (const document of documents) delete document.snippets;
};

/** One base code on each page. */
function baseCodes(text: string): Change {
  return ({ documents }) => {
    for (const document of documents) document.snippets = [{ text, placement: 'head' }];
  };
}

/** As Chromium 156 prints it. */
const refusal = (at: number, url: string, directive: string, verb = 'Loading the script') => ({
  at,
  type: 'error',
  text:
    `${verb} '${url}' violates the following Content Security Policy directive: "${directive} 'self'". ` +
    'The action has been blocked.',
});
const inlineRefusal = (at: number, source = LANDING) => ({
  at,
  type: 'error',
  text:
    "Executing inline script violates the following Content Security Policy directive 'script-src 'self''. Either the " +
    "'unsafe-inline' keyword, a hash ('sha256-YlvYUI+wW+HKgFAHiGhocNP2ygUfRXjJVYY7C7rcSTo='), or a nonce ('nonce-...') is " +
    'required to enable inline execution. The action has been blocked.',
  source: `${source}:20:1`,
});

const LANDING = `${SHOP}/?ttclid=${CLICK_ID}`;
const EVENTS_JS = 'https://analytics.tiktok.com/i18n/pixel/events.js';

const notRun = (reason: string) => ({
  code: 'not-run',
  args: { page: '/orders/1001', reason },
  place: AT.order,
  absence: true as const,
});

testRule(sdkLoads, [
  { name: 'the SDK takes over ttq on every page' },
  {
    name: 'an SDK that is only seen to send, when the next page is there',
    change: all(
      drop(`${AT.landing}/mountedAt`),
      set(`${AT.sent.LandingPageView}/at`, 305),
      set(`${AT.sent.Pageview}/at`, 305),
    ),
  },
  {
    name: 'no page requests the script',
    change: all(noPixel, noBaseCode),
    findings: [
      {
        code: 'never-requested',
        args: { error: '', type: '' },
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'no page requests the script, though the base code is there, which never ran',
    change: all(noPixel, baseCodes(SNIPPET)),
    findings: [
      {
        code: 'never-requested',
        args: { error: '', type: '', inert: '/' },
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'no page requests the script, and the base code waits for the visitor to agree',
    change: all(noPixel, baseCodes(`function agreed() {${SNIPPET}}`)),
    findings: [{ code: 'never-requested', args: { error: '', type: '' }, place: '/requests', absence: true }],
  },
  {
    name: 'no page requests the script, but one requests the main script of a saved page',
    change: all(noPixel, noBaseCode, add('requests', partOf(120, 'main.MTIzNDU2Nzg5MA'))),
    findings: [
      {
        code: 'never-requested',
        args: {
          error: '',
          type: '',
          instead:
            'a script was requested at https://analytics.tiktok.com/i18n/pixel/static/main.MTIzNDU2Nzg5MA.js, which answered with status 404',
        },
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'no page requests the script, but one requests a script of that name elsewhere',
    change: all(noPixel, noBaseCode, add('requests', wrongScript(120))),
    findings: [
      {
        code: 'never-requested',
        args: {
          error: '',
          type: '',
          instead:
            'a script was requested at https://analytics.tiktok.com/i18n/pixels/events.js, which answered with status 404',
        },
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'no page requests the script because the snippet is a syntax error',
    change: all(noPixel, set('/errors', [{ at: 120, message: 'SyntaxError: Invalid or unexpected token' }])),
    findings: [
      {
        code: 'never-requested',
        args: { error: 'SyntaxError: Invalid or unexpected token', type: '' },
        place: '/errors/0',
        absence: true,
      },
    ],
  },
  {
    name: 'the browser could not fetch the script',
    change: all(
      orderNotRun,
      set('/failed', [{ at: 931, url: script(0).url, error: 'net::ERR_BLOCKED_BY_CLIENT' }]),
    ),
    findings: [notRun(`the browser could not fetch ${EVENTS_JS} (net::ERR_BLOCKED_BY_CLIENT)`)],
  },
  {
    name: 'the Content-Security-Policy refuses the script',
    change: all(orderNotRun, set('/console', [refusal(932, script(0).url, 'script-src')])),
    inapplicable: "TikTok's script was refused: see pixel/not-blocked",
  },
  {
    name: 'TikTok does not know the script',
    change: all(orderNotRun, add('requests', { ...script(931), status: 404 })),
    inapplicable: "TikTok's script was refused: see pixel/not-blocked",
  },
  {
    name: 'the Content-Security-Policy of one page refuses the script, and on another it does not run',
    change: all(orderNotRun, productNotRun, set('/console', [refusal(932, script(0).url, 'script-src')])),
    findings: [
      {
        code: 'not-run',
        args: { page: '/products/blue-widget', reason: 'it was never requested' },
        place: AT.product,
        absence: true,
      },
    ],
  },
  {
    name: 'the pixel id is a placeholder, with which nothing runs',
    change: all(orderNotRun, set(`${AT.load.order}/args/0`, 'YOUR_PIXEL_ID')),
    inapplicable: 'The id of the pixel that was loaded is malformed: see pixel/id-format',
  },
  {
    name: 'the base code of every page is broken',
    change: all(
      noPixel,
      eachSnippet((text) => text.replaceAll('"', '\\"')),
    ),
    inapplicable: 'The base code cannot run: see pixel/base-code-parses',
  },
  {
    name: 'the base code of every page is refused',
    change: all(noPixel, set('/console', [inlineRefusal(120)])),
    inapplicable: "TikTok's script was refused: see pixel/not-blocked",
  },
  {
    name: 'a consent tool never released the base code',
    change: all(noPixel, ({ documents }) => {
      for (const { snippets = [] } of documents) for (const snippet of snippets) snippet.type = 'text/plain';
    }),
    findings: [
      {
        code: 'never-requested',
        args: { error: '', type: 'text/plain' },
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'the script was delivered but did not run',
    change: all(orderNotRun, add('requests', script(931))),
    findings: [notRun('it was delivered, but did not run')],
  },
  {
    name: 'the page was left while the script was on its way',
    change: all(
      orderNotRun,
      add('requests', { ...script(931), status: 0 }),
      set('/failed', [{ at: 932, url: script(0).url, error: 'net::ERR_ABORTED' }]),
    ),
    findings: [notRun('it was still on its way when its page was left')],
  },
  {
    name: 'the page was left while the main script was on its way',
    change: all(
      orderNotRun,
      add('requests', script(931)),
      set('/failed', [
        {
          at: 932,
          url: 'https://analytics.tiktok.com/i18n/pixel/static/main.MWE.js',
          error: 'net::ERR_ABORTED',
        },
      ]),
    ),
    findings: [notRun('it was still on its way when its page was left')],
  },
  {
    name: 'a request of the page before was aborted as this one opened',
    change: all(
      orderNotRun,
      add('requests', script(931)),
      set('/failed', [{ at: 931, url: script(0).url, error: 'net::ERR_ABORTED' }]),
    ),
    findings: [notRun('it was delivered, but did not run')],
  },
  {
    name: 'the main script was refused',
    change: all(
      orderNotRun,
      add('requests', script(931)),
      set('/failed', [
        {
          at: 932,
          url: 'https://analytics.tiktok.com/i18n/pixel/static/main.MWE.js',
          error: 'net::ERR_BLOCKED_BY_CLIENT',
        },
      ]),
    ),
    findings: [
      notRun(
        'the browser could not fetch https://analytics.tiktok.com/i18n/pixel/static/main.MWE.js (net::ERR_BLOCKED_BY_CLIENT)',
      ),
    ],
  },
  {
    name: 'the script fails with an error',
    change: all(
      orderNotRun,
      add('requests', script(931)),
      set('/errors', [
        { at: 932, message: 'TypeError: no queue', source: `${EVENTS_JS}?sdkid=${PIXEL}:1:2` },
      ]),
    ),
    findings: [notRun('it stopped with "TypeError: no queue"')],
  },
  {
    name: 'a build that leaves no mark on ttq, but sends',
    change: drop(`${AT.product}/mountedAt`),
  },
  {
    name: 'a script that was requested under another path of TikTok',
    change: all(orderNotRun, add('requests', wrongScript(935))),
    findings: [
      notRun(
        'a script was requested at https://analytics.tiktok.com/i18n/pixels/events.js, which answered with status 404',
      ),
    ],
  },
  {
    name: 'a script that was requested at an address of the site',
    change: all(
      orderNotRun,
      set('/console', [
        {
          at: 935,
          type: 'error',
          text: 'Failed to load resource: the server responded with a status of 404 (Not Found)',
          source: `${SHOP}/js/events.js?sdkid=${PIXEL}:1:1`,
        },
      ]),
    ),
    findings: [notRun(`a script was requested at ${SHOP}/js/events.js, which answered with status 404`)],
  },
  {
    name: 'a script that could not be fetched from another host',
    change: all(
      orderNotRun,
      set('/failed', [
        { at: 935, url: `https://analytics.tiktok.com/sdk.js?sdkid=${PIXEL}`, error: 'net::ERR_FAILED' },
      ]),
    ),
    findings: [
      notRun('a script was requested at https://analytics.tiktok.com/sdk.js, which failed (net::ERR_FAILED)'),
    ],
  },
  {
    name: 'a base code that a plugin runs at the first touch, as the visitor leaves',
    change: all(
      orderNotRun,
      set(`${AT.order}/snippets`, [{ text: SNIPPET, placement: 'head', type: 'text/delayed' }]),
    ),
    findings: [
      notRun(
        "it was never requested; its base code is in a script element of type text/delayed, which something on the page runs later, at the visitor's first touch for example",
      ),
    ],
  },
  {
    name: 'a queue without a script',
    change: orderNotRun,
    findings: [notRun('it was never requested')],
  },
  {
    name: 'the reason is that of the page itself, not of a later one',
    change: productNotRun,
    findings: [
      {
        code: 'not-run',
        args: { page: '/products/blue-widget', reason: 'it was never requested' },
        place: AT.product,
        absence: true,
      },
    ],
  },
  {
    name: 'an interstitial that was left before its script arrived',
    change: (evidence) => {
      const { mountedAt: _, ...left } = page('interstitial', 50, `${SHOP}/go/js`, 'goto');
      evidence.documents.unshift({ ...left, arrival: true });
      evidence.calls.unshift(call('interstitial', 60, 'load', OTHER_PIXEL));
    },
  },
  {
    name: 'a script element with the pixel id in its URL and no ttq.load',
    change: drop(AT.load.order, AT.load.checkout, AT.load.product, AT.load.landing),
  },
  {
    name: 'a script element that an ad blocker stops',
    change: all(
      noPixel,
      set('/failed', [{ at: 130, url: script(0).url, error: 'net::ERR_BLOCKED_BY_CLIENT' }]),
    ),
    findings: [neverRun(`the browser could not fetch ${EVENTS_JS} (net::ERR_BLOCKED_BY_CLIENT)`)],
  },
  {
    name: 'a script that is only preloaded',
    change: all(noPixel, add('requests', script(130))),
    findings: [neverRun('it was delivered, but did not run')],
  },
]);

function neverRun(reason: string): FindingRow {
  return { code: 'never-run', args: { reason }, place: '/requests', absence: true };
}

/** One way in which a base code is broken, on the order page. */
const spoilt = (name: string, change: (text: string) => string, code: string, args: Arguments): Row => ({
  name,
  change: set(`${AT.order}/snippets/0/text`, change(SNIPPET)),
  findings: [{ code, args: { page: '/orders/1001', ...args }, place: `${AT.order}/snippets/0` }],
});

/** The line of the base code with a text, from 1. */
const lineOf = (text: string) => SNIPPET.slice(0, SNIPPET.indexOf(text)).split('\n').length;

/** The snippet that the source of many tutorials prints: it escapes quotes, and never sets _o. */
const MASK = `[email sha256=${'a'.repeat(64)} shape=aaa@aaa.aa]`;
const PRINTED = SNIPPET.replace(/ttq\._t\[e\]=.*?\|\|\{\};/, String.raw`ttq._t[e+\"_\"+o]=1;`);

const OLD_LOADER = `(function () {
  var ta = document.createElement('script'); ta.type = 'text/javascript'; ta.async = true;
  ta.src = 'https://analytics.tiktok.com/i18n/pixel/sdk.js?sdkid=${PIXEL}';
  var s = document.getElementsByTagName('script')[0]; s.parentNode.insertBefore(ta, s);
})();`;

const orderSnippet = (text: string, type?: string) =>
  set(`${AT.order}/snippets/0`, { text, placement: 'head', ...(type === undefined ? {} : { type }) });

testRule(baseCodeParses, [
  { name: 'the base code as Events Manager hands it out' },
  {
    name: 'in one line',
    change: orderSnippet(SNIPPET.replace(/^ *\/\/.*/gm, '').replaceAll('\n', ' ')),
  },
  { name: 'between HTML comments, as in old templates', change: orderSnippet(`<!--\n${SNIPPET}\n//-->`) },
  { name: 'as a module', change: orderSnippet(`import '/a.js';\n${SNIPPET}`, 'module') },
  {
    name: 'with an e-mail address that was masked',
    change: orderSnippet(`${SNIPPET};ttq.identify({email:'${MASK}'})`),
  },
  {
    name: 'with a number that was taken for a phone number',
    change: orderSnippet(`${SNIPPET};ttq._t.x=${MASK.replace('email', 'phone')}`),
  },
  {
    name: 'as text within the data of a framework',
    change: orderSnippet(`self.__next_f.push([1, ${JSON.stringify(PRINTED)}])`),
  },
  {
    name: 'held back by a consent tool, in a type that never runs',
    change: orderSnippet(PRINTED, 'text/plain'),
  },
  { name: 'a template of a tag manager', change: orderSnippet('ttq.load({{pixel id}});', 'text/gtmscript') },
  {
    name: 'too long to be kept as a whole',
    change: orderSnippet(`${SNIPPET};f(${'"x",'.repeat(2_000)}`.slice(0, 8_000)),
  },
  spoilt('as tutorials print it', () => PRINTED, 'escaped', {
    line: lineOf('ttq._t[e]'),
    detail: 'Expecting Unicode escape sequence \\uXXXX',
  }),
  spoilt('passed through JSON, its line breaks too', (text) => JSON.stringify(text).slice(1, -1), 'escaped', {
    page: '/orders/1001',
    line: 1,
    detail: 'Expecting Unicode escape sequence \\uXXXX',
  }),
  spoilt(
    'passed through an HTML escape',
    (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
    'entities',
    { page: '/orders/1001', line: 4, detail: 'Unexpected token' },
  ),
  spoilt(
    'its quotes and signs typeset by a content system',
    (text) => text.replaceAll('&&', '&#038;&#038;').replaceAll('"', '&#8221;'),
    'entities',
    { page: '/orders/1001', line: 4, detail: 'Unexpected token' },
  ),
  spoilt('with a paragraph in it', (text) => text.replaceAll('\n\n', '</p>\n<p>'), 'markup', {
    line: lineOf('\n\n'),
    detail: 'Unexpected token',
  }),
  spoilt("with a word processor's quotes", (text) => text.replaceAll("'", '’'), 'typographic', {
    line: lineOf("'CDEMO"),
    detail: "Unexpected character '’'",
  }),
  spoilt('without its end', (text) => text.slice(0, text.indexOf('}(window')), 'cut', {
    line: lineOf('}(window'),
    detail: 'Unexpected token',
  }),
  spoilt('cut within a string of its last line', (text) => text.slice(0, text.indexOf('DEMO')), 'cut', {
    line: lineOf('CDEMO'),
    detail: 'Unterminated string constant',
  }),
  spoilt('with a mistake of its own', (text) => text.replace("ttq.load('", "ttq.load(''"), 'syntax', {
    line: lineOf('CDEMO'),
    detail: 'Unexpected token',
  }),
  {
    name: 'the loader of 2020, and nothing else',
    change: all(
      orderNotRun,
      drop(AT.call.Purchase, AT.identify.order, AT.page.order, AT.load.order),
      orderSnippet(OLD_LOADER),
    ),
    findings: [
      {
        code: 'dead',
        args: { page: '/orders/1001', line: 3, detail: '' },
        place: `${AT.order}/snippets/0`,
      },
    ],
  },
  { name: 'the loader of 2020, left beside a pixel that runs', change: orderSnippet(OLD_LOADER) },
  {
    name: 'no inline base code',
    change: ({ documents }) => {
      for (const document of documents) delete document.snippets;
    },
    inapplicable: 'No page has an inline base code',
  },
]);

/** A page has no base code: no call, no request, no SDK. */
const noPixelOn =
  (id: string, from: number, to: number): Change =>
  (evidence) => {
    evidence.calls = evidence.calls.filter(({ document }) => document !== id);
    evidence.requests = evidence.requests.filter(({ at }) => at < from || at >= to);
    const document = evidence.documents.find((one) => one.id === id)!;
    delete document.mountedAt;
    delete document.snippets;
  };
const noPixelOnOrder = noPixelOn('order', 900, Number.POSITIVE_INFINITY);
const missingOn = (page: string, place: string, type = ''): FindingRow => ({
  code: 'missing',
  args: { page, type },
  place,
  absence: true,
});

/** The order page leaves the pixel to a frame. */
const inFrame = (url: string): Change =>
  all(
    noPixelOnOrder,
    add('documents', { ...page('frame', 920, url, 'frame'), frame: 'child' }),
    add('calls', call('frame', 925, 'load', PIXEL)),
    add('requests', { ...script(930), page: `${new URL(url).origin}/` }),
    add('requests', beacon(960, 'Purchase', 'order-1001', url)),
  );

/** A page without the pixel, made after the clean visit's last one. */
const bare = (url: string, at = 1000, via = 'link') => {
  const { mountedAt: _, snippets: __, ...document } = page(`bare-${at}`, at, url, via);
  return document;
};

testRule(onEveryPage, [
  { name: 'every page has it' },
  {
    name: 'the base code of the order page never ran',
    change: all(noPixelOnOrder, set(`${AT.order}/snippets`, [{ text: SNIPPET, placement: 'body' }])),
    findings: [
      {
        code: 'missing',
        args: { page: '/orders/1001', type: '', inert: 'yes' },
        place: AT.order,
        absence: true,
      },
    ],
  },
  {
    name: 'the order page has none',
    change: noPixelOnOrder,
    findings: [missingOn('/orders/1001', AT.order)],
  },
  {
    name: 'the order page has none, and is excluded',
    change: noPixelOnOrder,
    target: (target) => {
      target.exclude = ['/orders/*'];
    },
  },
  {
    name: 'the order page has none, and another is excluded',
    change: noPixelOnOrder,
    target: (target) => {
      target.exclude = ['/orders'];
    },
    findings: [missingOn('/orders/1001', AT.order)],
  },
  {
    name: 'two pages have none, one of them seen twice',
    change: all(
      noPixelOn('product', 300, 600),
      noPixelOnOrder,
      add('documents', bare(`${SHOP}/orders/1001?again`)),
      set('/steps/5/at', 950),
    ),
    findings: [missingOn('/products/blue-widget', AT.product), missingOn('/orders/1001', AT.order)],
  },
  {
    name: 'the script is in an iframe of a tag manager, and the page makes no call',
    change: (evidence) => {
      evidence.calls = evidence.calls.filter(({ document }) => document !== 'order');
      delete evidence.documents[3]!.mountedAt;
    },
  },
  {
    name: 'the script was requested, and an ad blocker stopped it',
    change: all(
      noPixelOnOrder,
      set('/failed', [{ at: 930, url: script(0).url, error: 'net::ERR_BLOCKED_BY_CLIENT' }]),
    ),
  },
  {
    name: 'a page without it that only led on',
    change: add('documents', bare(`${SHOP}/wait`), page('on', 1001, `${SHOP}/on`, 'script')),
  },
  {
    name: 'a page without it on which nothing was done but waiting',
    change: all(
      add('documents', bare(`${SHOP}/wait`), page('on', 1010, `${SHOP}/on`, 'meta-refresh')),
      ({ steps }) =>
        steps.push({
          at: 1005,
          action: 'waitFor',
          on: 'text=Thank you',
          text: '{"waitFor":"text=Thank you"}',
        }),
    ),
  },
  { name: 'a page of the payment provider', change: add('documents', bare('https://pay.example/3ds')) },
  {
    name: 'a page of another host of the site',
    change: add('documents', bare('http://go.shop.example/away')),
    findings: [missingOn('/away', '/documents/4')],
  },
  {
    name: 'an error answer',
    change: add('documents', { ...bare(`${SHOP}/lost`), hops: [{ url: `${SHOP}/lost`, status: 404 }] }),
  },
  {
    name: 'an empty page and a file',
    change: add('documents', bare('about:blank'), bare(`${SHOP}/invoice.pdf`, 1001)),
  },
  { name: 'a frame', change: add('documents', { ...bare(`${SHOP}/frame`), frame: 'child' }) },
  {
    name: 'only a frame of another site has it',
    change: inFrame('http://embed.builder.example/custom'),
    findings: [
      {
        code: 'in-frame',
        args: { page: '/orders/1001', frame: 'embed.builder.example' },
        place: AT.order,
        absence: true,
      },
    ],
  },
  {
    name: 'only a frame of another host of the site has it',
    change: inFrame('http://checkout.shop.example/pay'),
  },
  {
    name: 'only a sandboxed frame has it',
    change: all(inFrame('http://embed.builder.example/custom'), set('/documents/4/opaque', true)),
  },
  {
    name: 'a frame of another site has a pixel of its own, too',
    change: add('documents', {
      ...page('frame', 920, 'http://embed.builder.example/custom', 'frame'),
      frame: 'child',
    }),
  },
  {
    name: 'a page before the visitor agreed',
    change: all(
      noPixelOn('landing', 100, 300),
      set('/scenario', 'consent-granted'),
      set('/consent', [{ at: 260, answer: 'granted', document: 'landing', cookies: [] }]),
    ),
  },
  {
    name: 'a base code in a type that never runs',
    change: all(
      noPixelOnOrder,
      set(`${AT.order}/snippets`, [{ text: SNIPPET, placement: 'head', type: 'text/plain' }]),
    ),
    findings: [
      {
        ...missingOn('/orders/1001', AT.order),
        args: { page: '/orders/1001', type: 'text/plain' },
      },
    ],
  },
  {
    name: 'a base code that is broken is reported by its own rule',
    change: all(noPixelOnOrder, set(`${AT.order}/snippets`, [{ text: PRINTED, placement: 'head' }])),
  },
  { name: 'no pixel', change: noPixel, inapplicable: 'No page has the pixel: see pixel/sdk-loads' },
]);

testRule(notBlocked, [
  { name: 'nothing is refused' },
  {
    name: 'a service worker repeats the request without the body',
    change: all(
      drop(AT.sent.AddPaymentInfo, AT.sent.InitiateCheckout),
      add('requests', { at: 652, method: 'GET', url: COLLECTOR, status: 200 }),
      add('requests', { at: 653, method: 'GET', url: COLLECTOR, status: 200 }),
    ),
    findings: [
      {
        code: 'emptied',
        args: { pages: '/checkout', times: 2, method: 'GET' },
        place: '/requests/15',
      },
    ],
  },
  {
    name: 'an empty request beside events that have all arrived',
    change: add('requests', { at: 652, method: 'GET', url: COLLECTOR, status: 200 }),
  },
  {
    name: 'a Content-Security-Policy allows scripts of the shop only',
    change: all(orderNotRun, set('/console', [refusal(932, script(0).url, 'script-src')])),
    findings: [
      {
        code: 'policy',
        args: {
          pages: '/orders/1001',
          what: "TikTok's script",
          directive: 'script-src',
          host: 'analytics.tiktok.com',
          wanted: 'script-src and connect-src',
          url: 'https://analytics.tiktok.com/i18n/pixel/events.js',
          status: 0,
        },
        place: '/console/0',
      },
    ],
  },
  {
    name: 'a policy that has only default-src, on two pages',
    change: set('/console', [
      { ...refusal(132, script(0).url, 'default-src'), source: `${LANDING}:20:1` },
      refusal(932, script(0).url, 'default-src'),
    ]),
    findings: [
      {
        code: 'policy',
        args: {
          pages: '/ and /orders/1001',
          what: "TikTok's script",
          directive: 'default-src',
          host: 'analytics.tiktok.com',
          wanted: 'script-src and connect-src',
          url: 'https://analytics.tiktok.com/i18n/pixel/events.js',
          status: 0,
        },
        place: '/console/0',
      },
    ],
  },
  {
    name: 'the script may run, but not send',
    change: set('/console', [
      refusal(951, COLLECTOR, 'connect-src', 'Connecting to'),
      refusal(952, COLLECTOR, 'connect-src', 'Connecting to'),
    ]),
    findings: [
      {
        code: 'policy',
        args: {
          pages: '/orders/1001',
          what: "the pixel's events",
          directive: 'connect-src',
          host: 'analytics.tiktok.com',
          wanted: 'connect-src',
          url: 'https://analytics.tiktok.com/api/v2/pixel',
          status: 0,
        },
        place: '/console/0',
      },
    ],
  },
  {
    name: 'the image that is sent instead of a beacon',
    change: set('/console', [
      refusal(951, `${COLLECTOR}?analytics_message=eyJ9`, 'img-src', 'Loading the image'),
    ]),
    findings: [
      {
        code: 'policy',
        args: {
          pages: '/orders/1001',
          what: "the pixel's events",
          directive: 'img-src',
          host: 'analytics.tiktok.com',
          wanted: 'img-src',
          url: 'https://analytics.tiktok.com/api/v2/pixel',
          status: 0,
        },
        place: '/console/0',
      },
    ],
  },
  {
    name: 'the inline base code is refused',
    change: all(
      noPixelOnOrder,
      set(`${AT.order}/snippets`, [{ text: SNIPPET, placement: 'head' }]),
      set('/console', [inlineRefusal(905, `${SHOP}/orders/1001`)]),
    ),
    findings: [
      {
        code: 'inline',
        args: {
          pages: '/orders/1001',
          what: 'the base code',
          directive: 'script-src',
          host: 'www.shop.example',
          wanted: 'connect-src',
          url: 'http://www.shop.example/orders/1001',
          status: 0,
        },
        place: '/console/0',
      },
    ],
  },
  {
    name: 'another inline script is refused',
    change: set('/console', [inlineRefusal(905, `${SHOP}/orders/1001`)]),
  },
  {
    name: 'another inline script is refused, and the base code waits for consent',
    change: all(
      noPixelOnOrder,
      set(`${AT.order}/snippets`, [{ text: SNIPPET, placement: 'head', type: 'text/plain' }]),
      set('/console', [inlineRefusal(905, `${SHOP}/orders/1001`)]),
    ),
  },
  {
    name: 'a policy that only reports',
    change: set('/console', [
      {
        ...refusal(932, script(0).url, 'script-src'),
        text: `[Report Only] ${refusal(0, script(0).url, 'script-src').text}`,
      },
    ]),
  },
  {
    name: 'the IPv6 host, which costs no event',
    change: set('/console', [
      refusal(951, 'https://analytics-ipv6.tiktokw.us/ipv6/enrich_ipv6', 'connect-src', 'Connecting to'),
    ]),
  },
  {
    name: "another vendor's script",
    change: set('/console', [refusal(951, 'https://cdn.example/a.js', 'script-src')]),
  },
  {
    name: 'a script that could not be fetched',
    change: set('/console', [{ at: 1, type: 'error', text: `Failed to load ${EVENTS_JS}` }]),
  },
  {
    name: 'a script without https on a page with it',
    change: set('/console', [
      {
        at: 932,
        type: 'error',
        text:
          "Mixed Content: The page at 'https://www.shop.example/orders/1001' was loaded over HTTPS, but requested an insecure " +
          "script 'http://analytics.tiktok.com/i18n/pixel/events.js?sdkid=X'. This request has been blocked; the content must be " +
          'served over HTTPS.',
      },
    ]),
    findings: [
      {
        code: 'mixed',
        args: {
          pages: '/orders/1001',
          what: "TikTok's script",
          directive: '',
          host: 'analytics.tiktok.com',
          wanted: 'script-src and connect-src',
          url: 'http://analytics.tiktok.com/i18n/pixel/events.js',
          status: 0,
        },
        place: '/console/0',
      },
    ],
  },
  {
    name: 'TikTok does not know the script',
    change: all(
      orderNotRun,
      add('requests', {
        ...script(931),
        url: `${EVENTS_JS.replace('events', 'event')}?sdkid=X`,
        status: 404,
      }),
    ),
    findings: [
      {
        code: 'answer',
        args: {
          pages: '/orders/1001',
          what: "TikTok's script",
          directive: '',
          host: 'analytics.tiktok.com',
          wanted: 'script-src and connect-src',
          url: 'https://analytics.tiktok.com/i18n/pixel/event.js',
          status: 404,
        },
        place: '/requests/13',
      },
    ],
  },
  {
    name: 'a wrong script beside the right one',
    change: add('requests', { ...script(935), url: `${EVENTS_JS}x`, status: 404 }),
  },
  {
    name: 'TikTok refuses an event',
    change: set(`${AT.sent.Purchase}/status`, 403),
    findings: [
      {
        code: 'answer',
        args: {
          pages: '/orders/1001',
          what: "the pixel's events",
          directive: '',
          host: 'analytics.tiktok.com',
          wanted: 'connect-src',
          url: 'https://analytics.tiktok.com/api/v2/pixel',
          status: 403,
        },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'TikTok refuses an event that arrives when the next page is there',
    change: all(set(`${AT.sent.AddToCart}/status`, 404), set(`${AT.sent.AddToCart}/at`, 605)),
    findings: [
      {
        code: 'answer',
        args: {
          pages: '/products/blue-widget',
          what: "the pixel's events",
          directive: '',
          host: 'analytics.tiktok.com',
          wanted: 'connect-src',
          url: COLLECTOR,
          status: 404,
        },
        place: AT.sent.AddToCart,
      },
    ],
  },
  { name: 'TikTok refuses its own telemetry', change: set('/requests/10/status', 404) },
]);

const idOnOrder = (name: string, id: unknown, code: string, args: Arguments): Row => ({
  name,
  change: set(`${AT.load.order}/args`, [id]),
  findings: [{ code, args, place: AT.load.order }],
});

testRule(idFormat, [
  { name: 'the ids are ids' },
  {
    name: 'an old one that the target has',
    change: otherPixelId('OLD-1'),
    target: (target) => target.pixels.push('OLD-1'),
  },
  idOnOrder('a placeholder', 'YOUR_PIXEL_ID', 'placeholder', {
    id: '"YOUR_PIXEL_ID"',
    page: '/orders/1001',
    length: 13,
  }),
  idOnOrder('a template that was not filled in', '{{PIXEL}}', 'placeholder', {
    id: '"{{PIXEL}}"',
    page: '/orders/1001',
    length: 9,
  }),
  idOnOrder('a variable that was not set', 'undefined', 'placeholder', {
    id: '"undefined"',
    page: '/orders/1001',
    length: 9,
  }),
  idOnOrder('small letters', PIXEL.toLowerCase(), 'lower-case', {
    id: `"${PIXEL.toLowerCase()}"`,
    page: '/orders/1001',
    length: 20,
  }),
  idOnOrder('a blank at the end', `${PIXEL} `, 'blanks', {
    id: `"${PIXEL} "`,
    page: '/orders/1001',
    length: 21,
  }),
  idOnOrder('cut', PIXEL.slice(0, 19), 'length', {
    id: `"${PIXEL.slice(0, 19)}"`,
    page: '/orders/1001',
    length: 19,
  }),
  idOnOrder('a dash in it', 'CDEMO-00000000000001', 'characters', {
    id: '"CDEMO-00000000000001"',
    page: '/orders/1001',
    length: 20,
  }),
  idOnOrder('empty', '', 'none', { id: '""', page: '/orders/1001', length: 0 }),
  idOnOrder('nothing', { $: 'undefined' }, 'none', { id: '""', page: '/orders/1001', length: 0 }),
  {
    name: 'in the URL of the script only',
    change: all(drop(AT.load.order), set(`${AT.script.order}/url`, script(0, 'your-pixel').url)),
    findings: [
      {
        code: 'placeholder',
        args: { id: '"your-pixel"', page: '/orders/1001', length: 10 },
        place: AT.script.order,
      },
    ],
  },
  {
    name: 'on two pages, on one of them twice',
    change: all(
      set(`${AT.load.product}/args/0`, 'PIXEL'),
      set(`${AT.load.order}/args/0`, 'PIXEL'),
      add('calls', call('order', 914, 'load', 'PIXEL')),
    ),
    findings: [
      {
        code: 'placeholder',
        args: { id: '"PIXEL"', page: '/products/blue-widget', length: 5 },
        place: AT.load.product,
      },
      {
        code: 'placeholder',
        args: { id: '"PIXEL"', page: '/orders/1001', length: 5 },
        place: AT.load.order,
      },
    ],
  },
  { name: 'no pixel', change: noPixel, inapplicable: 'No pixel was loaded: see pixel/sdk-loads' },
]);

/** A second pixel gets a copy of every event. */
const fanOut: Change = ({ requests }) => {
  for (const request of requests.filter(({ body }) => body !== undefined)) {
    const copy = structuredClone(request);
    Object.assign((copy.body as { context: object }).context, { pixel: { code: OTHER_PIXEL } });
    requests.push(copy);
  }
};

testRule(noUnexpectedId, [
  { name: "only the target's pixel" },
  {
    name: 'another pixel that is loaded and gets nothing',
    change: add('calls', call('order', 914, 'load', OTHER_PIXEL)),
  },
  {
    name: 'another pixel that gets a copy of each event',
    change: fanOut,
    findings: [
      {
        code: 'unexpected',
        args: {
          pixel: 'CDEMO000000000000002',
          events: 'Pageview, ViewContent, AddToCart, InitiateCheckout, AddPaymentInfo and Purchase',
        },
        place: '/requests/18',
      },
    ],
  },
  { name: 'two pixels of the target', change: fanOut, target: (target) => target.pixels.push(OTHER_PIXEL) },
  {
    name: "instead of the target's, for one event, which is reported by another rule",
    change: set(`${AT.sent.Purchase}/body/context/pixel/code`, OTHER_PIXEL),
  },
  {
    name: "instead of the target's everywhere",
    change: otherPixel,
    inapplicable: "Not all of the target's pixels were loaded: see pixel/expected-id",
  },
  { name: 'no pixel', change: noPixel, inapplicable: 'No pixel was loaded: see pixel/sdk-loads' },
]);

const withoutOptions = SNIPPET.replace(/,ttq\._o=.*?\|\|\{\};/, ';');
const options = (given: object) => set(`${AT.load.order}/args`, [PIXEL, given]);

testRule(loadOptions, [
  { name: 'no options' },
  { name: 'options that the base code passes on', change: options({ historyObserver: false }) },
  { name: 'an old base code without options', change: orderSnippet(withoutOptions) },
  { name: 'an old base code with empty options', change: all(orderSnippet(withoutOptions), options({})) },
  {
    name: 'an old base code that drops the options',
    change: all(orderSnippet(withoutOptions), options({ limited_data_use: true, historyObserver: false })),
    findings: [
      {
        code: 'dropped',
        args: {
          options: 'limited_data_use and historyObserver',
          pixel: 'CDEMO000000000000001',
          page: '/orders/1001',
        },
        place: AT.load.order,
      },
    ],
  },
  {
    name: 'a base code in a file, whose text is not known',
    change: all(drop(`${AT.order}/snippets`), options({ limited_data_use: true })),
  },
  {
    name: 'a base code that may go on behind what was kept of it',
    change: all(orderSnippet(withoutOptions.padEnd(8_000)), options({ limited_data_use: true })),
  },
  { name: 'no pixel', change: noPixel, inapplicable: 'ttq.load was never called' },
]);

const uncaught = (at: number, message: string, source?: string) =>
  set('/errors', [{ at, message, ...(source ? { source } : {}) }]);
const ORDER = `${SHOP}/orders/1001`;
const reported = (message: string, source = ''): FindingRow[] => [
  { code: 'error', args: { page: '/orders/1001', message, source }, place: '/errors/0' },
];

testRule(noPageErrors, [
  { name: 'no error' },
  {
    name: 'an error of the page that has nothing to do with the tracking',
    change: uncaught(915, 'cart is not defined', `${ORDER}:40:5`),
  },
  {
    name: 'an error of an embedded video',
    change: uncaught(915, 'Failed to fetch https://www.tiktok.com/embed.js'),
  },
  {
    name: 'a method that the pixel does not have',
    change: uncaught(915, 'ttq.setUserProperties is not a function', `${ORDER}:40:5`),
    findings: reported('ttq.setUserProperties is not a function', '1001:40:5'),
  },
  {
    name: 'a call before the base code, of a method that other objects have, too',
    change: set('/errors', [
      { at: 905, message: "Cannot read properties of undefined (reading 'page')", global: 'ttq' },
    ]),
    findings: reported("Cannot read properties of undefined (reading 'page')"),
  },
  {
    name: 'a method of window.ttq that is not a function',
    change: uncaught(915, 'window.ttq.identify is not a function', `${ORDER}:40:5`),
    findings: reported('window.ttq.identify is not a function', '1001:40:5'),
  },
  {
    name: 'an error of a function that calls ttq',
    change: set('/errors', [
      {
        at: 915,
        message: "Cannot read properties of undefined (reading 'map')",
        source: `${ORDER}:40:5`,
        byCaller: true,
      },
    ]),
    findings: reported("Cannot read properties of undefined (reading 'map')", '1001:40:5'),
  },
  {
    name: 'the same error twice on one page',
    change: set('/errors', [
      { at: 915, message: 'ttq is not defined' },
      { at: 916, message: 'ttq is not defined' },
    ]),
    findings: reported('ttq is not defined'),
  },
  {
    name: "an error in TikTok's script",
    change: uncaught(
      940,
      "Cannot read properties of null (reading 'a')",
      `${EVENTS_JS}?sdkid=${PIXEL}&lib=ttq:1:2`,
    ),
    findings: reported("Cannot read properties of null (reading 'a')", 'events.js:1:2'),
  },
  {
    name: 'an error in a line of the base code',
    change: all(
      set(`${AT.load.order}/source`, `${ORDER}:20:7`),
      uncaught(909, "Cannot read properties of undefined (reading 'parentNode')", `${ORDER}:18:5`),
    ),
    findings: reported("Cannot read properties of undefined (reading 'parentNode')", '1001:18:5'),
  },
  {
    name: 'an error in the line behind it',
    change: all(
      set(`${AT.load.order}/source`, `${ORDER}:20:7`),
      uncaught(909, "Cannot read properties of undefined (reading 'parentNode')", `${ORDER}:25:5`),
    ),
  },
  {
    name: 'a call on ttq before the base code',
    change: uncaught(908, "Cannot read properties of undefined (reading 'enableCookie')", `${ORDER}:10:5`),
    findings: reported("Cannot read properties of undefined (reading 'enableCookie')", '1001:10:5'),
  },
  {
    name: 'the same, reported late by a slow browser',
    change: all(
      set(`${AT.load.order}/source`, `${ORDER}:20:7`),
      uncaught(1100, "Cannot read properties of undefined (reading 'track')", `${ORDER}:10:5`),
    ),
    findings: reported("Cannot read properties of undefined (reading 'track')", '1001:10:5'),
  },
  {
    name: "another vendor's track, in a line behind the base code",
    change: all(
      set(`${AT.load.order}/source`, `${ORDER}:20:7`),
      uncaught(912, "Cannot read properties of undefined (reading 'track')", `${ORDER}:30:5`),
    ),
  },
  {
    name: 'a member of another object, before the base code',
    change: uncaught(908, "Cannot read properties of undefined (reading 'page')", `${ORDER}:10:5`),
  },
  {
    name: "another vendor's track, long after ttq is there",
    change: uncaught(1050, "Cannot read properties of undefined (reading 'track')", `${ORDER}:60:5`),
  },
  {
    name: 'on a page without the pixel, which is reported by another rule',
    inapplicable: 'What is wrong is reported by pixel/on-every-page',
    change: all(noPixelOnOrder, uncaught(915, 'ttq is not defined', `${ORDER}:40:5`)),
    brokenOff: reported('ttq is not defined', '1001:40:5'),
  },
  {
    name: 'an event that is expected is missing, and reported with the error',
    inapplicable: 'What is wrong is reported by event/expected',
    change: all(
      drop(AT.call.Purchase, AT.sent.Purchase),
      uncaught(912, "Cannot read properties of undefined (reading 'track')", `${ORDER}:40:5`),
    ),
    brokenOff: reported("Cannot read properties of undefined (reading 'track')", '1001:40:5'),
  },
  {
    name: 'a second call on ttq before it was there, beside the one that is reported with a missing event',
    inapplicable: 'What is wrong is reported by event/expected',
    change: all(
      drop(AT.call.Purchase, AT.sent.Purchase),
      set('/errors', [
        { at: 905, message: "Cannot read properties of undefined (reading 'page')", global: 'ttq' },
        { at: 906, message: "Cannot read properties of undefined (reading 'identify')", global: 'ttq' },
      ]),
    ),
    brokenOff: [
      ...reported("Cannot read properties of undefined (reading 'page')"),
      {
        ...reported("Cannot read properties of undefined (reading 'identify')")[0]!,
        place: '/errors/1',
      },
    ],
  },
  {
    name: 'no pixel',
    change: all(noPixel, uncaught(912, 'ttq is not defined')),
    brokenOff: reported('ttq is not defined'),
    inapplicable: 'No page has the pixel: see pixel/sdk-loads',
  },
]);

/** The browser refuses TikTok: no SDK runs and no event is sent, but the queues exist. */
const blocked: Change = (evidence) => {
  evidence.scenario = 'ad-blocked';
  evidence.requests = [];
  for (const document of evidence.documents) delete document.mountedAt;
};

testRule(
  siteSurvivesBlocking,
  [
    { name: 'the journey goes through', change: blocked },
    {
      name: 'a form waits for the SDK',
      change: all(
        blocked,
        set('/outcome', 'broken'),
        set('/problem', {
          kind: 'step',
          code: 'step',
          args: {},
          message: 'The journey broke off at step 9.',
        }),
      ),
      findings: [
        {
          code: 'broken-off',
          args: { problem: 'The journey broke off at step 9.' },
          place: '/problem',
        },
      ],
    },
    {
      name: 'the site could not be reached, which says nothing',
      change: all(
        blocked,
        set('/outcome', 'broken'),
        set('/problem', { kind: 'unreachable', code: 'unreachable', args: {}, message: 'No answer.' }),
      ),
      inconclusive: 'The visit broke off before this could be judged',
    },
    {
      name: 'a script uses what only the SDK brings',
      change: all(
        blocked,
        set('/scenario', 'csp-blocked'),
        uncaught(915, 'ttq.loadPixel is not a function', `${ORDER}:40:5`),
      ),
      findings: [
        {
          code: 'error',
          args: { page: '/orders/1001', message: 'ttq.loadPixel is not a function' },
          place: '/errors/0',
        },
      ],
    },
    {
      name: 'an error that has nothing to do with the tracking',
      change: all(blocked, uncaught(915, 'cart is not defined')),
    },
  ],
  { isAboutBreaking: true },
);

testRule(baseCodeInHead, [
  { name: 'the base code is in <head> on every page' },
  {
    name: 'the base code is in <body> on two pages',
    change: all(set(`${AT.load.product}/placement`, 'body'), set(`${AT.load.order}/placement`, 'body')),
    findings: [
      {
        code: 'body',
        args: { page: '/products/blue-widget' },
        place: AT.load.product,
      },
      { code: 'body', args: { page: '/orders/1001' }, place: AT.load.order },
    ],
  },
  {
    name: 'a tag manager loads the pixel on some pages',
    change: all(set(`${AT.load.product}/placement`, 'script'), drop(`${AT.load.order}/placement`)),
  },
  {
    name: 'a tag manager loads the pixel on all pages',
    change: ({ calls }) => {
      for (const one of calls) if (one.placement) one.placement = 'script';
    },
    inapplicable: 'No page has an inline base code',
  },
]);

testRule(expectedId, [
  { name: "the target's pixel is loaded and gets the events" },
  {
    name: 'a second pixel of somebody else gets a copy of each event',
    change: ({ requests }) => {
      for (const request of requests.filter(({ body }) => body !== undefined)) {
        const copy = structuredClone(request);
        Object.assign((copy.body as { context: object }).context, { pixel: { code: OTHER_PIXEL } });
        requests.push(copy);
      }
    },
  },
  {
    name: 'the id is only in the URL of the script',
    change: drop(AT.load.order, AT.load.checkout, AT.load.product, AT.load.landing),
  },
  {
    name: 'another pixel is loaded',
    change: otherPixel,
    findings: [
      {
        code: 'not-loaded',
        args: { pixel: 'CDEMO000000000000001', seen: 'CDEMO000000000000002' },
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'one of two pixels of the target is not loaded',
    target: (target) => target.pixels.push(OTHER_PIXEL),
    findings: [
      {
        code: 'not-loaded',
        args: { pixel: 'CDEMO000000000000002', seen: 'CDEMO000000000000001' },
        place: '/requests',
        absence: true,
      },
    ],
  },
  {
    name: 'the purchase goes to another pixel only, by ttq.instance',
    change: all(
      set(`${AT.call.Purchase}/pixel`, OTHER_PIXEL),
      set(`${AT.sent.Purchase}/body/context/pixel/code`, OTHER_PIXEL),
    ),
    findings: [
      {
        code: 'elsewhere',
        args: { event: 'Purchase', pixels: 'CDEMO000000000000002' },
        place: AT.sent.Purchase,
      },
    ],
  },
  {
    name: 'two pixels of the target, each with events of its own',
    change: all(
      add('calls', call('order', 914, 'load', OTHER_PIXEL)),
      set(`${AT.call.Purchase}/pixel`, OTHER_PIXEL),
      set(`${AT.sent.Purchase}/body/context/pixel/code`, OTHER_PIXEL),
    ),
    target: (target) => target.pixels.push(OTHER_PIXEL),
  },
  {
    name: 'a placeholder instead of the id',
    change: otherIds('YOUR_PIXEL_ID'),
    inapplicable: 'A pixel id that was loaded is malformed: see pixel/id-format',
  },
  {
    name: 'the base code of a second pixel is broken',
    change: ({ documents }) => {
      for (const { snippets } of documents)
        snippets?.push({ text: `ttq.load(\\'${OTHER_PIXEL}\\');`, placement: 'head' });
    },
    target: (target) => target.pixels.push(OTHER_PIXEL),
    inapplicable: 'The base code of a pixel cannot run: see pixel/base-code-parses',
  },
  { name: 'no pixel', change: noPixel, inapplicable: 'No pixel was loaded: see pixel/sdk-loads' },
]);

testRule(noDuplicateLoad, [
  { name: 'one load a page' },
  {
    name: 'main and identify of a page that was saved',
    change: add('requests', partOf(925, 'main.MTIzNDU2Nzg5MA'), partOf(926, 'identify_0a1b2c3d')),
    findings: [
      {
        code: 'part',
        args: { script: 'main.MTIzNDU2Nzg5MA.js', page: '/orders/1001' },
        place: '/requests/17',
      },
    ],
  },
  {
    name: 'main of an SDK that some other server gave',
    change: all(drop(AT.script.order), add('requests', partOf(925, 'main.MTIzNDU2Nzg5MA'))),
  },
  {
    name: 'main of a saved SDK, of which the folder lacks a part',
    change: all(
      set('/recorder/sdk', { mode: 'file', libraries: [], scripts: [] }),
      add('requests', partOf(925, 'main.MTIzNDU2Nzg5MA')),
    ),
  },
  {
    name: 'a script element beside ttq.load',
    change: add('requests', script(935)),
    findings: [{ code: 'asked-twice', args: { pixel: PIXEL, page: '/orders/1001' }, place: '/requests/17' }],
  },
  {
    name: 'a link beside ttq.load that preloads the script',
    change: all(add('requests', script(905)), set(`${AT.order}/ran`, [PIXEL])),
  },
  {
    name: 'a link that preloads the script, and a script element beside ttq.load',
    change: all(add('requests', script(905), script(935)), set(`${AT.order}/ran`, [PIXEL, PIXEL])),
    findings: [{ code: 'asked-twice', args: { pixel: PIXEL, page: '/orders/1001' }, place: '/requests/17' }],
  },
  { name: 'the script of another pixel', change: add('requests', script(935, OTHER_PIXEL)) },
  {
    name: 'a script that was refused, and is requested again',
    change: add('requests', { ...script(935), status: 404 }),
  },
  {
    name: 'a frame of the page, which requests its own',
    change: all(
      add('documents', { ...page('frame', 920, `${SHOP}/frame`, 'link'), frame: 'child' }),
      add('requests', script(935)),
    ),
  },
  {
    name: 'a page before it that was left at once, whose request comes late',
    change: all(set(`${AT.script.checkout}/at`, 935)),
  },
  { name: 'two pixels on a page', change: add('calls', call('order', 914, 'load', OTHER_PIXEL)) },
  {
    name: 'the same pixel in the template and in the tag manager',
    change: add('calls', call('order', 914, 'load', 'CDEMO000000000000001')),
    findings: [
      {
        code: 'twice',
        args: { pixel: 'CDEMO000000000000001', page: '/orders/1001' },
        place: '/calls/15',
      },
    ],
  },
  {
    name: 'three times',
    change: add(
      'calls',
      call('order', 914, 'load', 'CDEMO000000000000001'),
      call('order', 915, 'load', 'CDEMO000000000000001', { historyObserver: false }),
    ),
    findings: ['/calls/15', '/calls/16'].map((place) => ({
      code: 'twice',
      args: { pixel: 'CDEMO000000000000001', page: '/orders/1001' },
      place,
    })),
  },
  {
    name: 'the same page a second time',
    change: all(
      add('documents', page('again', 1000, `${SHOP}/orders/1001`, 'reload')),
      add('calls', call('again', 1010, 'load', 'CDEMO000000000000001')),
    ),
  },
  { name: 'no pixel', change: noPixel, inapplicable: 'ttq.load was never called' },
  {
    name: 'events of a worker, whose calls are not seen',
    change: (evidence) => {
      evidence.calls = [];
      evidence.requests.push(beacon(990, 'Purchase', 'order-1001', `${SHOP}/orders/1001`));
    },
    inapplicable: 'ttq.load was never called',
  },
]);

const foundWays = set('/recorder/ways', { pixelHosts: ['tt.shop.example'], pixelPaths: ['/_t', '/_s'] });

testRule(ownWayNamed, [
  {
    name: 'a way that the target names',
    target: (target) => {
      target.pixelPaths = ['/_t'];
    },
  },
  {
    name: 'ways that a visit found, and the target names now',
    target: (target) => {
      target.pixelPaths = ['/_t', '/_s'];
      target.pixelHosts = ['tt.shop.example'];
    },
    change: foundWays,
  },
  {
    name: 'ways of which the target names one',
    target: (target) => {
      target.pixelPaths = ['/_t'];
    },
    change: foundWays,
    findings: [
      {
        code: 'unnamed',
        args: { lines: '"pixelHosts": ["tt.shop.example"] and "pixelPaths": ["/_s"]' },
        place: '/recorder/ways',
      },
    ],
  },
  { name: "TikTok's own hosts" },
  {
    name: 'nothing was sent',
    change: set('/requests', []),
    inapplicable: 'The browser sent no event',
  },
]);
