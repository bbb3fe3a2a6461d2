import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseCode } from '../../../src/drift/base-code.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { SCENARIOS, type ScenarioName, type Step, type Target } from '../../../src/target/target.ts';
import { sentEvents } from '../../../src/views/events.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { SCENARIO } from '../../../src/visit/scenarios/index.ts';
import { test as base, document, expect } from '../capture/support.ts';
import { PIXEL } from '../double/support.ts';
import { REST } from '../rest.ts';

type Visit = (
  scenario: ScenarioName,
  pages: Record<string, string>,
  steps?: Step[],
  more?: Partial<Target>,
) => Promise<Evidence>;

/** A visit to a tiny site under a scenario. */
const test = base.extend<{ visit: Visit }>({
  visit: async ({ site, session }, use) => {
    const logs = await mkdtemp(join(tmpdir(), 'ttq-scenario-'));
    await use((scenario, pages, steps = [], more = {}) => {
      site.pages.clear();
      for (const [path, page] of Object.entries(pages)) site.pages.set(path, page);
      const target = { ...site.target({ start: '/', steps }, [PIXEL]), ...more, scenarios: [scenario] };
      return recordVisit(session, target, planVisits(target)[0]!, logs);
    });
    await rm(logs, { recursive: true });
  },
});

const CODE = baseCode(`ttq.load('${PIXEL}'); ttq.page();`);
const LINK = '<a href="/next">Next</a>';
const SITE = { '/': document(CODE, LINK), '/next': document(CODE, '<button>Buy</button>') };
const NEXT: Step[] = [{ click: 'a' }];

test.describe.configure({ mode: 'parallel' });

test('every scenario has its own file, and says what it changes', () => {
  expect(Object.keys(SCENARIO).sort()).toEqual([...SCENARIOS].sort());
  for (const [name, scenario] of Object.entries(SCENARIO)) {
    expect(scenario.name).toBe(name);
    expect(scenario.changes).toMatch(/^[A-Z].*\.$/);
  }
});

test('organic: the pixel runs and no click id is there', REST, async ({ visit }) => {
  const evidence = await visit('organic', SITE, NEXT);
  expect(evidence).toMatchObject({ outcome: 'complete', scenario: 'organic' });
  expect(evidence.clickId).toBeUndefined();
  expect(sentEvents(evidence).map(({ event }) => event)).toEqual(['Pageview', 'Pageview']);
});

test('a step is done when the visitor acts, not when its element is looked for', async ({ visit }) => {
  // The button appears with the event, a moment after the previous step.
  const shows = `<a href="#">Show</a><script>document.querySelector('a').onclick = () => setTimeout(() => {
    ttq.track('ViewContent', {});
    document.body.append(document.createElement('button'));
  }, 300);</script>`;
  const evidence = await visit('organic', { '/': document(CODE, shows) }, [...NEXT, { click: 'button' }]);
  const tracked = evidence.calls.find(({ method }) => method === 'track');
  expect(evidence.steps.map(({ at }) => at > tracked!.at)).toEqual([false, true]);
});

test(
  'a pixel that a tag manager inserts late is waited for, and its calls belong to its page',
  REST,
  async ({ visit }) => {
    const late = `<script>addEventListener('load', () => setTimeout(() => {
    document.head.append(Object.assign(document.createElement('script'), { text: ${JSON.stringify(
      CODE.replace(/<\/?script>/g, ''),
    ).replaceAll('<', '\\u003c')} }));
  }, 300));</script>`;
    const evidence = await visit('organic', { '/': document(late, LINK), '/next': document(late) }, NEXT, {
      timeouts: { step: 5_000, settle: 5_000, delivery: 500 },
    });
    expect(sentEvents(evidence).map(({ page }) => new URL(page).pathname)).toEqual(['/', '/next']);
  },
);

test(
  'ad-blocked: nothing is answered, the failures are recorded, and the visit continues',
  REST,
  async ({ visit }) => {
    const evidence = await visit('ad-blocked', SITE, NEXT);
    expect(evidence).toMatchObject({ outcome: 'complete', requests: [] });
    expect(evidence.failed.filter(({ url }) => url.includes('events.js'))).toHaveLength(2);
    expect(evidence.calls.filter(({ method }) => method === 'page')).toHaveLength(2);
  },
);

test('sdk-404: the script is requested and not found', REST, async ({ visit }) => {
  const evidence = await visit('sdk-404', SITE, NEXT);
  expect(evidence.outcome).toBe('complete');
  expect(evidence.requests.map(({ status }) => status)).toEqual([404, 404]);
});

