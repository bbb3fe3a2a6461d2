import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from '@playwright/test';
import { PIXEL_ID } from '../../../fixtures/shop/settings.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import { RULES } from '../../../src/rules/index.ts';
import { targetIn } from '../../../src/target/load.ts';
import { freePorts } from '../../../src/target/ports.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { type SiteProxy, startSiteProxy } from '../../../src/visit/site-proxy.ts';
import { serversOf } from '../../../src/visit/web-servers.ts';

interface Judged {
  evidence: Evidence;
  /** Ids of the rules that failed, or could not be judged. */
  failed: string[];
}

export interface ForeignShop {
  /** Makes all its visits. */
  visits(): Promise<Judged[]>;
  proxy: SiteProxy;
  /** Stops it, and returns its output. */
  close(): Promise<string>;
}

/**
 * Starts a shop with a Buy link that leads to a page with the text Thank you, as an audit does without a configured transport.
 *
 * @param command starts it; `{port}` is replaced by its port
 * @param server further fields of the target's server
 */
export async function startForeignShop(
  folder: string,
  command: string,
  server: object = {},
): Promise<ForeignShop> {
  const [port = 0] = await freePorts(1);
  const target = targetIn(
    {
      name: 'foreign-shop',
      baseURL: 'http://127.0.0.1:{port}',
      server: { command, url: 'http://127.0.0.1:{port}/', ...server },
      pixels: [PIXEL_ID],
      journeys: [
        {
          name: 'purchase',
          start: '/',
          steps: [{ click: 'text=Buy' }, { waitFor: 'text=Thank you' }],
          expect: [{ event: 'Purchase', count: 1, server: true }],
        },
      ],
    },
    `${folder}/target.json`,
    port,
  );
  const run = { target, logs: folder };
  const proxy = await startSiteProxy(run, () => undefined);
  const [site] = serversOf(run, proxy);
  const child = spawn(site!.command, {
    shell: true,
    detached: true,
    env: { ...process.env, ...site!.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      printed += data;
    });
  const status = () =>
    fetch(site!.url).then(
      (answer) => answer.status,
      () => printed,
    );
  await expect.poll(status, { timeout: 15_000 }).toBe(200);
  const session = await Session.open();
  return {
    proxy: proxy!,
    visits: () =>
      Promise.all(
        planVisits(target).map(async (plan) => {
          const evidence = await recordVisit(session, target, plan, folder);
          const { verdicts } = judgeVisit(evidence, target, RULES);
          const isHeld = (outcome: string) => outcome === 'fail' || outcome === 'inconclusive';
          return {
            evidence,
            failed: verdicts.filter(({ outcome }) => isHeld(outcome)).map(({ rule }) => rule),
          };
        }),
      ),
    close: async () => {
      await session.close();
      process.kill(-child.pid!, 'SIGTERM');
      await once(child, 'close');
      await proxy!.close();
      return printed;
    },
  };
}

/** How the calls of each visit were tied to it. */
export function tied(made: readonly Judged[]) {
  return made.map(({ evidence: { scenario, server, recorder } }) => [
    scenario,
    recorder.eventsApi,
    server.seen,
    server.requests.map(({ tiedBy }) => tiedBy),
  ]);
}

/** Of the failed rules, those about what both sides sent. */
export function failedOnBothSides(made: readonly Judged[]): string[] {
  const isOfBoth = (rule: string) => /^(events-api\/sent-for-each|dedup\/|event-id\/)/.test(rule);
  return made.flatMap(({ failed }) => failed.filter(isOfBoth));
}
