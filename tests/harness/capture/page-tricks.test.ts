import { sentEvents } from '../../../src/views/events.ts';
import { loaded, OTHER, PIXEL } from '../double/support.ts';
import { REST } from '../rest.ts';
import { schemaErrors } from '../rules/table.ts';
import { document, expect, names, test, tracks } from './support.ts';

/** Tracks `early` at once and `late` when the SDK has mounted; then `#ready` appears. */
const CALLS = `
const timer = setInterval(() => {
  if (!window.ttq._mounted) return;
  clearInterval(timer);
  ttq.track('late');
  document.body.insertAdjacentHTML('beforeend', '<p id="ready">ready</p>');
}, 5);
ttq.track('early');`;
const READY = [{ waitFor: '#ready' }];
const BOTH = ['early', 'late'];

const tricks = {
  'replaces Date': 'window.Date = class { static now() { return 0; } getTime() { return 0; } };',
  'stops the clock of performance': 'performance.now = () => 0;',
  'sets Error.prepareStackTrace': `Error.prepareStackTrace = () => 'nothing';`,
  'sets Error.stackTraceLimit': 'Error.stackTraceLimit = 0;',
  'makes Error.prepareStackTrace read-only': `Object.defineProperty(Error, 'prepareStackTrace', { value: () => '' });`,
  // As Prototype.js does.
  'adds toJSON to arrays': `Array.prototype.toJSON = function () { return 'array'; };`,
  'adds toJSON to objects': `Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'object', configurable: true });`,
  'replaces JSON.stringify': `JSON.stringify = () => '"replaced"';`,
};
test.describe.configure({ mode: 'parallel' });

/** What the tap relies on most: JSON. CI tries all tricks. */
const EVERY_DAY = ['replaces JSON.stringify'];

for (const [what, trick] of Object.entries(tricks)) {
  const details = EVERY_DAY.includes(what) ? {} : REST;
  test(`a page that ${what} is tapped like any other`, details, async ({ record, site }) => {
    const before = Date.now();
    // The double's SDK is a page script like others and may trip over the trick: what counts here are the calls before it.
    const script = `<script>${trick}</script>${loaded()}<script>\nttq.track('early', { value: 1 });\n</script>`;
    const evidence = await record({ '/': document(script, '<p id="ready">ready</p>') }, READY);
    expect(evidence.problem).toBeUndefined();
    expect(schemaErrors(evidence)).toEqual([]);
    expect(tracks(evidence).map(({ args }) => args)).toEqual([['early', { value: 1 }]]);
    const { at, source } = tracks(evidence)[0]!;
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(Date.now() - before);
    // Where the page keeps the stack to itself, the source cannot be known; the call is.
    if (what.endsWith('read-only')) expect(source).toBeUndefined();
    else expect(source).toMatch(new RegExp(`^${site.url('/')}:\\d+:\\d+$`));
  });
}

const freezes = {
  'Object.freeze(ttq)': 'Object.freeze(ttq);',
  'Object.seal(ttq)': 'Object.seal(ttq);',
  'Object.preventExtensions(ttq)': 'Object.preventExtensions(ttq);',
  'a read-only ttq.track': `Object.defineProperty(ttq, 'track', { value: ttq.track, writable: false, configurable: false });`,
};
for (const [what, freeze] of Object.entries(freezes)) {
  test(`${what} does not hide a call`, what === 'Object.freeze(ttq)' ? {} : REST, async ({ record }) => {
    const script = `${loaded()}<script>${freeze} try { ttq.track('early'); } catch {}</script>`;
    const evidence = await record({ '/': document(script, '<p id="ready">ready</p>') }, READY);
    expect(names(evidence)).toEqual(['early']);
  });
}

test('a frozen instance works as it would without the tap', REST, async ({ record }) => {
  const script = `<script>
    class Instance { track(name) { document.title = name; } }
    window.ttq = { track() {}, instance: () => Object.freeze(new Instance()) };
    ttq.instance('${PIXEL}').track('frozen');
    ttq.track('early');
  </script>`;
  const evidence = await record({ '/': document(script, '<p id="ready">ready</p>') }, READY);
  expect(evidence.errors).toEqual([]);
  expect(names(evidence)).toEqual(['early']);
});

