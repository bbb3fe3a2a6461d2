import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { serverCertificate } from '../../../src/double/certificate.ts';
import { baseCode } from '../../../src/drift/base-code.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import { withDefaults } from '../../../src/target/check.ts';
import type { Target, TargetFile } from '../../../src/target/target.ts';
import { sentEvents } from '../../../src/views/events.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { document } from '../capture/site.ts';
import { REST } from '../rest.ts';
import { test as base, type Lasting } from '../test.ts';

/** Sites that are not open to everybody: a visit gets in, nobody else gets the key, and nothing that is written contains it. */

const PIXEL = 'CTEST000000000000001';
const BASIC: Refusal = [401, { 'www-authenticate': 'Basic' }];
const KEY = 'stage-key-4f1c09aa77';
const PASSWORD = 'hunter2-of-staging';

const SESSION: Lasting<Session> = { open: () => Session.open(), close: (session) => session.close() };

type Guard = (request: IncomingMessage) => boolean;
type Refusal = [status: number, headers: Record<string, string>];

interface Site {
  port: number;
  /** Of every request. */
  asked: { path: string; headers: IncomingMessage['headers'] }[];
}

interface Fixtures {
  /** A shop that answers 401 or 403 to everybody whom its guard does not let in. */
  open: (
    guard: Guard,
    options?: { secure?: boolean; html?: (port: number) => string; refuse?: Refusal },
  ) => Promise<Site>;
  visit: (site: Site, more: Partial<TargetFile>, secure?: boolean) => Promise<Evidence>;
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  open: async ({}, use) => {
    const servers: Server[] = [];
    await use(async (guard, { secure = false, html = page, refuse = BASIC } = {}) => {
      const asked: Site['asked'] = [];
      const answer = (request: IncomingMessage, response: ServerResponse) => {
        asked.push({ path: request.url ?? '', headers: request.headers });
        if (!guard(request)) return void response.writeHead(...refuse).end('closed');
        response
          .setHeader('set-cookie', ['one=1', 'two=2'])
          .setHeader('content-type', 'text/html')
          .end(html(port()));
      };
      const server = secure
        ? createSecureServer(await serverCertificate(['www.shop.example']), answer)
        : createServer(answer);
      server.on('upgrade', (request, socket) => {
        asked.push({ path: request.url ?? '', headers: request.headers });
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      });
      const port = () => (server.address() as AddressInfo).port;
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { port: port(), asked };
    });
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  },
  visit: async ({ shared }, use) => {
    const logs = mkdtempSync(join(tmpdir(), 'ttq-protected-'));
    const session = await shared.get(SESSION);
    await use(async (site, more, secure = false) => {
      const target: Target = withDefaults(
        {
          name: 'protected',
          baseURL: `http${secure ? 's' : ''}://www.shop.example:${site.port}`,
          hosts: { 'www.shop.example': '127.0.0.1', 'cdn.other.example': '127.0.0.1' },
          pixels: [PIXEL],
          scenarios: ['organic'],
          journeys: [{ name: 'page', start: '/' }],
          ...more,
        },
        join(logs, 'target.json'),
      );
      return recordVisit(session, target, planVisits(target)[0]!, logs);
    });
    rmSync(logs, { recursive: true });
  },
});

const page = () => document(baseCode(`ttq.load('${PIXEL}'); ttq.page();`));

const hasKey: Guard = ({ headers }) => headers['x-stage-key'] === KEY;
const basic: Guard = ({ headers }) =>
  headers.authorization === `Basic ${Buffer.from(`shop:${PASSWORD}`).toString('base64')}`;

const WAYS: Record<string, { guard: Guard; more: Partial<TargetFile>; secure?: boolean }> = {
  'a header': { guard: hasKey, more: { headers: { 'X-Stage-Key': KEY } } },
  'a header over TLS': { guard: hasKey, more: { headers: { 'X-Stage-Key': KEY } }, secure: true },
  'basic authentication': {
    guard: basic,
    more: { httpCredentials: { username: 'shop', password: PASSWORD } },
  },
  'basic authentication over TLS': {
    guard: basic,
    more: { httpCredentials: { username: 'shop', password: PASSWORD } },
    secure: true,
  },
  'a cookie': {
    guard: ({ headers }) => headers.cookie?.includes(`stage=${KEY}`) ?? false,
    more: { cookies: [{ name: 'stage', value: KEY }] },
  },
};

