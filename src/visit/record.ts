import { randomBytes, randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Request } from 'playwright';
import { bundle } from '../double/bundle.ts';
import { VISIT_COOKIE } from '../double/events-api/preload-settings.ts';
import { OWN_HOST } from '../double/routes.ts';
import { Double, type DoubleRequest, FENCE_PATH } from '../double/server.ts';
import type { Evidence, RequestRecord } from '../evidence/evidence.ts';
import { TRAITS, type Traits } from '../target/scenarios.ts';
import type { Target } from '../target/target.ts';
import { isTikTokHost } from '../tiktok/hosts.ts';
import { isAborted } from '../views/refusals.ts';
import { readCookies, toEvidence } from './assemble.ts';
import { bounded } from './bounded.ts';
import { Deliveries } from './deliveries.ts';
import { awaitExpected } from './expected.ts';
import { pagesWithToken } from './exposure.ts';
import { obstacle } from './fence.ts';
import { travel } from './journey.ts';
import { leave } from './leave.ts';
import type { PlannedVisit } from './plan.ts';
import { wayOut } from './proxy.ts';
import { Recording } from './recording.ts';
import { SCENARIO } from './scenarios/index.ts';
import { ServerEvents } from './server-events.ts';
import type { Session } from './session.ts';
import { siteProblem } from './site-problem.ts';
import { readStorage } from './storage.ts';
import { Tabs } from './tabs.ts';
import { TAP_URL, type TapMessage } from './tap-message.ts';
import { userAgentOf } from './user-agent.ts';
import { firstLine, openTab, settlePage, type Visit } from './visit.ts';

/** Milliseconds within which a browser that is going says that it is gone. */
const GONE = 1_000;

/** What the tap reports through. */
const BINDING = '__ttqTap';

/**
 * Makes one visit and returns what it left behind, masked. Whatever goes wrong on the way stands in the evidence as its
 * problem; nothing that was recorded before is lost.
 *
 * @param logs folder of the target's log in this run, which the stub of the Events API writes to, and where it is said that its
 *   site is not there: then the visit breaks off before it begins
 */
export async function recordVisit(
  session: Session,
  target: Target,
  plan: PlannedVisit,
  logs: string,
): Promise<Evidence> {
  const scenario = SCENARIO[plan.scenario];
  const { comes, again } = TRAITS[plan.scenario];
  const recording = new Recording();
  const browser = await session.browser();
  const down = siteProblem(logs);
  if (down !== undefined) {
    recording.failWith(down);
    return toEvidence({ recording, plan, target }, browser.version(), { seen: false, requests: [] }, []);
  }
  const onDisconnect = () => recording.fail('browser-crashed', {});
  browser.on('disconnected', onDisconnect);
  const id = randomUUID();
  const events = new ServerEvents(logs, id, recording, target, plan.fault);
  // A server that is not followed may pass on nothing else that tells its visitor from the others.
  const userAgent = target.eventsApi.transport === 'server' ? await userAgentOf(browser, id) : undefined;
  events.note('user-agent', userAgent);
  const deliveries = new Deliveries(session.fetch);
  const double = await Double.open({
    place: target,
    scripts: session.scripts(target.sdk),
    reach: wayOut(process.env),
    interference: scenario.interference,
    onRequest: (request) => {
      const record = addRequest(request, recording);
      events.noteRecorded();
      if (record && target.events === 'forward') deliveries.add(request, record);
    },
    onScriptError: (message) => recording.fail('sdk-script', { error: message }),
  });
  const context = await browser.newContext({
    ...scenario.context,
    proxy: double.proxy,
    // What a hermetic target serves for a mapped host can have no valid certificate.
    ignoreHTTPSErrors: target.network === 'hermetic',
    ...(userAgent === undefined ? {} : { userAgent }),
  });
  let server: Evidence['server'] = { seen: false, requests: [] };
  let cookies: Evidence['cookies'] = [];
  try {
    const tabs = new Tabs(context);
    await Promise.all([
      nameVisit(id, context, target),
      // In this order: the tap looks for its binding once.
      listen(context, recording, tabs, comes, target).then(() => context.addInitScript(session.tap)),
      scenario.script && context.addInitScript(pageScript(scenario.script)),
    ]);
    const visit = {
      double,
      plan,
      scenario,
      recording,
      context,
      tabs,
      target,
      id,
      awaited: new Set<string>(),
      clicksTwice: again === 'clicks',
      ...(comes === 'start' ? {} : { clickId: newClickId() }),
      ...(comes === 'second-click' ? { earlierClickId: newClickId() } : {}),
      settle: () => settlePage(visit),
    } as Visit;
    await openTab(visit);
    const between = await obstacle(visit.page, double, OWN_HOST, target.timeouts.step);
    if (between !== undefined) {
      if (await hasGone(browser)) onDisconnect();
      recording.fail('double-unreached', { obstacle: between });
      return toEvidence({ recording, plan, target }, browser.version(), server, cookies);
    }
    events.note('click-id', visit.clickId);
    await travel(visit);
    if (!recording.problem) await awaitExpected(visit, events);
    [recording.exposed, recording.storage] = await Promise.all([
      pagesWithToken(context.pages(), events.read()),
      // A page that broke the visit off may never answer, and what is missing there proves nothing.
      recording.problem ? [] : readStorage(context.pages(), visit.clickId),
    ]);
    await leave(visit);
    [cookies] = await Promise.all([readCookies(context, recording, visit.clickId), tabs.finish()]);
    events.note('ttp', cookies.find(({ name }) => name === '_ttp')?.value);
    server = events.read();
    await delivered(deliveries, recording);
    return toEvidence(visit, browser.version(), server, cookies);
  } catch (error) {
    if (await hasGone(browser)) onDisconnect();
    recording.fail('recorder-failed', { error: firstLine(error) });
    server = events.read();
    await delivered(deliveries, recording);
    return toEvidence({ recording, plan, target }, browser.version(), server, cookies);
  } finally {
    events.end();
    browser.off('disconnected', onDisconnect);
    await context.close().catch(() => undefined);
    await double.close();
  }
}