for (const [kind, made] of [
  ['function', 'window.ttq = function () { ttq.queue.push(arguments); };'],
  ['object', 'window.ttq = {};'],
] as const) {
  test(
    `calls queued on a ttq that is ${kind === 'object' ? 'an' : 'a'} ${kind} are tapped, and known to be dropped`,
    kind === 'object' ? REST : {},
    async ({ record }) => {
      const sdk = `https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${PIXEL}&lib=ttq`;
      const script = `<script>
      window.TiktokAnalyticsObject = 'ttq';
      ${made}
      ttq.queue = [['track', 'there']];
      ttq.queue.push(['track', 'early']);
    </script><script async src="${sdk}"></script>`;
      const later = `<script>${CALLS.replace("ttq.track('early');", '')}</script>`;
      const evidence = await record({ '/': document(script, later) }, READY);
      expect(names(evidence)).toEqual(['there', 'early', 'late']);
      expect(evidence.documents[0]!.ttqIs).toBe(kind);
      const sent = sentEvents(evidence).map(({ event }) => event);
      expect(sent).toEqual(['late']);
    },
  );
}

test('a sandboxed frame is known to have no origin', REST, async ({ record }) => {
  const frame = `<script>window.ttq = []; ttq.push(['track', 'inside']);</script>`;
  const main = document(
    loaded(),
    `<iframe sandbox="allow-scripts" srcdoc="${frame}"></iframe><p id="ready"></p>`,
  );
  const evidence = await record({ '/': main }, [{ waitFor: 'iframe' }]);
  expect(evidence.documents.map(({ frame, opaque }) => [frame, opaque])).toEqual([
    ['main', undefined],
    ['child', true],
  ]);
});

for (const host of ['www', 'shop', 'other'] as const) {
  const what = { www: 'of the same origin', shop: 'of another origin', other: 'of another site' }[host];
  test(`calls in an iframe ${what} are tapped`, host === 'other' ? {} : REST, async ({ record, site }) => {
    const main = document(
      loaded(`ttq.track('main');`),
      `<iframe src="${site.url('/frame', host)}"></iframe>`,
    );
    const hide = `addEventListener('pagehide', () => ttq.track('pagehide'));`;
    const frame = document(loaded(), `<script>${CALLS}${hide}</script>`);
    const steps = [{ waitFor: 'iframe >> internal:control=enter-frame >> #ready' }];
    const evidence = await record({ '/': main, '/frame': frame }, steps);
    const child = evidence.documents.find((document) => document.frame === 'child');
    expect(child?.url).toBe(site.url('/frame', host));
    const inFrame = tracks(evidence).filter(({ document }) => document === child?.id);
    expect(inFrame.map(({ args }) => args[0])).toEqual([...BOTH, 'pagehide']);
    const inMain = tracks(evidence).filter(({ document }) => document !== child?.id);
    expect(inMain.map(({ args }) => args[0])).toEqual(['main']);
  });
}

test("the SDK's own calls are not taken for the site's", REST, async ({ record }) => {
  const head = loaded(`ttq.load('${OTHER}'); ttq.page();`);
  // A fan-out as the real SDK makes it. Only evaluated text can name itself as the SDK's; a script has its own URL in a stack.
  const fanOut = `<script>
    (0, eval)("for (const id of ['${PIXEL}', '${OTHER}']) ttq.instance(id).track('fan-out');" +
      '\\n//# sourceURL=https://analytics.tiktok.com/i18n/pixel/static/main.MTA.js');
  </script>`;
  const evidence = await record({ '/': document(head, `${fanOut}<script>${CALLS}</script>`) }, READY);
  expect(evidence.calls.map(({ method, args }) => [method, args[0]])).toEqual([
    ['load', PIXEL],
    ['load', OTHER],
    ['page', undefined],
    ['track', 'early'],
    ['track', 'late'],
  ]);
});