for (const [way, { guard, more, secure = false }] of Object.entries(WAYS)) {
  // TLS is the harder case: the door does not see what passes. CI tries all.
  const details = way === 'a header over TLS' ? {} : REST;
  test(`${way} opens the site, and is in nothing that is written`, details, async ({ open, visit }) => {
    const site = await open(guard, { secure });
    const closed = await visit(site, {}, secure);
    expect(closed.problem).toMatchObject({ code: 'http-error', args: { status: 401, asks: 'Basic' } });
    const evidence = await visit(site, more, secure);
    expect(evidence.problem).toBeUndefined();
    expect(sentEvents(evidence).map(({ event }) => event)).toEqual(['Pageview']);
    const written = JSON.stringify(evidence);
    for (const secret of [KEY, PASSWORD, Buffer.from(`shop:${PASSWORD}`).toString('base64')])
      expect(written).not.toContain(secret);
  });
}

test('what storageState keeps is there from the first page on', async ({ open, visit }) => {
  const folder = mkdtempSync(join(tmpdir(), 'ttq-state-'));
  const file = join(folder, 'state.json');
  const cookie = { name: 'sid', value: KEY, domain: 'www.shop.example', path: '/', expires: -1 };
  writeFileSync(
    file,
    JSON.stringify({
      cookies: [{ ...cookie, httpOnly: true, secure: false, sameSite: 'Lax' }],
      origins: [],
    }),
  );
  const site = await open(({ headers }) => headers.cookie?.includes(`sid=${KEY}`) ?? false);
  const evidence = await visit(site, { storageState: file });
  expect(evidence.problem).toBeUndefined();
  expect(JSON.stringify(evidence)).not.toContain(KEY);
  rmSync(folder, { recursive: true });
});

test('a header goes to the hosts of the site, including their sockets, and to nobody else', async ({
  open,
  visit,
}) => {
  const other = await open(() => true);
  const site = await open(hasKey, {
    html: (port) =>
      document(
        baseCode(`ttq.load('${PIXEL}'); ttq.page();`),
        `<img src="http://127.0.0.1:${other.port}/elsewhere"><img src="/own"><script>new WebSocket('ws://www.shop.example:${port}/socket')</script>`,
      ),
  });
  const evidence = await visit(site, {
    headers: { 'x-stage-key': KEY },
    hosts: { 'www.shop.example': '127.0.0.1' },
    network: 'open',
  });
  expect(evidence.problem).toBeUndefined();
  const given = (all: Site['asked'], path: string) =>
    all.find((one) => one.path === path)?.headers['x-stage-key'];
  expect(given(site.asked, '/own')).toBe(KEY);
  expect(given(site.asked, '/socket')).toBe(KEY);
  expect(other.asked.map(({ path }) => path)).toEqual(['/elsewhere']);
  expect(given(other.asked, '/elsewhere')).toBeUndefined();
});

test('several cookies of one answer stay separate', REST, async ({ open, visit }) => {
  const site = await open(hasKey, {
    html: () => document(baseCode(`ttq.load('${PIXEL}'); ttq.page();`), '<img src="/later">'),
  });
  await visit(site, { headers: { 'x-stage-key': KEY } });
  const later = site.asked.find(({ path }) => path === '/later')!;
  expect(later.headers.cookie).toMatch(/\bone=1; two=2/);
});

test('an untrusted certificate is reported if headers are sent', REST, async ({ open, visit }) => {
  const site = await open(hasKey, { secure: true });
  const more = { headers: { 'x-stage-key': KEY }, network: 'open' as const };
  const refused = await visit(site, more, true);
  expect(refused.problem).toMatchObject({ code: 'no-answer' });
  expect(refused.problem?.message).toMatch(/self-signed certificate/);
  const taken = await visit(site, { ...more, ignoreHTTPSErrors: true }, true);
  expect(taken.problem).toBeUndefined();
});

const REFUSALS: Record<string, { refuse: Refusal; wanted: Record<string, unknown> }> = {
  'a check for robots': {
    refuse: [403, { 'CF-Mitigated': 'challenge', 'retry-after': '60' }],
    wanted: { code: 'http-error', args: { status: 403, challenge: 'Cloudflare', retryAfter: 60 } },
  },
  'redirects in a loop': {
    refuse: [302, { location: '/' }],
    wanted: { code: 'no-answer', args: { error: 'ERR_TOO_MANY_REDIRECTS' } },
  },
};

for (const [what, { refuse, wanted }] of Object.entries(REFUSALS))
  test(`${what}: the problem of the visit says so`, async ({ open, visit }) => {
    const { problem } = await visit(await open(() => false, { refuse }), {});
    expect(problem).toMatchObject(wanted);
  });

