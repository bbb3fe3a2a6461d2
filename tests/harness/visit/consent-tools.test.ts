import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import { withDefaults } from '../../../src/target/check.ts';
import type { ScenarioName } from '../../../src/target/target.ts';
import { sentEvents } from '../../../src/views/events.ts';
import { type Answers, findAnswers } from '../../../src/visit/explore/answers.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { Site } from '../capture/site.ts';
import { REST } from '../rest.ts';
import { test as base, type Lasting } from '../test.ts';
import { type Banner, cookiebot, FORGETFUL, OWN, oneTrust, PIXEL, VANILLA } from './banners.ts';

const SESSION: Lasting<Session> = { open: () => Session.open(), close: (session) => session.close() };

interface Fixtures {
  /** What is found out about a page's banner. */
  answers: (banner: Banner) => Promise<Answers>;
  /** Visits to a target whose consent is "auto". */
  visits: (banner: Banner, ...scenarios: ScenarioName[]) => Promise<Evidence[]>;
}

const test = base.extend<Fixtures & { site: Site; logs: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  site: async ({}, use) => {
    const site = await Site.start();
    await use(site);
    site.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  logs: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'ttq-consent-test-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  answers: async ({ site, logs, shared }, use) => {
    await use(async (banner) => {
      for (const [path, text] of Object.entries(banner)) site.pages.set(path, text);
      const session = await shared.get(SESSION);
      const target = site.target({ start: '/', steps: [] }, []);
      const { missing: _, ...found } = await findAnswers({ session, target, start: site.url('/'), logs }, [
        'grant',
        'deny',
      ]);
      return found;
    });
  },
  visits: async ({ site, logs, shared }, use) => {
    await use(async (banner, ...scenarios) => {
      for (const [path, text] of Object.entries(banner)) site.pages.set(path, text);
      const session = await shared.get(SESSION);
      const { hosts } = site.target({ start: '/', steps: [] }, []);
      const target = withDefaults(
        {
          name: 'auto',
          baseURL: site.url('/'),
          hosts,
          pixels: [PIXEL],
          consent: 'auto',
          scenarios,
          journeys: [{ name: 'look', start: '/' }],
          timeouts: { step: 5_000, settle: 500 },
        },
        'auto.json',
      );
      return Promise.all(planVisits(target).map((plan) => recordVisit(session, target, plan, logs)));
    });
  },
});

const clicks = (...selectors: string[]) => ({ steps: selectors.map((click) => ({ click })) });

test("OneTrust: the steps are the tool's own buttons, in whatever language", REST, async ({ answers }) => {
  expect(await answers(oneTrust())).toEqual({
    tool: 'OneTrust',
    grant: clicks('#onetrust-accept-btn-handler'),
    deny: clicks('#onetrust-reject-all-handler'),
  });
});

test('vanilla-cookieconsent, with its own client', REST, async ({ answers }) => {
  expect(await answers(VANILLA)).toEqual({
    tool: 'vanilla-cookieconsent',
    grant: clicks('button[data-role="all"]'),
    deny: clicks('button[data-role="necessary"]'),
  });
});

test('Cookiebot: a grant that autoconsent reports by mistake does not count', REST, async ({ answers }) => {
  expect(await answers(cookiebot())).toEqual({
    tool: 'Cookiebot',
    grant: clicks('role=button[name="Allow all"]'),
    deny: clicks('#CybotCookiebotDialogBodyLevelButtonLevelOptinDeclineAll'),
  });
});

test('reports a grant after which nothing is sent', REST, async ({ answers }) => {
  const { grant } = await answers(cookiebot('no'));
  expect(grant?.unshown).toBe('after what was clicked to grant it, the page sent nothing to TikTok');
});

test(
  'a banner of no known tool is answered by the labels of its buttons, and has no name',
  REST,
  async ({ answers }) => {
    expect(await answers(OWN)).toEqual({
      grant: clicks('role=button[name="Accept all"]'),
      deny: clicks('role=button[name="Reject all"]'),
    });
  },
);

test('a banner that comes back when the page is opened again was not answered', REST, async ({ answers }) => {
  expect(await answers(FORGETFUL)).toEqual({});
});

test(
  '"auto" answers the banner of a known tool: what was granted is sent, what was refused is not',
  REST,
  async ({ visits }) => {
    const [organic, denied] = await visits(oneTrust(), 'organic', 'consent-denied');
    expect(organic!.problem).toBeUndefined();
    expect(organic!.consent).toMatchObject([{ answer: 'granted' }]);
    expect(sentEvents(organic!).map(({ event }) => event)).toEqual(['Pageview']);
    expect(denied!.problem).toBeUndefined();
    expect(denied!.consent).toMatchObject([{ answer: 'denied' }]);
    expect(sentEvents(denied!)).toEqual([]);
  },
);

test(
  '"auto" with a banner of no known tool breaks the visit, and says what to write',
  REST,
  async ({ visits }) => {
    const [organic] = await visits(OWN, 'organic');
    expect(organic!.problem).toMatchObject({ code: 'consent-unknown' });
    expect(organic!.problem!.message).toContain('no known consent tool was found there. Write the steps');
  },
);

test(
  '"auto" breaks the visit if the page sends after a refusal whose button does not say that it refuses',
  REST,
  async ({ visits }) => {
    const [organic, denied] = await visits(oneTrust('yes'), 'organic', 'consent-denied');
    expect(organic!.problem).toBeUndefined();
    expect(denied!.problem?.args).toMatchObject({
      tool: 'OneTrust',
      why: 'after what was clicked to refuse, the page sent events to TikTok',
    });
  },
);
