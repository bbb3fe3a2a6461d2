import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import type { Step, Target } from '../../../src/target/target.ts';
import { siteEvents } from '../../../src/views/events.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { document, Site } from '../capture/site.ts';
import { baseCode, OTHER, PIXEL } from '../double/support.ts';
import { REST } from '../rest.ts';
import { test as base } from '../test.ts';

/**
 * The recorder must not depend on the stand-in: visits with a different SDK, saved in other-sdk/. It
 * sends late and never falls silent, so that a recorder that waits for silence, or for a fixed time, is found out.
 */
const FOLDER = fileURLToPath(new URL('./other-sdk', import.meta.url));
/** Longer than any event takes, so the duration shows whether a visit waited for something that never comes. */
const SETTLE = 10_000;

const test = base.extend<{ visit: (pages: Record<string, string>, steps: Step[]) => Promise<Evidence> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  visit: async ({}, use) => {
    const site = await Site.start();
    const logs = await mkdtemp(join(tmpdir(), 'ttq-other-sdk-'));
    const session = await Session.open();
    await use((pages, steps) => {
      for (const [path, page] of Object.entries(pages)) site.pages.set(path, page);
      const target = targetOf(site, steps);
      return recordVisit(session, target, planVisits(target)[0]!, logs);
    });
    await session.close();
    site.close();
    await rm(logs, { recursive: true });
  },
});

function targetOf(site: Site, steps: Step[]): Target {
  return {
    ...site.target({ start: '/', steps }, [PIXEL]),
    sdk: { mode: 'file', folder: FOLDER },
    timeouts: { step: 10_000, settle: SETTLE, delivery: SETTLE },
  };
}

const sentAs = ({ requests }: Evidence, event: string) =>
  requests.filter(({ body }) => (body as { event?: string } | undefined)?.event === event);

/** What the site tracked, and for which pixels it was sent. */
const sentFor = (evidence: Evidence) =>
  siteEvents(evidence).map(({ event, call, sent }) => [
    event,
    call !== undefined,
    sent.map(({ pixel }) => pixel).sort(),
  ]);

const AFTER_MOUNTING = (calls: string) => `<script>
const timer = setInterval(() => {
  if (!ttq._mounted) return;
  clearInterval(timer);
  ${calls}
  document.body.insertAdjacentHTML('beforeend', '<p id="ready">ready</p>');
}, 5);
</script>`;
const READY: Step = { waitFor: '#ready' };

test('every call is tapped once, sent as the SDK sends it, and nothing else is a call', async ({ visit }) => {
  const head = baseCode(`ttq.load('${PIXEL}'); ttq.load('${OTHER}'); ttq.page();
    ttq.track('Search', { query: 'blue' }, { event_id: 'search-1' });
    ttq.identify({ email: 'ada@shop.example' });
    ttq.instance('${OTHER}').track('Subscribe', {}, { event_id: 'subscribe-1' });`);
  const late = `ttq.track('ViewContent', { value: 1 }, { event_id: 'view-1' });
    ttq.instance('${PIXEL}').track('AddToCart', {}, { event_id: 'cart-1' });
    ttq.track('CompletePayment', { value: 2 }, { event_id: 'order-1' });`;
  const evidence = await visit({ '/': document(head, AFTER_MOUNTING(late)) }, [READY]);

  expect(evidence.problem).toBeUndefined();
  expect(evidence.calls.map(({ method, args, queued, pixel }) => [method, args[0], queued, pixel])).toEqual([
    ['load', PIXEL, true, undefined],
    ['load', OTHER, true, undefined],
    ['page', undefined, true, undefined],
    ['track', 'Search', true, undefined],
    ['identify', expect.anything(), true, undefined],
    ['track', 'Subscribe', true, OTHER],
    ['track', 'ViewContent', false, undefined],
    ['track', 'AddToCart', false, PIXEL],
    ['track', 'CompletePayment', false, undefined],
  ]);
  expect(sentFor(evidence)).toEqual([
    ['Pageview', true, [PIXEL, OTHER]],
    ['Search', true, [PIXEL, OTHER]],
    ['Subscribe', true, [OTHER]],
    ['ViewContent', true, [PIXEL, OTHER]],
    ['AddToCart', true, [PIXEL]],
    ['CompletePayment', true, [PIXEL, OTHER]],
  ]);
  expect(sentAs(evidence, 'ViewContent').map(({ method, image }) => [method, image])).toEqual([
    ['GET', true],
    ['GET', true],
  ]);
  expect(evidence.documents[0]!.mountedAt).toBeGreaterThan(0);
  expect(evidence.duration).toBeLessThan(SETTLE);
});

test('the evidence says which SDK ran', REST, async ({ visit }) => {
  const { recorder } = await visit({ '/': document(baseCode(`ttq.load('${PIXEL}'); ttq.page();`)) }, []);
  expect(recorder.sdk).toEqual({
    mode: 'file',
    libraries: ['other.js 9.0.1'],
    scripts: [`events.js?sdkid=${PIXEL}&lib=ttq`, 'static/main.MDAwMQ.js', 'static/identify_0f0f0f0f.js'].map(
      (path) => ({
        url: `https://analytics.tiktok.com/i18n/pixel/${path}`,
        status: 200,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
    ),
  });
});

test(
  'a step that leaves the page waits for what was called, however late it is sent',
  REST,
  async ({ visit }) => {
    const head = baseCode(`ttq.load('${PIXEL}'); ttq.page();`);
    const link = '<a id="go" href="/next">go</a>';
    const pages = {
      '/': document(head, `${link}${AFTER_MOUNTING(`ttq.track('Contact');`)}`),
      '/next': document(head, AFTER_MOUNTING(`ttq.track('Download');`)),
    };
    const evidence = await visit(pages, [READY, { click: '#go' }, READY]);
    expect(evidence.problem).toBeUndefined();
    expect(sentFor(evidence)).toEqual([
      ['Pageview', true, [PIXEL]],
      ['Contact', true, [PIXEL]],
      ['Pageview', true, [PIXEL]],
      ['Download', true, [PIXEL]],
    ]);
    // Both pages were left with a beacon.
    expect(sentAs(evidence, 'EngagedSession')).toHaveLength(2);
    expect(evidence.duration).toBeLessThan(SETTLE);
  },
);