test('a step on a page that refuses says so', REST, async ({ open, visit }) => {
  const site = await open(({ url }) => url !== '/checkout', { refuse: [503, {}] });
  const { problem } = await visit(site, {
    journeys: [{ name: 'page', start: '/', steps: [{ goto: '/checkout' }, { click: '#pay' }] }],
    timeouts: { step: 500, settle: 500 },
  });
  expect(problem).toMatchObject({ code: 'step', args: { status: 503 } });
});

test('language and time zone are those of the target', REST, async ({ open, visit }) => {
  const site = await open(() => true, {
    html: () =>
      document(
        baseCode(
          `ttq.load('${PIXEL}'); ttq.track('Search', { query: Intl.DateTimeFormat().resolvedOptions().timeZone }, { event_id: 'a1' });`,
        ),
      ),
  });
  const evidence = await visit(site, { locale: 'de-DE', timezone: 'Asia/Tokyo' });
  expect(site.asked[0]!.headers['accept-language']).toMatch(/^de-DE/);
  expect(JSON.stringify(evidence.calls)).toContain('Asia/Tokyo');
});

/** Lets in whoever has filled in the form at /login. */
const loggedIn: Guard = ({ headers, url = '' }) =>
  url.startsWith('/login') || (headers.cookie?.includes(`sid=${KEY}`) ?? false);

const LOGIN_FORM = document(
  '',
  `<form action="/login/done"><input name="user"><input name="pass" type="password"><button>Log in</button></form>
  <script>if (location.pathname === '/login/done' && location.search.includes('${PASSWORD}')) {
    document.cookie = 'sid=${KEY}; path=/'; localStorage.setItem('token', '${KEY}'); document.title = 'in';
    document.body.textContent = 'Welcome';
  }</script>`,
);

const SETUP: TargetFile['setup'] = [
  { goto: '/login' },
  { fill: '[name=user]', with: 'staging-account' },
  { fill: '[name=pass]', with: PASSWORD },
  { click: 'text=Log in' },
  { waitFor: 'text=Welcome' },
];

test('setup is done once, is not recorded, and each visit begins with what it leaves', async ({
  open,
  visit,
}) => {
  const site = await open(loggedIn, { html: () => LOGIN_FORM + page() });
  const one = await visit(site, { setup: SETUP });
  const two = await visit(site, { setup: SETUP });
  for (const evidence of [one, two]) {
    expect(evidence.problem).toBeUndefined();
    expect(evidence.steps).toEqual([]);
    expect(evidence.documents.map(({ url }) => new URL(url).pathname)).toEqual(['/']);
    const written = JSON.stringify(evidence);
    for (const secret of [KEY, PASSWORD, 'staging-account']) expect(written).not.toContain(secret);
  }
  expect(site.asked.filter(({ path }) => path === '/login')).toHaveLength(1);
});

test('a setup that fails breaks each visit, and is tried once', async ({ open, visit }) => {
  const site = await open(loggedIn, { html: () => LOGIN_FORM });
  const more = { setup: [{ goto: '/login' }, { click: '#nowhere' }], timeouts: { step: 500 } };
  for (const evidence of [await visit(site, more), await visit(site, more)]) {
    expect(evidence.problem).toMatchObject({ code: 'setup-step', args: { index: 2, of: 2 } });
    expect(evidence.outcome).toBe('broken');
  }
  expect(site.asked.filter(({ path }) => path === '/login')).toHaveLength(1);
});

test('the page has the user agent and the size of the device', async ({ open, visit }) => {
  const site = await open(() => true, {
    html: () =>
      document(
        baseCode(
          `ttq.load('${PIXEL}'); ttq.track('Search', { query: screen.width + ' wide' }, { event_id: 'a1' });`,
        ),
      ),
  });
  const evidence = await visit(site, { device: 'Pixel 7' });
  expect(site.asked[0]!.headers['user-agent']).toContain('Pixel 7');
  expect(JSON.stringify(evidence.calls)).toContain('412 wide');
});

test('a cookie belongs to a host with all its ports', async ({ open, visit }) => {
  const site = await open(({ headers }) => headers.cookie?.includes(`stage=${KEY}`) ?? false);
  const evidence = await visit(site, {
    hosts: { [`www.shop.example:${site.port}`]: `127.0.0.1:${site.port}` },
    cookies: [{ name: 'stage', value: KEY, domain: 'www.shop.example' }],
  });
  expect(evidence.problem).toBeUndefined();
});
