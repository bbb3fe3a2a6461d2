import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContextOptions } from '@playwright/test';
import type { Reach } from '../double/door.ts';
import type { Fetch } from '../double/fetch.ts';
import { wayOut } from '../double/proxy.ts';
import type { ScriptSource } from '../double/scripts/script.ts';
import { Double, type DoubleRequest, type Interference } from '../double/server.ts';
import type { Evidence, RequestRecord } from '../evidence/evidence.ts';
import type { Target } from '../target/target.ts';
import { toEvidence, type VisitFacts } from './assemble.ts';
import { bounded } from './bounded.ts';
import { Deliveries } from './deliveries.ts';
import { firstLine } from './errors.ts';
import { Recording } from './recording.ts';
import { ServerEvents } from './server-events.ts';
import { messagesIn, TAP_URL } from './tap-message.ts';
import { unnamedWays } from './unnamed-ways.ts';
import { userAgentOf } from './user-agent.ts';

/** Transports that can tie the site's server calls to a visit only by their content. */
const TOLD_BY_CONTENT = new Set<Target['eventsApi']['transport']>(['proxy', 'server']);

/** Transports under which everything that the site's server sends to TikTok's hosts ends at the harness. */
const WALLED = new Set<Target['eventsApi']['transport']>(['preload', 'proxy']);

/** Milliseconds for a closing browser to report that it is gone. */
const GONE = 1_000;

export interface RecorderOptions {
  browser: Browser;
  target: Target;
  /** What the evidence says about the visit. */
  visit: VisitFacts;
  /** Folder of the target's log in this run, which the stub of the Events API writes to. */
  logs: string;
  /** The SDK served to pages. */
  scripts: ScriptSource;
  /** Reaches TikTok, for a target that lets its events through. */
  fetch: Fetch;
  /** What interferes between the browser and TikTok's hosts. */
  interference?: Interference | undefined;
  /** The way to hosts that the target does not map; by default through the proxy of the environment, if there is one. */
  reach?: Reach | undefined;
  /** The context's user agent; by default the browser's own. */
  userAgent?: string | undefined;
}

/**
 * Everything that a visit needs before its browser context: the recording, and the door that the context must use. Its owner
 * opens a context with `contextOptions`, attaches a recorder to it, and closes both.
 */
export interface Prepared {
  readonly options: RecorderOptions;
  /** Identifies the visit to the site's server. */
  readonly id: string;
  readonly recording: Recording;
  readonly double: Double;
  readonly events: ServerEvents;
  readonly deliveries: Deliveries;
  readonly contextOptions: BrowserContextOptions;
  close(): Promise<void>;
}

export async function prepare(options: RecorderOptions): Promise<Prepared> {
  const { browser, target, visit } = options;
  const id = randomUUID();
  const recording = new Recording();
  recording.fetchedAt = (url) => options.scripts.fetchedAt?.(url);
  const onDisconnect = () => recording.fail('browser-crashed', {});
  browser.on('disconnected', onDisconnect);
  const events = new ServerEvents(options.logs, id, recording, target, visit.fault);
  // Without a tie by request, the user agent may be all that distinguishes this visitor on the server.
  const userAgent = TOLD_BY_CONTENT.has(target.eventsApi.transport)
    ? await userAgentOf(browser, id, options.userAgent)
    : undefined;
  events.note('user-agent', userAgent);
  events.note('click-id', visit.clickId);
  const deliveries = new Deliveries(options.fetch);
  const double = await Double.open({
    place: target,
    scripts: options.scripts,
    reach: options.reach ?? wayOut(process.env),
    interference: options.interference,
    isSiteWalled: target.server !== undefined && WALLED.has(target.eventsApi.transport),
    onRequest: (request) => {
      const record = addRequest(request, recording);
      events.noteRecorded();
      if (record && target.events === 'forward') deliveries.add(request, record);
    },
    onScriptError: (message) => recording.fail('sdk-script', { error: message }),
  });
  return {
    options,
    id,
    recording,
    double,
    events,
    deliveries,
    contextOptions: {
      proxy: double.proxy,
      // What a hermetic target serves for a mapped host cannot have a valid certificate.
      ignoreHTTPSErrors: target.network === 'hermetic' || target.ignoreHTTPSErrors,
      ...(userAgent === undefined ? {} : { userAgent }),
    },
    close: async () => {
      events.end();
      browser.off('disconnected', onDisconnect);
      await double.close();
    },
  };
}

/** The evidence of a visit as recorded so far; `cookies`: those of its context, if they could be read. */
export async function evidenceOf(
  { options, recording, events, deliveries }: Prepared,
  cookies: Evidence['cookies'] = [],
): Promise<Evidence> {
  const server = events.read();
  await deliveries.finish();
  // A failed delivery becomes the visit's problem only now: breaking off the journey would leave half of a purchase in the
  // advertiser's data.
  if (deliveries.problem !== undefined) recording.fail('undelivered', deliveries.problem);
  return toEvidence({ recording, ...options }, options.browser.version(), server, cookies, [
    ...events.blindSpots(),
    ...unnamedWays(recording, options.target),
  ]);
}

/** The evidence of a visit that could not be recorded to its end. */
export async function brokenEvidence(prepared: Prepared, error: unknown): Promise<Evidence> {
  await noteCrash(prepared);
  prepared.recording.fail('recorder-failed', { error: firstLine(error) });
  return evidenceOf(prepared);
}

/** After a failure, records whether the browser is gone: its own report may still be on its way. */
export async function noteCrash({ options: { browser }, recording }: Prepared): Promise<void> {
  if (browser.isConnected()) {
    const gone = new Promise<void>((resolve) => browser.once('disconnected', () => resolve()));
    await bounded(gone, GONE, undefined);
  }
  if (!browser.isConnected()) recording.fail('browser-crashed', {});
}

/** Adds what reached the double; returns its record, unless it was a message of the tap. */
function addRequest(request: DoubleRequest, recording: Recording): RequestRecord | undefined {
  if (request.url !== TAP_URL) return recording.addRequest(request);
  if (request.method === 'POST')
    for (const message of messagesIn(request.body.toString('utf8'))) recording.add(message);
  return undefined;
}
