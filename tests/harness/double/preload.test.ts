import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { preloadEnvironment, readVisitLog, VISIT_COOKIE } from '../../../src/double/visit-log.ts';

/** The stub, preloaded into a real server process that calls the Events API in several ways. */
const SERVER = `
import http from 'node:http';
import https from 'node:https';
const url = 'https://business-api.tiktok.com/open_api/v1.3/event/track/';
const headers = { 'Access-Token': 'the-token', 'Content-Type': 'application/json' };
const body = (id) => JSON.stringify({ event_source: 'web', event_source_id: 'C', data: [{ event: 'Purchase', event_time: 1795341407, event_id: id }] });
const ways = {
  fetch: async (id) => (await fetch(url, { method: 'POST', headers, body: body(id) })).text(),
  https: (id) => new Promise((done, fail) => {
    const request = https.request(url, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => { text += chunk; }).on('end', () => done(text));
    });
    request.on('error', fail).end(body(id));
  }),
  later: async (id) => { setTimeout(() => ways.fetch(id), 30); return 'later'; },
  elsewhere: () => fetch('http://cdn.elsewhere.example/').then(() => 'reached', (error) => String(error.cause?.message)),
};
http.createServer(async (request, response) => {
  const [, way, id] = request.url.split('/');
  // The answer waits a little, so that requests of several visits are under way at once.
  await new Promise((resume) => setTimeout(resume, 20));
  response.end(await ways[way](id).catch((error) => 'failed: ' + error.message));
}).listen(0, '127.0.0.1', function () { console.log(String(this.address().port)); });
`;

const test = base.extend<{ site: { url: string; logs: string } }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  site: async ({}, use) => {
    const logs = await mkdtemp(join(tmpdir(), 'ttq-preload-'));
    const script = join(logs, 'server.mjs');
    await writeFile(script, SERVER);
    const env = { ...process.env, ...preloadEnvironment({ folder: logs, network: 'hermetic', hosts: [] }) };
    const server = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<string>((resolve) =>
      server.stdout.once('data', (data) => resolve(`${data}`.trim())),
    );
    await use({ url: `http://127.0.0.1:${port}`, logs });
    server.kill();
    await rm(logs, { recursive: true });
  },
});

const ask = async (url: string, visit?: string) =>
  (await fetch(url, { headers: visit ? { cookie: `a=b; ${VISIT_COOKIE}=${visit}` } : {} })).text();

const idsOf = async (logs: string, visit: string) =>
  (await readVisitLog(logs, visit)).calls.map(
    ({ body }) => (body as { data: { event_id: string }[] }).data[0]!.event_id,
  );

for (const way of ['fetch', 'https']) {
  test(`a call by ${way} is answered in the service's envelope and written down, its token masked`, async ({
    site,
  }) => {
    const answer = JSON.parse(await ask(`${site.url}/${way}/order-1`, 'v1'));
    expect(answer).toMatchObject({ code: 0, message: 'OK', data: {} });
    expect(answer.request_id).toMatch(/^\d{14}[0-9A-F]{20}$/);
    const { seen, calls } = await readVisitLog(site.logs, 'v1');
    expect(seen).toBe(true);
    expect(calls).toHaveLength(1);
    expect(calls[0]!.headers['access-token']).toMatch(/^\[token sha256=/);
    for (const file of await readdir(site.logs)) {
      if (file.endsWith('.jsonl'))
        expect(await readFile(join(site.logs, file), 'utf8')).not.toContain('the-token');
    }
  });
}

test('each call is tied to the visit that caused it, also when many run at once and when it is made later', async ({
  site,
}) => {
  const visits = Array.from({ length: 12 }, (_, index) => `visit-${index}`);
  await Promise.all(
    visits.map((visit, index) =>
      ask(`${site.url}/${['fetch', 'https', 'later'][index % 3]}/${visit}`, visit),
    ),
  );
  for (const visit of visits) await expect.poll(() => idsOf(site.logs, visit)).toEqual([visit]);
});

test('a call that no visit caused is tied to none', async ({ site }) => {
  await ask(`${site.url}/fetch/order-1`, 'v1');
  await ask(`${site.url}/fetch/order-2`);
  expect(await idsOf(site.logs, 'v1')).toEqual(['order-1']);
  expect(await idsOf(site.logs, 'unattributed')).toEqual(['order-2']);
});

test('other hosts do not resolve in a hermetic run, and the error says why', async ({ site }) => {
  expect(await ask(`${site.url}/elsewhere/x`, 'v1')).toContain(
    'ttq-conformance refused to look up cdn.elsewhere.example: the audit is hermetic',
  );
});

test('a visit that the server never saw has no log', async ({ site }) => {
  expect(await readVisitLog(site.logs, 'never')).toEqual({ seen: false, calls: [] });
});
