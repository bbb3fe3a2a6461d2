import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from '@playwright/test';
import type { Fetch } from '../../../src/double/fetch.ts';
import { Folder } from '../../../src/double/scripts/folder.ts';
import { beginSdkRun, Live } from '../../../src/double/scripts/live.ts';
import { ScriptError, type ScriptSource } from '../../../src/double/scripts/script.ts';
import { test as base } from '../test.ts';

const HOST = 'https://analytics.tiktok.com';
const SAVED = 'CSAVED00000000000001';
const ASKED = 'CASKED00000000000002';
const loaderFor = (pixel: string) =>
  `w._li["${pixel}"]="1";var c={"info":{"pixelCode":"${pixel}","name":""}};`;
const ask = (source: ScriptSource, path: string, headers = {}) => source.get(new URL(HOST + path), headers);
const asText = async (source: ScriptSource, path: string) => (await ask(source, path))?.body.toString();
const loaderPath = (pixel: string) => `/i18n/pixel/events.js?sdkid=${pixel}&lib=ttq`;

/** The message of the ScriptError that a request ends in. */
async function refusal(source: ScriptSource, path: string): Promise<string> {
  const error: unknown = await ask(source, path).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(ScriptError);
  return (error as ScriptError).message;
}

const test = base.extend<{ folder: string; save: (files: Record<string, string>) => Folder }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-scripts-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  save: async ({ folder }, use) => {
    await use((files) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      return new Folder({ mode: 'file', folder });
    });
  },
});

