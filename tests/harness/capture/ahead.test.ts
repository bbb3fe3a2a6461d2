import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { loaded, PIXEL } from '../double/support.ts';
import { REST } from '../rest.ts';
import { document, expect, test, tracks } from './support.ts';

/**
 * A browser that a program controls prefetches instead of prerendering, and keeps no page that was left. Should either
 * change, visits are recorded whose page views nobody has looked at.
 */
test(
  'a page that speculation rules name is not rendered ahead, and one that was left is not restored',
  REST,
  async ({ site, session }) => {
    site.pages.clear();
    const rules = '<script type="speculationrules">{ "prerender": [{ "urls": ["/next"] }] }</script>';
    const shown = `addEventListener('pageshow', ({ persisted }) =>
    ttq.track('Shown', { path: location.pathname, persisted, ahead: document.prerendering, kept: performance.getEntriesByType('navigation')[0].deliveryType }));`;
    const page = (body: string) => document(loaded(shown), body);
    site.pages.set('/', page(`<a href="/next">Next</a>${rules}`));
    site.pages.set('/next', page(''));
    // The browser speculates in secure contexts only, which hosts below localhost are.
    const steps = [{ click: 'a' }, { back: true as const }];
    const target = site.target({ start: site.url('/', 'other'), steps }, [PIXEL]);
    const logs = await mkdtemp(join(tmpdir(), 'ttq-ahead-'));
    const evidence = await recordVisit(session, target, planVisits(target)[0]!, logs);
    await rm(logs, { recursive: true });
    expect(evidence.documents.map(({ via, kept }) => ({ via, kept }))).toEqual([
      { via: 'goto', kept: undefined },
      { via: 'link', kept: undefined },
      { via: 'history', kept: expect.anything() },
    ]);
    const own = { persisted: false, ahead: false };
    expect(tracks(evidence).map(({ args }) => args[1])).toEqual([
      { path: '/', ...own, kept: '' },
      { path: '/next', ...own, kept: 'navigational-prefetch' },
      { path: '/', ...own, kept: expect.anything() },
    ]);
  },
);
