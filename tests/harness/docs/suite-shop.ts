import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { baseCode } from '../../../src/drift/base-code.ts';
import { document } from '../capture/site.ts';

/** The shop of the example in docs/playwright.md: a landing page on which an order is placed, and the page of thanks. */
export async function openSuiteShop(
  pixel: string,
  email: string,
): Promise<{ url: string; close: () => void }> {
  const page = (calls: string, body: string) =>
    document(`<title>Shop</title>${baseCode(`ttq.load('${pixel}'); ttq.page(); ${calls}`)}`, body);
  const identify = `ttq.identify({ email: '${email}' });`;
  const pages: Record<string, string> = {
    '/lp': page(
      identify,
      `<button>Place order</button><script>document.querySelector('button').onclick = () => location.assign('/thanks')</script>`,
    ),
    '/thanks': page(
      `${identify} ttq.track('Purchase', { content_id: 'mug', content_type: 'product', value: 59.98, currency: 'USD' }, { event_id: 'order-1001' });`,
      '<h1>Thank you</h1>',
    ),
  };
  const server = createServer(({ url = '/' }, response) => {
    const found = pages[new URL(url, 'http://shop').pathname];
    response.writeHead(found ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(found);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
