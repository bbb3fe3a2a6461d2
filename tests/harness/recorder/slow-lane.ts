import { setTimeout } from 'node:timers/promises';
import type { ScriptSource } from '../../../src/double/scripts/script.ts';
import { scriptSource } from '../../../src/double/scripts/source.ts';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { Session } from '../../../src/recorder/session.ts';
import { sdkLoads } from '../../../src/rules/pixel/sdk-loads.ts';
import { DEFAULT_SDK } from '../../../src/target/target.ts';
import { sentEvents } from '../../../src/views/events.ts';
import { planVisits } from '../../../src/visit/plan.ts';
import { recordVisit } from '../../../src/visit/record.ts';
import { Site } from '../capture/site.ts';
import { PIXEL } from '../double/support.ts';
import { SCRIPTS, SDK_DELAY, type SlowSite } from './slow-sites.ts';

/** A tiny site, and a session whose stand-in serves one of its scripts late. */
export class SlowLane {
  readonly site: Site;
  readonly session: Session;
  private readonly scripts: SlowScripts;

  static async open(): Promise<SlowLane> {
    const site = await Site.start();
    const scripts = new SlowScripts();
    return new SlowLane(site, await Session.open(globalThis.fetch, scripts), scripts);
  }

  private constructor(site: Site, session: Session, scripts: SlowScripts) {
    this.site = site;
    this.session = session;
    this.scripts = scripts;
  }

  set slow(part: string | undefined) {
    this.scripts.slow = part;
  }

  async close(): Promise<void> {
    await this.session.close();
    this.site.close();
  }
}

class SlowScripts implements ScriptSource {
  slow: string | undefined;
  private readonly source = scriptSource(DEFAULT_SDK);

  async get(url: URL, headers?: Record<string, string>) {
    if (this.slow !== undefined && url.pathname.includes(this.slow)) await setTimeout(SDK_DELAY);
    return this.source.get(url, headers);
  }
}

/** The result of a visit to a correct but slow site. */
interface Seen {
  problem: string | undefined;
  /** The rule's result. */
  unloaded: unknown;
  failed: Evidence['failed'];
  views: number;
}

export async function recordSlowly(slow: SlowSite, lane: SlowLane, logs: string): Promise<Seen> {
  const { site, session } = lane;
  site.pages.clear();
  site.delays.clear();
  for (const [path, page] of Object.entries(slow.pages)) site.pages.set(path, page);
  for (const [path, delay] of Object.entries(slow.delays ?? {})) site.delays.set(path, delay);
  lane.slow = slow.script && SCRIPTS[slow.script];
  const target = {
    ...site.target({ start: '/', steps: slow.steps ?? [] }, [PIXEL]),
    ...(slow.consent ? { consent: slow.consent } : {}),
    scenarios: [slow.scenario ?? ('organic' as const)],
    timeouts: { step: 8_000, settle: 5_000, delivery: 500 },
  };
  const evidence = await recordVisit(session, target, planVisits(target)[0]!, logs);
  return {
    problem: evidence.problem?.message,
    unloaded: sdkLoads.check(evidence, target),
    failed: evidence.failed,
    views: sentEvents(evidence).filter(({ event }) => event === 'Pageview').length,
  };
}
