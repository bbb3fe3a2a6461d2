import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { type Prepared, prepare } from '../../../src/recorder/prepare.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { document, expect, names, test } from '../capture/support.ts';
import { loaded, PIXEL } from '../double/support.ts';

/** The recorder in contexts that somebody else opens and drives, as a user's own test does. */

const PAGES = {
  '/': document(
    loaded('ttq.page()'),
    `<button onclick="ttq.track('AddToCart', {}, { event_id: location.search })">Add</button>`,
  ),
};

const recorded = test.extend<{ open: () => Promise<Prepared> }>({
  open: async ({ site, session }, use) => {
    for (const [path, page] of Object.entries(PAGES)) site.pages.set(path, page);
    const target = site.target({ start: '/', steps: [] }, [PIXEL]);
    const logs = await mkdtemp(join(tmpdir(), 'ttq-attach-'));
    const { fetch } = session;
    const visit = { journey: 'own', scenario: 'organic' } as const;
    await using opened = new AsyncDisposableStack();
    opened.defer(() => rm(logs, { recursive: true }));
    await use(async () => {
      const [browser, scripts] = [await session.browser(), session.scripts(target.sdk)];
      const prepared = await prepare({ browser, target, visit, logs, scripts, fetch });
      opened.defer(() => prepared.close());
      return prepared;
    });
  },
});

/** A user's own test: opens a context, drives its page, and gets the evidence. */
async function drive(prepared: Prepared, url: string, during?: () => Promise<void>): Promise<Evidence> {
  await using context = await prepared.options.browser.newContext(prepared.contextOptions);
  const recorder = await Recorder.attach(prepared, context);
  const { page } = await recorder.openTab();
  expect(await recorder.reachesDouble(page)).toBe(true);
  await page.goto(url);
  await page.getByRole('button', { name: 'Add' }).click();
  await recorder.settle();
  await during?.();
  return await recorder.collect(page);
}

recorded('a context that somebody else opened and drives ends with evidence', async ({ open, site }) => {
  const evidence = await drive(await open(), site.url('/?one'));
  expect(evidence).toMatchObject({ outcome: 'complete', journey: 'own', scenario: 'organic' });
  expect(evidence.documents.map(({ url }) => url)).toEqual([site.url('/?one')]);
  expect(names(evidence)).toEqual(['AddToCart']);
  expect(JSON.stringify(evidence.requests)).toContain('"event_id":"?one"');
});

recorded('several in one browser at once are distinguished', async ({ open, site }) => {
  const queries = ['?1', '?2', '?3', '?4'];
  const all = await Promise.all(queries.map(async (query) => drive(await open(), site.url(`/${query}`))));
  for (const [index, evidence] of all.entries()) {
    expect(evidence.outcome).toBe('complete');
    const ids = evidence.requests.flatMap(
      ({ body }) => (body as { event_id?: string } | undefined)?.event_id ?? [],
    );
    expect(ids.filter((id) => id.startsWith('?'))).toEqual([queries[index]]);
  }
});

recorded(
  'a door that is gone before the end breaks the visit: what was sent last may be lost',
  async ({ open, site }) => {
    const prepared = await open();
    const evidence = await drive(prepared, site.url('/?cut'), () => prepared.double.close());
    expect(evidence).toMatchObject({
      outcome: 'broken',
      problem: {
        code: 'last-request-lost',
        args: { obstacle: expect.stringMatching(/proxy|SOCKS|failed/i) },
      },
    });
    expect(names(evidence)).toEqual(['AddToCart']);
  },
);

recorded('a page that was closed on the way breaks the visit', async ({ open, site }) => {
  const prepared = await open();
  await using context = await prepared.options.browser.newContext(prepared.contextOptions);
  const recorder = await Recorder.attach(prepared, context);
  const { page } = await recorder.openTab();
  await page.goto(site.url('/'));
  await page.close();
  expect((await recorder.collect(page)).problem).toMatchObject({ code: 'page-closed' });
});