/** Adds what reached the double; gives its record, unless it was the tap's. */
function addRequest(request: DoubleRequest, recording: Recording): RequestRecord | undefined {
  if (request.url !== TAP_URL) return recording.addRequest(request);
  if (request.method === 'POST') addTapped(messageOf(request.body.toString('utf8')), recording);
  return undefined;
}

/**
 * Waits for what is still on its way to TikTok. Only now is a delivery that failed the visit's problem: a journey that broke
 * off because of it would leave half of a purchase in the advertiser's data.
 */
async function delivered(deliveries: Deliveries, recording: Recording): Promise<void> {
  await deliveries.finish();
  if (deliveries.problem !== undefined) recording.fail('undelivered', deliveries.problem);
}

/** Whether the browser is gone, where something has failed: its own word of that may still be on its way. */
async function hasGone(browser: Browser): Promise<boolean> {
  if (browser.isConnected()) {
    const gone = new Promise<void>((resolve) => browser.once('disconnected', () => resolve()));
    await bounded(gone, GONE, undefined);
  }
  return !browser.isConnected();
}

/** Names the visit to the site's server. */
function nameVisit(id: string, context: BrowserContext, target: Target): Promise<void> {
  const cookie = { name: VISIT_COOKIE, value: id, path: '/', httpOnly: true };
  return context.addCookies(siteHosts(target).map((domain) => ({ ...cookie, domain })));
}

async function listen(
  context: BrowserContext,
  recording: Recording,
  tabs: Tabs,
  comes: Traits['comes'],
  { pixelHosts }: Target,
): Promise<void> {
  // Of two visits by an ad, the second is what the journey comes of.
  const arrivalTab = comes === 'second-click' ? 1 : 0;
  const bound = context.exposeBinding(BINDING, ({ frame }, text: string) => {
    const message = messageOf(text);
    if (message?.kind !== 'document') {
      addTapped(message, recording);
      return;
    }
    const { tab, navigation } = tabs.of(frame.page());
    recording.addDocument({
      id: message.document,
      at: recording.at(message.at),
      url: message.url,
      referrer: message.referrer,
      frame: message.main ? 'main' : 'child',
      ...(message.opaque ? { opaque: message.opaque } : {}),
      tab,
      arrival: recording.steps.length === recording.stepsBefore && tab === arrivalTab,
      ...navigation.arrived(frame, message.url),
    });
  });
  context.on('requestfailed', (request) => {
    const { hostname, pathname } = new URL(request.url());
    if (pathname.startsWith(FENCE_PATH)) return;
    if (!isTikTokHost(hostname) && !pixelHosts.includes(hostname)) return;
    const error = request.failure()?.errorText ?? '';
    // The double knows which beacons of a page that was left have come; they are no failures of it.
    const isScript = request.resourceType() === 'script';
    if (isAborted({ error }) && (!isScript || isOfLeftPage(request, tabs))) return;
    recording.failed.push({ at: recording.at(), url: request.url(), error });
    recording.wake();
  });
  context.on('page', (page) => {
    page.on('close', () => recording.closeTab(tabs.of(page).tab));
  });
  context.on('console', (message) => {
    const type = message.type();
    const text = message.text();
    if (message.location().url.includes(FENCE_PATH)) return;
    if (type !== 'error' && type !== 'warning' && !text.startsWith('[TikTok Pixel]')) return;
    recording.console.push({ at: recording.at(), type, text, source: place(message.location()) });
    recording.wake();
  });
  context.on('weberror', (error) => {
    const { message, stack } = error.error();
    const source = /(?:\(|at )(\S+:\d+:\d+)/.exec(stack ?? '')?.[1];
    recording.addError({ at: recording.at(), message, ...(source ? { source } : {}) });
  });
  await bound;
}

function isOfLeftPage(request: Request, tabs: Tabs): boolean {
  try {
    return tabs.hasLeft(request.frame().page());
  } catch {
    // A service worker's has no frame.
    return false;
  }
}

function pageScript(name: string): string {
  return bundle(new URL(`./scenarios/page/${name}`, import.meta.url));
}

function addTapped(message: TapMessage | undefined, recording: Recording): void {
  if (message?.kind === 'call') recording.addCall(message);
  else if (message?.kind === 'mounted') recording.addMounted(message);
  else if (message?.kind === 'parsed') recording.addPage(message);
  else if (message?.kind === 'route') recording.addRoute(message);
  else if (message?.kind === 'absent') recording.addAbsent(message);
}

/** A page could post here, too: what is no message is dropped. */
function messageOf(text: string): TapMessage | undefined {
  try {
    return JSON.parse(text) as TapMessage;
  } catch {
    return undefined;
  }
}

function place({ url, line, column }: { url: string; line: number; column: number }): string {
  return `${url}:${line + 1}:${column + 1}`;
}

/** Real ones start so and run to several hundred characters of both cases: a site that cuts or folds them is found out. */
function newClickId(): string {
  return `E.C.P.${randomBytes(192).toString('base64url')}`;
}

function siteHosts(target: Target): string[] {
  return [...new Set([new URL(target.baseURL).hostname, ...Object.keys(target.hosts)])];
}
