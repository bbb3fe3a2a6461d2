import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRecord, Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import type { Step, Target } from '../../../src/target/target.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { PIXEL } from '../double/support.ts';
import { test as base, type Lasting } from '../test.ts';
import { Site } from './site.ts';

export { expect } from '@playwright/test';
export { document } from './site.ts';

/** `timeouts`: milliseconds, if the visit waits for what never comes. */
type Record = (
  pages: { [path: string]: string },
  steps?: Step[],
  timeouts?: Partial<Target['timeouts']>,
) => Promise<Evidence>;

const SITE: Lasting<Site> = { open: () => Site.start(), close: (site) => site.close() };

export const SESSION: Lasting<Session> = {
  open: () => Session.open(),
  close: (session) => session.close(),
};

/** A tiny site, and a recorder of visits to it that start at `/`. */
export const test = base.extend<{ record: Record; site: Site; session: Session }>({
  site: async ({ shared }, use) => use(await shared.get(SITE)),
  session: async ({ shared }, use) => use(await shared.get(SESSION)),
  record: async ({ site, session }, use) => {
    const logs = await mkdtemp(join(tmpdir(), 'ttq-capture-'));
    await use((pages, steps = [], timeouts = {}) => {
      site.pages.clear();
      for (const [path, page] of Object.entries(pages)) site.pages.set(path, page);
      const usual = site.target({ start: '/', steps }, [PIXEL]);
      const target = { ...usual, timeouts: { ...usual.timeouts, ...timeouts } };
      return recordVisit(session, target, planVisits(target)[0]!, logs);
    });
    await rm(logs, { recursive: true });
  },
});

export function tracks({ calls }: Evidence): CallRecord[] {
  return calls.filter(({ method }) => method === 'track');
}

export function names(evidence: Evidence): unknown[] {
  return tracks(evidence).map(({ args }) => args[0]);
}