test.describe('a saved SDK', () => {
  const query = `?sdkid=${ASKED}&lib=ttq`;
  for (const name of [
    'i18n/pixel/events.js',
    `i18n/pixel/events.js${query}`,
    `i18n/pixel/events.js${encodeURIComponent(query)}`,
    'analytics.tiktok.com/i18n/pixel/events.js',
    `analytics.tiktok.com/i18n/pixel/events.js${encodeURIComponent(query)}`,
    'www.elsewhere.example/i18n/pixel/events.js',
  ]) {
    test(`is found as ${name}`, async ({ save }) => {
      const source = save({
        [name]: loaderFor(ASKED),
        [join(dirname(name), 'static/main.MQ.js')]: 'main();',
        [join(dirname(name), 'static/part.js?v=1')]: 'part();',
      });
      expect(await asText(source, loaderPath(ASKED))).toBe(loaderFor(ASKED));
      expect(await asText(source, '/i18n/pixel/static/main.MQ.js')).toBe('main();');
      expect(await asText(source, '/i18n/pixel/static/main.MQ.js?v=2')).toBe('main();');
      expect(await asText(source, '/i18n/pixel/static/part.js?v=1')).toBe('part();');
    });
  }

  test('its own host comes before another', async ({ save }) => {
    const source = save({
      'analytics.us.tiktok.com/i18n/pixel/static/main.js': 'us();',
      'analytics.tiktok.com/i18n/pixel/static/main.js': 'own();',
    });
    expect(await asText(source, '/i18n/pixel/static/main.js')).toBe('own();');
  });

  for (const [what, loader] of Object.entries({
    JSON: (id: string) => `a={"info":{"pixelCode":"${id}"}},t=null==(t=a.info)?void 0:t.pixelCode;`,
    'an object, minified': (id: string) => `a={info:{pixelCode:'${id}'}};`,
    'JSON in a string': (id: string) => `a=JSON.parse("{\\"pixelCode\\":\\"${id}\\"}");`,
    'other places, too': (id: string) =>
      `q._li["${id}"]=1;a={"pixelCode":"${id}","code":"q.instance(\\"${id}\\").track()"};b={"pixelCode":"${id}"};`,
    'an empty one beside it': (id: string) => `a={"pixelCode":""};b={"pixelCode":"${id}"};`,
  })) {
    test(`the pixel id is exchanged: ${what}`, async ({ save }) => {
      const source = save({ 'i18n/pixel/events.js': loader(SAVED) });
      expect(await asText(source, loaderPath(ASKED))).toBe(loader(ASKED));
      expect(await asText(source, loaderPath(SAVED))).toBe(loader(SAVED));
    });
  }

  test('a page that requests it without an id, or with an impossible one, gets an empty id', async ({
    save,
  }) => {
    const source = save({ 'i18n/pixel/events.js': loaderFor(SAVED) });
    for (const path of ['/i18n/pixel/events.js', loaderPath(encodeURIComponent('"};alert(1);//'))])
      expect(await asText(source, path)).toBe(loaderFor(''));
  });

  test('the loader that was saved for the pixel is given as it is', async ({ save }) => {
    const source = save({
      [`i18n/pixel/events.js?sdkid=${SAVED}&lib=ttq`]: loaderFor(SAVED),
      [`i18n/pixel/events.js?sdkid=${ASKED}&lib=ttq`]: 'without any id',
    });
    expect(await asText(source, `/i18n/pixel/events.js?lib=w&sdkid=${ASKED}`)).toBe('without any id');
  });

  for (const [what, loader, found] of [
    ['several pixels', loaderFor(SAVED) + loaderFor('COTHER00000000000003'), 'COTHER00000000000003'],
    ['no pixel', 'sdk();', 'names no pixel'],
    ['an empty pixel', loaderFor(''), 'without a pixel'],
  ] as const) {
    test(`a loader of ${what} is refused by name`, async ({ save, folder }) => {
      const message = await refusal(save({ 'i18n/pixel/events.js': loader }), loaderPath(ASKED));
      for (const part of [ASKED, found, join(folder, 'i18n/pixel/events.js')])
        expect(message).toContain(part);
    });
  }

  test('loaders of several other pixels are refused by name', async ({ save, folder }) => {
    const source = save({
      [`i18n/pixel/events.js?sdkid=${SAVED}`]: loaderFor(SAVED),
      'i18n/pixel/events.js?sdkid=COTHER00000000000003': loaderFor('COTHER00000000000003'),
    });
    const message = await refusal(source, loaderPath(ASKED));
    for (const part of [ASKED, SAVED, 'COTHER00000000000003', folder]) expect(message).toContain(part);
  });

  test('names an essential file that is missing, and the folder', async ({ save, folder }) => {
    const source = save({ 'i18n/pixel/other.js': '' });
    for (const path of ['i18n/pixel/events.js', 'i18n/pixel/static/main.MQ.js']) {
      const message = await refusal(source, `/${path}`);
      expect(message).toContain(path);
      expect(message).toContain(folder);
    }
  });

  test('the cookie switches and the dead loader are empty; the rest is not found', async ({ save }) => {
    const source = save({ 'i18n/pixel/enable_cookie': 'saved();' });
    expect(await asText(source, '/i18n/pixel/enable_cookie')).toBe('saved();');
    expect(await asText(source, '/i18n/pixel/disable_cookie')).toBe('');
    expect(await asText(source, '/i18n/pixel/sdk.js?sdkid=C1')).toBe('');
    expect(await ask(source, '/i18n/pixel/config.js')).toBeUndefined();
  });

  test('no path leads out of the folder', async ({ save, folder }) => {
    save({ 'secret.js': 'secret', 'sdk/i18n/pixel/static/main.js': 'main();' });
    const source = new Folder({ mode: 'file', folder: join(folder, 'sdk') });
    for (const up of ['..', '%2e%2e', '..%2f..', '.%2e', '..%5c..', '..\\..']) {
      const path = `/i18n/pixel/${up}/${up}/${up}/secret.js`;
      expect(await ask(source, path).catch(() => undefined), path).toBeUndefined();
      const below = `/i18n/pixel/static/${up}/${up}/${up}/${up}/secret.js?../../../secret.js`;
      expect(await ask(source, below).catch(() => undefined), below).toBeUndefined();
    }
  });
});

interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
}

type Respond = (response: ServerResponse, path: string) => void;

const live = test.extend<{ tiktok: { asked: Asked[]; respond: Respond }; fetch: Fetch }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  tiktok: async ({}, use) => {
    const respond: Respond = (response) =>
      response.setHeader('content-type', 'text/javascript; charset=utf-8').end('sdk("é");');
    await use({ asked: [], respond });
  },
  /** The way to TikTok ends at a server of this test. */
  fetch: async ({ tiktok }, use) => {
    const server = createServer(({ url = '', headers }, response) => {
      tiktok.asked.push({ path: url, headers });
      tiktok.respond(response, url);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await use((url, init) => fetch(url.replace(HOST, `http://127.0.0.1:${port}`), init));
    server.closeAllConnections();
    server.close();
  },
});

