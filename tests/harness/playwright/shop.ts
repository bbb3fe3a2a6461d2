import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { baseCode } from '../../../src/drift/base-code.ts';
import { PIXEL } from '../../../src/drift/probe.ts';
import { document } from '../capture/site.ts';

/** What is wrong with the shop: one value for each way in which its developer may break it. */
export type Broken =
  | 'no-event-id'
  | 'value-as-cents'
  | 'misnamed'
  | 'twice'
  | 'other-pixel'
  | 'drops-click-id'
  | 'ignores-consent'
  | 'not-identified';

/** A small shop: a landing page behind a redirect, a product, a checkout, and the page of thanks. */
export class Shop {
  private readonly server = createServer((request, response) => {
    const { pathname, searchParams, search } = new URL(request.url ?? '/', 'http://shop');
    const broken = (searchParams.get('broken') ?? undefined) as Broken | undefined;
    if (pathname === '/go') {
      const kept = broken === 'drops-click-id' ? '' : search;
      response.writeHead(302, { location: `/lp${kept}` }).end();
      return;
    }
    const page = PAGES[pathname]?.(broken);
    response
      .writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
      .end(page);
  });

  static async start(): Promise<Shop> {
    const shop = new Shop();
    await new Promise<void>((resolve) => shop.server.listen(0, '127.0.0.1', resolve));
    return shop;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const PAGES: Record<string, (broken: Broken | undefined) => string> = {
  '/plain': () => document('<title>Plain</title>', '<h1>No pixel here</h1>'),
  '/lp': (broken) => page(broken, '', link('/product', broken, 'Product')),
  '/product': (broken) =>
    page(
      broken,
      `ttq.track('ViewContent', { content_id: 'mug', content_type: 'product', value: 29.99, currency: 'USD' });`,
      link('/checkout', broken, 'Checkout'),
    ),
  '/checkout': (broken) =>
    page(
      broken,
      '',
      `<form action="/thanks"><input type="hidden" name="broken" value="${broken ?? ''}">
       <input id="email" name="email" type="email"><button>Place order</button></form>
       <script>document.querySelector('form').addEventListener('submit', (event) => {
         ${broken === 'not-identified' ? '' : `ttq.identify({ email: document.querySelector('#email').value });`}
         sessionStorage.setItem('order', String(Math.floor(1000 + Math.random() * 9000)));
         document.querySelector('#email').disabled = true;
       })</script>`,
    ),
  '/thanks': (broken) => {
    const name = broken === 'misnamed' ? 'purchased' : 'Purchase';
    const value = broken === 'value-as-cents' ? '5998' : '59.98';
    const id =
      broken === 'no-event-id'
        ? ''
        : `, { event_id: 'order-' + (sessionStorage.getItem('order') || Math.floor(1000 + Math.random() * 9000)) }`;
    const call = `ttq.track('${name}', { content_id: 'mug', content_type: 'product', value: ${value}, currency: 'USD' }${id});`;
    const identify = broken === 'not-identified' ? '' : `ttq.identify({ email: 'ada.byron@shop.example' });`;
    return page(broken, `${identify} ${call} ${broken === 'twice' ? call : ''}`, '<h1>Thank you</h1>');
  },
  '/banner': (broken) => {
    const hold = broken === 'ignores-consent' ? '' : `if (localStorage.agreed !== 'yes') ttq.holdConsent();`;
    return document(
      `<title>Shop</title>${baseCode(`ttq.load('${PIXEL}'); ${hold} ttq.page();`)}`,
      `<button id="accept" onclick="localStorage.agreed = 'yes'; ttq.grantConsent()">Accept</button>
       <button id="reject" onclick="ttq.revokeConsent()">Reject</button>
       ${link('/banner', broken, 'Next page')}`,
    );
  },
  '/late': () =>
    page(
      undefined,
      '',
      `<script>addEventListener('pagehide', () => ttq.track('Subscribe', {}, { event_id: 'left' }))</script>`,
    ),
  '/endless': () => page(undefined, '', `<script>addEventListener('pagehide', () => { for (;;); })</script>`),
};

function page(broken: Broken | undefined, calls: string, body: string): string {
  const pixel = broken === 'other-pixel' ? 'CBBBBBBBBBBBBBBBBBB2' : PIXEL;
  return document(`<title>Shop</title>${baseCode(`ttq.load('${pixel}'); ttq.page(); ${calls}`)}`, body);
}

function link(path: string, broken: Broken | undefined, text: string): string {
  return `<a href="${path}${broken ? `?broken=${broken}` : ''}">${text}</a>`;
}
