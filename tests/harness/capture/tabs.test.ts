import { baseCode } from '../../../src/drift/base-code.ts';
import { sentEvents } from '../../../src/views/events.ts';
import { PIXEL } from '../double/support.ts';
import { REST } from '../rest.ts';
import { document, expect, test } from './support.ts';

const CODE = baseCode(`ttq.load('${PIXEL}'); ttq.page();`);

test('a pop-up is a tab of its own: its document, its calls and events', async ({ record }) => {
  const evidence = await record(
    {
      '/': document(CODE, `<button onclick="window.open('/checkout', 'pay', 'width=300')">Pay</button>`),
      '/checkout': document(CODE, `<script>ttq.track('Purchase', {}, { event_id: 'order-1' })</script>`),
    },
    [{ click: 'button' }],
  );
  const popUp = evidence.documents.find(({ tab }) => tab === 1)!;
  expect(popUp).toMatchObject({ frame: 'main', arrival: false, via: 'pop-up' });
  expect(evidence.calls.filter((call) => call.document === popUp.id).map(({ method }) => method)).toEqual([
    'load',
    'page',
    'track',
  ]);
  expect(sentEvents(evidence).map(({ event }) => event)).toContain('Purchase');
});

test('the journey goes on in a pop-up, and returns when that is closed', async ({ record }) => {
  const opens = `addEventListener('message', () => document.body.insertAdjacentHTML('beforeend', '<p id="thanks">Thank you</p>'))`;
  const pays = `opener.postMessage('paid', '*'); window.close();`;
  const later = `setTimeout(() => window.open('/checkout', 'pay', 'width=300'), 100)`;
  const evidence = await record(
    {
      '/': document(CODE, `<script>${opens}</script><button id="buy" onclick="${later}">Buy</button>`),
      '/checkout': document(
        CODE,
        `<input id="email"><button id="pay" onclick="ttq.track('AddPaymentInfo'); ${pays}">Pay</button>`,
      ),
    },
    [{ click: '#buy' }, { fill: '#email', with: 'someone' }, { click: '#pay' }, { waitFor: '#thanks' }],
  );
  expect(evidence.problem).toBeUndefined();
  expect(evidence.documents.map(({ tab }) => tab)).toEqual([0, 1]);
  expect(sentEvents(evidence).map(({ event }) => event)).toContain('AddPaymentInfo');
});

test('a link into a new tab is followed, too', REST, async ({ record }) => {
  const evidence = await record(
    { '/': document(CODE, '<a href="/next" target="_blank">Next</a>'), '/next': document(CODE) },
    [{ click: 'a' }],
  );
  expect(evidence.documents.map(({ tab, via, url }) => [tab, via, new URL(url).pathname])).toEqual([
    [0, 'goto', '/'],
    [1, 'pop-up', '/next'],
  ]);
  expect(
    sentEvents(evidence)
      .map(({ page }) => new URL(page).pathname)
      .sort(),
  ).toEqual(['/', '/next']);
});

test("a worker's requests are recorded, though its calls cannot be tapped", REST, async ({ record }) => {
  const body = JSON.stringify({
    event: 'Purchase',
    event_id: 'order-1',
    context: { pixel: { code: PIXEL } },
  });
  const evidence = await record({
    '/': document(`<script>new Worker('/worker.js')</script>`),
    '/worker.js': `fetch('https://analytics.tiktok.com/api/v2/pixel', { method: 'POST', mode: 'no-cors', body: ${JSON.stringify(body)} });`,
  });
  expect(sentEvents(evidence).map(({ event, eventId }) => [event, eventId])).toEqual([
    ['Purchase', 'order-1'],
  ]);
});
