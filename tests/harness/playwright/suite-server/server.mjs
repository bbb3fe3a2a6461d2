import { createServer } from 'node:http';

/** A shop whose server reports each product view to the Events API. */
const PIXEL = 'CAAAAAAAAAAAAAAAAAA1';

createServer(async (request, response) => {
  if (request.url === '/product') {
    const event = {
      event: 'ViewContent',
      event_time: Math.floor(Date.now() / 1000),
      event_id: 'view-1',
      user: { ip: '127.0.0.1', user_agent: request.headers['user-agent'] },
      page: { url: `http://${request.headers.host}/product` },
      properties: { content_id: 'mug', content_type: 'product', value: 29.99, currency: 'USD' },
    };
    const base = process.env.EVENTS_API ?? 'https://business-api.tiktok.com';
    await fetch(`${base}/open_api/v1.3/event/track/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'access-token': 'a-token-of-the-shop-1234567890' },
      body: JSON.stringify({ event_source: 'web', event_source_id: PIXEL, data: [event] }),
    });
  }
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>Shop</title><h1>Mug</h1>');
}).listen(Number(process.env.PORT), '127.0.0.1');