live.describe("TikTok's own SDK", () => {
  const liveSdk = (cache: string, refresh = false) => ({ mode: 'live', cache, refresh }) as const;
  const PATH = loaderPath(ASKED);

  live(
    'is fetched as the page asks for it, once, and kept for the next run',
    async ({ folder, tiktok, fetch }) => {
      const headers = {
        'user-agent': 'Mozilla/5.0 (test)',
        referer: 'https://www.shop.example/',
        cookie: 'a=1',
      };
      const source = new Live(liveSdk(folder), fetch);
      const scripts = await Promise.all([ask(source, PATH, headers), ask(source, PATH, headers)]);
      expect(scripts.map((script) => script?.body.toString())).toEqual(['sdk("é");', 'sdk("é");']);
      expect(tiktok.asked.map(({ path }) => path)).toEqual([PATH]);
      expect(tiktok.asked[0]!.headers).toMatchObject({
        'user-agent': headers['user-agent'],
        referer: headers.referer,
      });
      expect(tiktok.asked[0]!.headers.cookie).toBeUndefined();

      await laterThan(source);
      const offline: Fetch = () => Promise.reject(new Error('offline'));
      expect(await asText(new Live(liveSdk(folder), offline), PATH)).toBe('sdk("é");');
      expect(await refusal(new Live(liveSdk(folder, true), offline), PATH)).toContain('offline');
    },
  );

  /** What was fetched in the millisecond in which a run begins counts as of that run. */
  async function laterThan(source: Live): Promise<void> {
    const then = source.fetchedAt(new URL(HOST + PATH))!;
    await expect.poll(() => Date.now()).toBeGreaterThan(then);
  }
  async function askBefore(source: Live): Promise<void> {
    await ask(source, PATH);
    await laterThan(source);
  }

  live('refresh fetches again, once a process and URL', async ({ folder, tiktok, fetch }) => {
    await askBefore(new Live(liveSdk(folder), fetch));
    tiktok.respond = (response) => response.setHeader('content-type', 'text/javascript').end('newer();');
    const source = new Live(liveSdk(folder, true), fetch);
    for (let times = 0; times < 2; times += 1) expect(await asText(source, PATH)).toBe('newer();');
    expect(tiktok.asked).toHaveLength(2);
    expect(await asText(new Live(liveSdk(folder), fetch), PATH)).toBe('newer();');
  });

  live('the cache is a saved SDK, and holds nothing unfinished', async ({ folder, tiktok, fetch }) => {
    tiktok.respond = (response, path) =>
      response
        .setHeader('content-type', 'application/javascript')
        .end(path.includes('events.js') ? loaderFor(ASKED) : 'main();');
    const source = new Live(liveSdk(folder), fetch);
    await Promise.all([PATH, '/i18n/pixel/static/main.MQ.js'].map((path) => ask(source, path)));
    const names = readdirSync(folder, { recursive: true, withFileTypes: true });
    expect(
      names
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort(),
    ).toEqual([`events.js${encodeURIComponent(`?sdkid=${ASKED}&lib=ttq`)}`, 'main.MQ.js']);
    const saved = new Folder({ mode: 'file', folder });
    expect(await asText(saved, PATH)).toBe(loaderFor(ASKED));
    expect(await asText(saved, loaderPath(SAVED))).toBe(loaderFor(SAVED));
    expect(await asText(saved, '/i18n/pixel/static/main.MQ.js')).toBe('main();');
  });

  live(
    'what an earlier version kept of a script that was cut off is fetched again',
    async ({ folder, fetch }) => {
      const file = join(
        folder,
        'analytics.tiktok.com',
        `/i18n/pixel/events.js${encodeURIComponent(new URL(HOST + PATH).search)}`,
      );
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, 'sdk("');
      expect(await asText(new Live(liveSdk(folder), fetch), PATH)).toBe('sdk("é");');
      expect(readFileSync(file, 'utf8')).toBe('sdk("é");');
    },
  );

  const chunk = (name: string) => `/i18n/pixel/static/${name}.js`;
  /** Two builds: each loader names its main script, which names its identify script. */
  const build = (hash: string): Record<string, string> => ({
    [loaderPath(ASKED)]: `load("static/main.${hash}.js")`,
    [loaderPath(SAVED)]: `load("static/main.${hash}.js")`,
    [chunk(`main.${hash}`)]: `load("static/identify_${hash}.js")`,
    [chunk(`identify_${hash}`)]: 'identify()',
  });
  const [OLD, NEW] = [build('0a1b2c3d'), build('9f8e7d6c')];
  const serve =
    (files: Record<string, string>): Respond =>
    (response, path) =>
      response.setHeader('content-type', 'text/javascript').end(files[path]);

  live('all scripts are of one build, or the visit is not judged', async ({ folder, tiktok, fetch }) => {
    tiktok.respond = serve({ ...NEW, ...OLD, [loaderPath(SAVED)]: NEW[loaderPath(SAVED)]! });
    const source = new Live(liveSdk(folder), fetch);
    for (const path of [loaderPath(ASKED), chunk('main.0a1b2c3d'), chunk('identify_0a1b2c3d')])
      expect(await asText(source, path)).toBe(OLD[path]);
    // TikTok changes its build in between.
    expect(await refusal(source, chunk('main.9f8e7d6c'))).toContain('events.js goes with main.0a1b2c3d.js');
    expect(await refusal(source, chunk('identify_9f8e7d6c'))).toContain(
      'main.0a1b2c3d.js goes with identify_0a1b2c3d.js',
    );
    await asText(source, loaderPath(SAVED));
    const message = await refusal(source, chunk('main.9f8e7d6c'));
    expect(message).toContain(
      'goes with identify_9f8e7d6c.js, and main.0a1b2c3d.js with identify_0a1b2c3d.js',
    );
    expect(message).toContain('--refresh-sdk');
  });

  live(
    'names that a loader makes up as it runs are taken as they come',
    async ({ folder, tiktok, fetch }) => {
      tiktok.respond = serve({
        [PATH]: 'load("static/main." + n + ".js")',
        [chunk('main.MQ')]: 'load("identify_" + h)',
        [chunk('identify_0a1b2c3d')]: 'identify()',
      });
      const source = new Live(liveSdk(folder), fetch);
      for (const path of [PATH, chunk('main.MQ'), chunk('identify_0a1b2c3d')])
        expect(await asText(source, path)).toBeTruthy();
    },
  );

  live(
    'the processes of one run refresh once, and go by the same build',
    async ({ folder, tiktok, fetch }) => {
      await askBefore(new Live(liveSdk(folder), fetch));
      const env: NodeJS.ProcessEnv = {};
      beginSdkRun(env);
      process.env.TTQ_SDK_SINCE = env.TTQ_SDK_SINCE;
      try {
        tiktok.respond = serve(OLD);
        expect(await asText(new Live(liveSdk(folder, true), fetch), PATH)).toBe(OLD[PATH]);
        tiktok.respond = serve(NEW);
        expect(await asText(new Live(liveSdk(folder, true), fetch), PATH)).toBe(OLD[PATH]);
        // Two at once: one is kept, and both use it.
        const main = chunk('main.0a1b2c3d');
        tiktok.respond = serve({ [main]: OLD[main]! });
        const both = [1, 2].map(() => new Live(liveSdk(folder, true), fetch));
        await Promise.all(both.map((one) => asText(one, main)));
        expect(both.every((one) => one.fetchedAt(new URL(HOST + main)) !== undefined)).toBe(true);
      } finally {
        delete process.env.TTQ_SDK_SINCE;
      }
    },
  );

  live('says when a script came from TikTok, also out of the cache', async ({ folder, fetch }) => {
    const first = new Live(liveSdk(folder), fetch);
    await ask(first, PATH);
    const second = new Live(liveSdk(folder), () => Promise.reject(new Error('offline')));
    await ask(second, PATH);
    const [then, kept] = [first, second].map((one) => one.fetchedAt(new URL(HOST + PATH))!);
    expect(Math.abs(then! - kept!)).toBeLessThan(1000);
    expect(first.fetchedAt(new URL(HOST + loaderPath(SAVED)))).toBeUndefined();
  });

  live('a mirror is used instead of TikTok, and has a cache of its own', async ({ folder }) => {
    const asked: string[] = [];
    const upstream = 'https://mirror.example:8443/tiktok/';
    const source = new Live({ ...liveSdk(folder), upstream }, async (url) => {
      asked.push(url);
      return new Response('sdk();', { headers: { 'content-type': 'text/javascript' } });
    });
    expect(await asText(source, PATH)).toBe('sdk();');
    expect(asked).toEqual([`https://mirror.example:8443/tiktok${PATH}`]);
    expect(readdirSync(folder)).toEqual(['via-mirror.example_8443']);
    await laterThan(source);
    const down = new Live({ ...liveSdk(folder, true), upstream }, () => Promise.reject(new Error('offline')));
    expect(await refusal(down, PATH)).toContain(
      'could not be fetched from the mirror mirror.example:8443: offline.',
    );
  });

  live('a redirect is followed', async ({ folder, tiktok, fetch }) => {
    const { respond } = tiktok;
    tiktok.respond = (response, path) =>
      path === '/moved.js'
        ? respond(response, path)
        : response.writeHead(302, { location: '/moved.js' }).end();
    expect(await asText(new Live(liveSdk(folder), fetch), PATH)).toBe('sdk("é");');
  });

  for (const [what, respond, why] of [
    ['a status', (response) => response.writeHead(403).end('no'), 'status 403'],
    ['a page', (response) => response.setHeader('content-type', 'text/html').end('<p>'), 'text/html'],
    ['nothing', (response) => response.setHeader('content-type', 'text/javascript').end(), 'empty'],
    ['a broken connection', (response) => response.destroy(), 'socket|closed'],
    [
      'half a script',
      (response) =>
        response
          .writeHead(200, { 'content-type': 'text/javascript', 'content-length': 99 })
          .write('sdk(', () => response.destroy()),
      'aborted|terminated|closed',
    ],
    [
      'a script that was cut off, with the length of what is left',
      (response) =>
        response.setHeader('content-type', 'text/javascript').end('!function(){sdk({"pixelCode":"C'),
      'the 31 bytes that it answered with are not a whole script',
    ],
    ['silence', () => {}, 'no answer within 0.3 s'],
  ] as [string, Respond, string][]) {
    live(`an answer of ${what} is refused, and not kept`, async ({ folder, tiktok, fetch }) => {
      tiktok.respond = respond;
      const source = new Live(liveSdk(folder), fetch, 300);
      const message = await refusal(source, PATH);
      expect(message).toContain(HOST + PATH);
      expect(message).toMatch(new RegExp(why));
      expect(readdirSync(folder)).toEqual([]);
      // It may succeed for the next page.
      tiktok.respond = (response) => response.setHeader('content-type', 'text/javascript').end('sdk();');
      expect(await asText(source, PATH)).toBe('sdk();');
    });
  }

  live(
    'what TikTok does not have, and the SDK can do without, is not found',
    async ({ folder, tiktok, fetch }) => {
      tiktok.respond = (response) => response.writeHead(404).end();
      const source = new Live(liveSdk(folder), fetch);
      expect(await ask(source, '/i18n/pixel/nothing.js')).toBeUndefined();
      expect(await refusal(source, '/i18n/pixel/static/main.MQ.js')).toContain('status 404');
      expect(await asText(source, '/i18n/pixel/enable_cookie')).toBe('');
    },
  );

  live('asks only TikTok, and never over plain http', async ({ folder }) => {
    const asked: string[] = [];
    const source = new Live(liveSdk(folder), async (url) => {
      asked.push(url);
      return new Response('sdk();', { headers: { 'content-type': 'text/javascript' } });
    });
    await source.get(new URL('http://analytics.tiktok.com:8080/i18n/pixel/static/a.js'));
    expect(await source.get(new URL('https://elsewhere.example/i18n/pixel/static/a.js'))).toBeUndefined();
    expect(asked).toEqual(['https://analytics.tiktok.com/i18n/pixel/static/a.js']);
    expect(readFileSync(join(folder, 'analytics.tiktok.com/i18n/pixel/static/a.js'), 'utf8')).toBe('sdk();');
  });
});