test('sdk-slow: scripts come a second late, and what was queued is still sent', REST, async ({ visit }) => {
  const evidence = await visit('sdk-slow', SITE, NEXT);
  const [first] = evidence.documents;
  expect(first!.mountedAt! - first!.at).toBeGreaterThan(2 * 1_000);
  expect(sentEvents(evidence).map(({ event }) => event)).toEqual(['Pageview', 'Pageview']);
});

test("csp-blocked: the site's policy refuses TikTok, and nothing else", async ({ visit }) => {
  const evidence = await visit('csp-blocked', SITE, NEXT);
  expect(evidence).toMatchObject({ outcome: 'complete', requests: [] });
  expect(evidence.documents).toHaveLength(2);
  const refused = evidence.console.filter(({ text }) => text.includes('Content Security Policy'));
  expect(refused.map(({ text }) => text).join('\n')).toContain('events.js');
  expect(evidence.errors).toEqual([]);
});

test('cookies-limited: a script keeps a cookie for a day at most, and none called _ttp', async ({
  visit,
}) => {
  const write = `<script>
    document.cookie = 'long=1; path=/; max-age=31536000';
    document.cookie = 'dated=1; path=/; expires=' + new Date(Date.now() + 9e9).toUTCString();
    document.cookie = 'short=1; max-age=60; path=/';
    document.cookie = 'session=1';
    document.cookie = 'gone=1; max-age=0';
    document.cookie = '_ttp=x; max-age=31536000';
  </script>`;
  const evidence = await visit('cookies-limited', { '/': document(`${write}${CODE}`) });
  const end = (Date.parse(evidence.startedAt) + evidence.duration) / 1000;
  const lives = Object.fromEntries(evidence.cookies.map(({ name, expires }) => [name, expires - end]));
  expect(Object.keys(lives)).toEqual(expect.arrayContaining(['long', 'dated', 'short', 'session', 'ttclid']));
  expect(Object.keys(lives)).not.toContain('_ttp');
  expect(Object.keys(lives)).not.toContain('gone');
  expect(Math.max(...Object.values(lives))).toBeLessThanOrEqual(24 * 60 * 60 + 1);
  expect(lives.short).toBeLessThanOrEqual(61);
  expect(evidence.cookies.find(({ name }) => name === 'session')!.expires).toBe(-1);
  expect(evidence.clickId).toBeDefined();
});

test('gpc: header and property say so, to the page and to its frames', REST, async ({ visit }) => {
  const show = `<script>console.warn('gpc ' + navigator.globalPrivacyControl)</script>`;
  const evidence = await visit('gpc', {
    '/': document(show, '<iframe src="/in"></iframe>'),
    '/in': document(show),
  });
  expect(evidence.console.map(({ text }) => text)).toEqual(['gpc true', 'gpc true']);
});

test('mobile: a small viewport, touch, and the user agent of a phone', REST, async ({ visit }) => {
  const show = `<meta name="viewport" content="width=device-width">
    <script>console.warn(innerWidth, navigator.maxTouchPoints, navigator.userAgent)</script>`;
  const evidence = await visit('mobile', { '/': document(`${CODE}${show}`) });
  expect(evidence.console[0]!.text).toMatch(/^412 \d+ .*Mobile/);
  expect(evidence.console[0]!.text).not.toMatch(/^412 0/);
});

for (const [scenario, agent] of [
  ['in-app', /^412 .*; wv\).*BytedanceWebview/],
  ['in-app-ios', /^390 .*iPhone.*musical_ly.*BytedanceWebview/],
] as const) {
  test(
    `${scenario}: the user agent of the app, after an ad click, and one window for all that is opened`,
    REST,
    async ({ visit }) => {
      const show = `<meta name="viewport" content="width=device-width">
      <script>console.warn(innerWidth, navigator.maxTouchPoints, navigator.userAgent)</script>`;
      const evidence = await visit(
        scenario,
        {
          '/': document(`${CODE}${show}`, '<a target="_blank" href="/next">Next</a>'),
          '/next': document(CODE, `<button onclick="window.open('/last', 'pop')">Last</button>`),
          '/last': document(CODE, '<p>Last</p>'),
        },
        [{ click: 'a' }, { click: 'button' }, { waitFor: 'p' }],
      );
      expect(evidence.outcome).toBe('complete');
      expect(evidence.console[0]!.text).toMatch(agent);
      expect(evidence.clickId).toMatch(/^E\.C\.P\./);
      expect(evidence.documents.map(({ url, tab }) => [new URL(url).pathname, tab])).toEqual([
        ['/', 0],
        ['/next', 0],
        ['/last', 0],
      ]);
      const { url, events, withClickId } = evidence.inBrowser!;
      expect(url).toBe(evidence.documents[0]!.url);
      expect(events).toBeGreaterThan(0);
      expect(withClickId).toBe(events);
    },
  );
}