test("source names the page's line, through helpers and after mounting", async ({ record, site }) => {
  const script = `<script>
function report(name) {
  ttq.track(name);
}
report('early');
</script>`;
  const html = document(loaded(), `${script}<script>${CALLS}</script>`);
  const evidence = await record({ '/': html }, READY);
  const line = html.split('\n').findIndex((text) => text.includes('ttq.track(name)')) + 1;
  expect(tracks(evidence)[0]?.source).toBe(`${site.url('/')}:${line}:7`);
  const late = html.split('\n').findIndex((text) => text.includes(`ttq.track('late')`)) + 1;
  expect(tracks(evidence).at(-1)?.source).toBe(`${site.url('/')}:${late}:7`);
});

test(
  'a page whose pixel runs in a worker is not left until the worker has sent something',
  REST,
  async ({ record, site }) => {
    const body = {
      event: 'Pageview',
      event_id: '',
      context: { pixel: { code: PIXEL }, page: { url: site.url('/') } },
    };
    const worker = `const ask = (path, options) => fetch('https://analytics.tiktok.com/' + path, { mode: 'no-cors', ...options });
    ask('i18n/pixel/events.js?sdkid=${PIXEL}')
      .then(() => new Promise((later) => setTimeout(later, 200)))
      .then(() => ask('api/v2/pixel', { method: 'POST', body: ${JSON.stringify(JSON.stringify(body))} }));`;
    const head = `<script>new Worker(URL.createObjectURL(new Blob([${JSON.stringify(worker)}])));</script>`;
    const pages = {
      '/': document(head, '<a href="/next">next</a>'),
      '/next': document('', '<p id="ready">ready</p>'),
    };
    const { requests } = await record(pages, [{ click: 'a' }, ...READY]);
    expect(requests.map(({ body }) => (body as { event?: string } | undefined)?.event)).toContain('Pageview');
  },
);

test('an error of a call on ttq before it exists is recognised, whatever the method', async ({ record }) => {
  const calls = `<script>
    const library = () => window.ttq;
    const direct = () => ttq.page();
    const byHelper = () => {
      const pixel = library();
      pixel.load('${PIXEL}');
    };
    const guarded = () => void (window.ttq && ttq.page());
    // What stands here is long enough
    // that an error at its end
    // is none of a look
    // at its beginning:
    // another object
    // of the page's own
    // has a method page.
    const unrelated = () => ({}).cart.page();
    for (const call of [direct, byHelper, guarded, unrelated]) setTimeout(call);
  </script>`;
  const { errors } = await record({ '/': document(calls, '<p id="ready">ready</p>') }, READY);
  const seen = errors.map(({ message, global }) => [/'(\w+)'/.exec(message)?.[1], global]);
  expect(seen).toHaveLength(3);
  expect(seen).toEqual(
    expect.arrayContaining([
      ['page', 'ttq'],
      ['load', 'ttq'],
      ['page', undefined],
    ]),
  );
});

test('an uncaught error is marked if the function that throws it calls ttq', REST, async ({ record }) => {
  const page = document(
    loaded(),
    `<script>
      const run = (name, code) => addEventListener(name, code);
      // A branch that falls through into a second event, whose arguments throw.
      run('a', () => { ttq.track('A'); ttq.track('B', { of: missingA.map((one) => one) }); });
      run('b', () => { ttq.track('C', { of: [1].map(() => missingB) }); });
      run('c', () => { ttq.track('D');
        later(); });
      const later = () => { missingC(); };
      run('d', () => { missingD(); });
      run('e', () => { ttq.track('E'); });
      for (const name of ['a', 'b', 'c', 'e', 'd']) dispatchEvent(new Event(name));
    </script><script>missingE();</script>`,
  );
  const { errors } = await record({ '/': page });
  expect(errors.map(({ message, byCaller }) => [/missing./.exec(message)?.[0], byCaller])).toEqual([
    ['missingA', true],
    ['missingB', true],
    ['missingC', undefined],
    ['missingD', undefined],
    ['missingE', undefined],
  ]);
});
