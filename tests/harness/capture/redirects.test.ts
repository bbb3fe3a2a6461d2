import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { targetIn } from '../../../src/target/load.ts';
import { DEMO_TARGET } from '../../../src/target/run.ts';
import type { Target, TargetFile } from '../../../src/target/target.ts';
import { hopsOf } from '../../../src/views/hops.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { preloadSettings } from '../../../src/visit/web-servers.ts';
import { loaded, PIXEL } from '../double/support.ts';
import { ShopProcess } from '../mutants/shop.ts';
import { REST } from '../rest.ts';
import type { Lasting } from '../test.ts';
import { test as base, document, expect } from './support.ts';

/** How ads lead to the landing page: each kind of redirect is recorded by name, and passes the click id on. */

const SHOP = fileURLToPath(new URL('../../../fixtures/shop', import.meta.url));

/** The demo target, its journey cut down to the landing. */
async function landingTarget(port: number): Promise<Target> {
  const path = DEMO_TARGET;
  const file = JSON.parse(await readFile(path, 'utf8')) as TargetFile;
  const journeys = [{ name: 'landing', start: '/' }];
  return targetIn({ ...file, journeys, scenarios: ['ad-click'] }, path, port);
}

const RUNNING: Lasting<{ logs: string; shop: ShopProcess; target: Target }> = {
  open: async () => {
    const logs = await mkdtemp(join(tmpdir(), 'ttq-redirects-'));
    const shop = new ShopProcess(preloadSettings(await landingTarget(0), logs));
    return { logs, shop, target: await landingTarget(await shop.start(SHOP)) };
  },
  close: async ({ logs, shop }) => {
    await shop.stop();
    await rm(logs, { recursive: true });
  },
};

/** The demo shop, and a recorder of visits to it that come by one of the target's click URLs. */
const test = base.extend<{ land: (clickUrl: string) => Promise<Evidence> }>({
  land: async ({ shared, session }, use) => {
    const { logs, target } = await shared.get(RUNNING);
    await use((clickUrl) => {
      const plan = planVisits(target).find((one) => one.clickUrl === clickUrl);
      return recordVisit(session, target, plan!, logs);
    });
  },
});

/** Each stop as what led there, and what has become of the click id. */
function chainOf(evidence: Evidence): string[] {
  return hopsOf(evidence).map(({ how, state }) => `${how}: ${state}`);
}

const twice = (redirect: string) => ['ad: alive', `${redirect}: alive`, `${redirect}: alive`];

const WAYS: Record<string, string[]> = {
  '/go/301?ttclid={ttclid}': twice('301 redirect'),
  '/go/302?utm_source=tiktok&ttclid={ttclid}': twice('302 redirect'),
  '/go/303?ttclid={ttclid}': twice('303 redirect'),
  '/go/307?ttclid={ttclid}': twice('307 redirect'),
  '/go/308?ttclid={ttclid}': twice('308 redirect'),
  '/go/js?ttclid={ttclid}': ['ad: alive', 'script redirect: alive'],
  '/go/meta?ttclid={ttclid}': ['ad: alive', 'meta-refresh redirect: alive'],
  '/go/refresh?ttclid={ttclid}': ['ad: alive', 'refresh-header redirect: alive'],
  '/go/form?ttclid={ttclid}': ['ad: alive', 'form redirect: alive', '303 redirect: alive'],
  '/go/link?ttclid={ttclid}': ['ad: alive', 'link: alive'],
  '/go/cross?ttclid={ttclid}': ['ad: alive', '302 redirect: alive'],
  '/l?url=%2F%3Futm_source%3Dtiktok%26ttclid%3D{ttclid}': ['ad: elsewhere', '302 redirect: alive'],
  '/l?url=%2F%3Futm_source%3Dtiktok&ttclid={ttclid}': ['ad: alive', '302 redirect: alive'],
};

test.describe.configure({ mode: 'parallel' });

/** By the server, by a script, to another host. CI follows all of them. */
const SAMPLE = /301|js|cross/;

for (const [clickUrl, chain] of Object.entries(WAYS)) {
  test(
    `the way by ${clickUrl} is recorded stop by stop`,
    SAMPLE.test(clickUrl) ? {} : REST,
    async ({ land }) => {
      const evidence = await land(clickUrl);
      expect(evidence.outcome, evidence.problem?.message).toBe('complete');
      expect(chainOf(evidence)).toEqual(chain);
    },
  );
}

test('covers every click URL of the demo target', async () => {
  expect((await landingTarget(0)).clickUrls.toSorted()).toEqual(Object.keys(WAYS).toSorted());
});

// A service worker wants a secure context, which http://www.shop.example is not, and a host below localhost is.
test('a redirect by a service worker is marked as such', REST, async ({ site, session }) => {
  site.pages.clear();
  site.pages.set('/', document(loaded('ttq.page();')));
  site.pages.set(
    '/app',
    document(`<script>
      navigator.serviceWorker.register('/worker.js');
      navigator.serviceWorker.ready.then(() => { location.href = '/app/open' + location.search; });
    </script>`),
  );
  site.pages.set(
    '/worker.js',
    `addEventListener('fetch', (event) => {
      const { pathname, search } = new URL(event.request.url);
      if (pathname === '/app/open') event.respondWith(Response.redirect('/' + search, 302));
    });`,
  );
  const target: Target = {
    ...site.target({ start: site.url('/', 'other'), steps: [] }, [PIXEL]),
    scenarios: ['ad-click'],
    clickUrls: [site.url('/app?ttclid={ttclid}', 'other')],
  };
  const logs = await mkdtemp(join(tmpdir(), 'ttq-worker-'));
  const evidence = await recordVisit(session, target, planVisits(target)[0]!, logs);
  await rm(logs, { recursive: true });
  expect(chainOf(evidence)).toEqual([
    'ad: alive',
    'script redirect: alive',
    'service worker redirect: alive',
  ]);
});