test(
  'in-app: a frame of another site has no cookies, but one of a subdomain has',
  REST,
  async ({ site, visit }) => {
    const frame = `<script>document.cookie = 'own=1'; console.warn(location.hostname, document.cookie);</script>`;
    const frames = (['shop', 'other'] as const).map(
      (host) => `<iframe src="${site.url('/frame', host)}"></iframe>`,
    );
    const evidence = await visit('in-app', {
      '/': document(CODE, frames.join('')),
      '/frame': document(frame),
    });
    expect(evidence.console.map(({ text }) => text.trim()).sort()).toEqual([
      'frame.localhost',
      expect.stringMatching(/^shop\.site\.test .*own=1/),
    ]);
  },
);

test('double-click: every click is made twice', REST, async ({ visit }) => {
  const count = `<button onclick="ttq.track('AddToCart')">Add</button>`;
  const evidence = await visit('double-click', { '/': document(CODE, count) }, [{ click: 'button' }]);
  expect(evidence.calls.filter(({ method }) => method === 'track')).toHaveLength(2);
});

test('reload-and-back: the last page again, the one before it, and the last one', async ({ visit }) => {
  const evidence = await visit('reload-and-back', SITE, NEXT);
  const ways = evidence.documents.map(({ via, url }) => `${via} ${new URL(url).pathname}`);
  expect(ways).toEqual(['goto /', 'link /next', 'reload /next', 'history /', 'history /next']);
});

test('spa: back and forward through the routes', async ({ visit }) => {
  const route = `<button onclick="history.pushState({}, '', '/next')">Next</button>`;
  const evidence = await visit('spa', { '/': document(CODE, route) }, [{ click: 'button' }], { spa: true });
  expect(evidence.documents).toHaveLength(1);
  expect(evidence.documents[0]!.routes!.map(({ url }) => new URL(url).pathname)).toEqual([
    '/next',
    '/',
    '/next',
  ]);
});

test(
  'returning: an ad click in a tab that is closed, the journey in another without it',
  REST,
  async ({ visit }) => {
    const evidence = await visit('returning', SITE, NEXT);
    expect(evidence.outcome).toBe('complete');
    expect(
      evidence.documents.map(({ tab, arrival, url }) => [tab, arrival, url.includes(evidence.clickId!)]),
    ).toEqual([
      [0, true, true],
      [1, false, false],
      [1, false, false],
    ]);
    expect(sentEvents(evidence).map(({ clickId }) => clickId !== '')).toEqual([true, false, false]);
  },
);

test('second-click: two ad clicks, each with its own id and tab', REST, async ({ visit }) => {
  const evidence = await visit('second-click', SITE, NEXT);
  const { clickId, earlierClickId } = evidence;
  expect(clickId).not.toBe(earlierClickId);
  expect(evidence.documents.map(({ tab, arrival }) => [tab, arrival])).toEqual([
    [0, false],
    [1, true],
    [1, false],
  ]);
  expect(sentEvents(evidence).map((event) => event.clickId)).toEqual([earlierClickId, clickId, clickId]);
});

