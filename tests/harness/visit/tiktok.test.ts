import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { Folder } from '../../../src/double/scripts/folder.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import type { Target } from '../../../src/target/target.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { document, Site } from '../capture/site.ts';
import { baseCode, PIXEL } from '../double/support.ts';
import { REST } from '../rest.ts';
import { test as base } from '../test.ts';

/** What the harness sends to TikTok, and gets from there: here a server of the test takes TikTok's place. */
interface Delivered {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface TikTok {
  asked: Delivered[];
  port: number;
  respond: (response: ServerResponse, url: string) => void;
}

const FOLDER = fileURLToPath(new URL('./other-sdk', import.meta.url));
const PAGE = document(
  baseCode(`ttq.load('${PIXEL}'); ttq.page(); ttq.track('ViewContent', {}, { event_id: 'view-1' });`),
);

const test = base.extend<{
  tiktok: TikTok;
  visit: (more: Partial<Target>) => Promise<{ evidence: Evidence; origin: string }>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  tiktok: async ({}, use) => {
    const tiktok: TikTok = { asked: [], port: 0, respond: (response) => response.end('{}') };
    const server = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      const body = (await request.toArray()).join('');
      tiktok.asked.push({ method, url, headers, body });
      tiktok.respond(response, url);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    tiktok.port = (server.address() as AddressInfo).port;
    await use(tiktok);
    server.closeAllConnections();
    server.close();
  },
  visit: async ({ tiktok }, use) => {
    const site = await Site.start();
    site.pages.set('/', PAGE);
    const logs = await mkdtemp(join(tmpdir(), 'ttq-forward-'));
    await use(async (more) => {
      const sdk = { mode: 'file', folder: FOLDER } as const;
      const timeouts = { step: 10_000, settle: 10_000, delivery: 10_000 };
      const target = { ...site.target({ start: '/', steps: [] }, [PIXEL]), sdk, timeouts, ...more };
      const session = await Session.open((url, init) =>
        fetch(url.replace(/^https:\/\/[\w.-]+/, `http://127.0.0.1:${tiktok.port}`), init),
      );
      const evidence = await recordVisit(session, target, planVisits(target)[0]!, logs);
      await session.close();
      return { evidence, origin: new URL(site.url('/')).origin };
    });
    site.close();
    await rm(logs, { recursive: true });
  },
});

const collected = ({ requests }: Evidence) =>
  requests.filter(({ url }) => new URL(url).pathname.startsWith('/api/'));

test.describe.configure({ mode: 'parallel' });

test('what the collector gets is delivered to TikTok, as the page sent it', async ({ tiktok, visit }) => {
  tiktok.respond = (response) => response.writeHead(201).end('{"code":0}');
  const { evidence, origin } = await visit({ events: 'forward' });
  expect(evidence.problem).toBeUndefined();
  expect(collected(evidence).map(({ forwarded }) => forwarded)).toEqual(collected(evidence).map(() => 201));
  expect(tiktok.asked).toHaveLength(collected(evidence).length);
  for (const { url } of tiktok.asked) expect(url).toMatch(/^\/api\/v2\//);

  const pageview = tiktok.asked.find(({ body }) => body.includes('"Pageview"'))!;
  const { userAgent, contentType } = collected(evidence)[0]!;
  expect(pageview).toMatchObject({ method: 'POST', url: '/api/v2/pixel' });
  expect(pageview.headers).toMatchObject({
    'content-type': contentType,
    'user-agent': userAgent,
    referer: `${origin}/`,
    origin,
  });
  expect(JSON.parse(pageview.body)).toMatchObject({ event: 'Pageview', context: { pixel: { code: PIXEL } } });
  const image = tiktok.asked.find(({ method }) => method === 'GET')!;
  expect(image.url).toMatch(/^\/api\/v2\/pixel\?analytics_message=\w+/);
});

test('by default nothing goes to TikTok', REST, async ({ tiktok, visit }) => {
  const { evidence } = await visit({});
  expect(evidence.problem).toBeUndefined();
  expect(tiktok.asked).toEqual([]);
  for (const request of evidence.requests) expect(request).not.toHaveProperty('forwarded');
});

test(
  'a delivery that fails is reported and breaks the visit, but the visit is completed',
  REST,
  async ({ tiktok, visit }) => {
    tiktok.respond = (response, url) => (url.endsWith('/perf') ? response.end() : response.destroy());
    const { evidence } = await visit({ events: 'forward' });
    expect(evidence.problem).toMatchObject({ kind: 'recorder' });
    expect(evidence.problem?.message).toContain(
      'https://analytics.tiktok.com/api/v2/pixel could not be delivered',
    );
    const sent = collected(evidence).filter(({ url }) => !url.endsWith('/perf'));
    expect(sent.map(({ forwarded }) => forwarded)).toEqual(sent.map(() => 0));
    expect(JSON.stringify(sent)).toContain('"ViewContent"');
  },
);

test('a script that TikTok does not deliver breaks the visit, with the reason', async ({
  tiktok,
  visit,
}, info) => {
  tiktok.respond = (response) => response.writeHead(503).end();
  const { evidence } = await visit({
    sdk: { mode: 'live', cache: info.outputPath('cache'), refresh: false },
  });
  expect(evidence).toMatchObject({ outcome: 'broken', problem: { kind: 'sdk' } });
  expect(evidence.problem?.message).toMatch(
    /events\.js\?sdkid=\w+&lib=ttq could not be fetched .+ status 503/,
  );
  expect(evidence.recorder.sdk).toEqual({ mode: 'live', libraries: [], scripts: [] });
});

test(
  'scripts that TikTok delivers slowly are waited for longer than an event',
  REST,
  async ({ tiktok, visit }, info) => {
    const settle = 1000;
    const saved = new Folder({ mode: 'file', folder: FOLDER });
    tiktok.respond = (response, path) => {
      const slowly = setTimeout(async () => {
        const script = await saved.get(new URL(path, 'https://analytics.tiktok.com'));
        response.setHeader('content-type', 'text/javascript').end(script?.body);
      }, 1.5 * settle);
      response.on('close', () => clearTimeout(slowly));
    };
    const { evidence } = await visit({
      sdk: { mode: 'live', cache: info.outputPath('cache'), refresh: false },
      timeouts: { step: 10_000, settle, delivery: settle },
    });
    expect(evidence.problem).toBeUndefined();
    expect(evidence.recorder.sdk).toMatchObject({ mode: 'live', libraries: ['other.js 9.0.1'] });
    expect(evidence.recorder.sdk.scripts).toHaveLength(3);
    expect(JSON.stringify(collected(evidence))).toContain('"ViewContent"');
  },
);