test.describe('a consent banner', () => {
  const banner = `<div id="banner"><button id="yes" onclick="answer(1)">Yes</button>
    <button id="no" onclick="answer(0)">No</button></div><button id="undo" onclick="answer(0)">Undo</button>${LINK}
    <script>
      const start = () => document.head.append(Object.assign(document.createElement('script'), {
        text: ${JSON.stringify(CODE.replace(/<\/?script>/g, '')).replaceAll('<', '\\u003c')} }));
      const answer = (yes) => {
        document.cookie = 'consent=' + yes + '; path=/';
        banner.remove();
        if (yes) start();
      };
      if (document.cookie.includes('consent=')) banner.remove();
      if (document.cookie.includes('consent=1')) start();
    </script>`;
  const site = { '/': document('<script></script>', banner), '/next': document('<script></script>', banner) };
  const consent = { grant: [{ click: '#yes' }], deny: [{ click: '#no' }], withdraw: [{ click: '#undo' }] };
  const pageviews = (evidence: Evidence) =>
    sentEvents(evidence).map(({ event, page }) => `${event} ${new URL(page).pathname}`);

  test('is answered on the first page, whatever the scenario', REST, async ({ visit }) => {
    const evidence = await visit('organic', site, NEXT, { consent });
    expect(evidence.consent).toEqual([
      { at: expect.any(Number), answer: 'granted', document: evidence.documents[0]!.id, cookies: [] },
    ]);
    expect(pageviews(evidence)).toEqual(['Pageview /', 'Pageview /next']);
  });

  test('consent-denied', REST, async ({ visit }) => {
    const evidence = await visit('consent-denied', site, NEXT, { consent });
    expect(evidence.consent).toMatchObject([{ answer: 'denied' }]);
    expect(evidence).toMatchObject({ outcome: 'complete', requests: [] });
  });

  test(
    'consent-denied, in a journey without steps: the page is opened once more, and judged',
    REST,
    async ({ visit }) => {
      const evidence = await visit('consent-denied', site, [], { consent });
      expect(evidence.documents.map(({ via }) => via)).toEqual(['goto', 'reload']);
      expect(evidence.steps.map(({ action }) => action)).toEqual(['click', 'reload']);
    },
  );

  test('consent-ignored: no answer at all', REST, async ({ visit }) => {
    const evidence = await visit('consent-ignored', site, NEXT, { consent });
    expect(evidence).toMatchObject({ outcome: 'complete', consent: [], requests: [] });
  });

  test('consent-late: on the second page', REST, async ({ visit }) => {
    const evidence = await visit('consent-late', site, [...NEXT, { waitFor: 'a' }], { consent });
    expect(evidence.consent).toMatchObject([{ answer: 'granted', document: evidence.documents[1]!.id }]);
    expect(pageviews(evidence)).toEqual(['Pageview /next']);
  });

  test('consent-late: at the end, if the journey stays on its first page', REST, async ({ visit }) => {
    const evidence = await visit('consent-late', site, [{ waitFor: 'a' }], { consent });
    expect(pageviews(evidence)).toEqual(['Pageview /']);
  });

  test(
    'consent-withdrawn: granted, then withdrawn, with the cookies that were there',
    REST,
    async ({ visit }) => {
      const evidence = await visit('consent-withdrawn', site, NEXT, { consent });
      expect(evidence.consent).toMatchObject([
        { answer: 'granted', cookies: [] },
        { answer: 'withdrawn', cookies: expect.arrayContaining(['_ttp']) },
      ]);
      expect(pageviews(evidence)).toEqual(['Pageview /']);
    },
  );

  test('that is missing breaks the visit off, with the page where it was looked for', async ({ visit }) => {
    const gone = { grant: [{ click: '#accept-all' }] };
    const evidence = await visit('organic', site, NEXT, {
      consent: gone,
      timeouts: { step: 500, settle: 500, delivery: 500 },
    });
    expect(evidence.problem).toMatchObject({
      kind: 'step',
      message: expect.stringContaining('consent.grant, step 1 of 1, {"click":"#accept-all"}'),
    });
    expect(evidence.consent).toEqual([]);
  });
});

test(
  "requests to a host of the site that stands for TikTok's are recorded like any other",
  REST,
  async ({ site }) => {
    const { Session } = await import('../../../src/recorder/session.ts');
    const target = {
      ...site.target({ start: '/', steps: [] }, [PIXEL]),
      pixelHosts: ['metrics.site.test'],
    };
    const logs = await mkdtemp(join(tmpdir(), 'ttq-scenario-'));
    const session = await Session.open();
    try {
      site.pages.clear();
      site.pages.set(
        '/',
        document(`<script>
      fetch('https://metrics.site.test/api/v2/pixel', { method: 'POST', mode: 'no-cors', body: JSON.stringify(
        { event: 'Purchase', event_id: '1', context: { pixel: { code: '${PIXEL}' } } }) });
    </script>`),
      );
      const evidence = await recordVisit(session, target, planVisits(target)[0]!, logs);
      expect(sentEvents(evidence).map(({ event, eventId }) => [event, eventId])).toEqual([['Purchase', '1']]);
    } finally {
      await session.close();
      await rm(logs, { recursive: true });
    }
  },
);
