import { randomBytes, randomUUID } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import type { BrowserContext, Page } from 'playwright';
import { readVisitLog, VISIT_COOKIE } from '../double/visit-log.ts';
import { receivedEvents, siteEvents } from '../evidence/events.ts';
import { EVIDENCE_VERSION, type Evidence } from '../evidence/evidence.ts';
import { mask, maskText, type Secret } from '../evidence/mask.ts';
import type { Step, Target } from '../target/target.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';
import { isTikTokHost, PIXEL_HOST } from '../tiktok/hosts.ts';
import { Navigation } from './navigation.ts';
import type { PlannedVisit } from './plan.ts';
import { Recording } from './recording.ts';
import type { Session } from './session.ts';
import { settle } from './settle.ts';
import { absolute, perform, type Stage, selectorOf, stepRecord } from './steps.ts';
import { TAP_URL, type TapMessage } from './tap-message.ts';

/** Names of the visit's own binding and of the path that proves the double can be reached. */
const BINDING = '__ttqTap';
const FENCE = '/ttq-conformance/fence';

/** Cookies of TikTok's own: made up by the SDK for this visit, so not personal. */
const TIKTOK_COOKIE = /^(_ttp|_tt_enable_cookie|ttclid|ttcsid\w*)$/;

/** The state of one visit. */
interface Visit extends Stage {
  session: Session;
  plan: PlannedVisit;
  recording: Recording;
  context: BrowserContext;
  /** Names the visit to the site's server. */
  id: string;
  clickId?: string;
}

/**
 * Makes one visit and returns what it left behind, masked. Whatever goes wrong on the way stands in the evidence as its
 * problem; nothing that was recorded before is lost.
 *
 * @param target the session's own, or one with the same hosts and network
 * @param logs folder the preloaded stub writes to
 */
export async function recordVisit(
  session: Session,
  target: Target,
  plan: PlannedVisit,
  logs: string,
): Promise<Evidence> {
  const recording = new Recording();
  const browser = await session.browser();
  const onDisconnect = () => recording.fail('crash', 'The browser crashed.');
  browser.on('disconnected', onDisconnect);
  const context = await browser.newContext({
    // What a hermetic target serves for a mapped host can have no valid certificate.
    ignoreHTTPSErrors: target.network === 'hermetic',
  });
  const id = randomUUID();
  const openedAt = performance.timeOrigin + performance.now();
  session.double.onRequest = (request) => {
    // A late beacon of an earlier visit comes on a connection of that visit.
    if (request.connectedAt < openedAt || request.url.includes(FENCE)) return;
    if (request.url === TAP_URL) addTapped(JSON.parse(request.body.toString('utf8')), recording);
    else recording.addRequest(request);
  };
  let server: Evidence['server'] = { seen: false, requests: [] };
  let cookies: Evidence['cookies'] = [];
  try {
    await context.addCookies(
      siteHosts(target).map((domain) => ({
        name: VISIT_COOKIE,
        value: id,
        domain,
        path: '/',
        httpOnly: true,
      })),
    );
    const page = await context.newPage();
    const navigation = await Navigation.follow(page);
    const visit: Visit = {
      session,
      plan,
      recording,
      context,
      page,
      navigation,
      target,
      id,
      ...(plan.scenario === 'ad-click' ? { clickId: newClickId() } : {}),
      settle: () => settlePage(visit),
    }; // prettier-ignore
    await listen(visit);
    await travel(visit);
    if (!recording.problem) await awaitExpected(visit, logs);
    await leave(visit);
    await navigation.finish();
    cookies = await readCookies(context);
    server = await readServer(visit, logs);
    return toEvidence(visit, browser.version(), server, cookies);
  } catch (error) {
    recording.fail('recorder', `The recorder failed: ${firstLine(error)}`);
    server = await readServer({ recording, id }, logs);
    return toEvidence({ recording, plan, target }, browser.version(), server, cookies);
  } finally {
    browser.off('disconnected', onDisconnect);
    await context.close().catch(() => undefined);
    session.double.onRequest = undefined;
  }
}

async function listen(visit: Visit): Promise<void> {
  const { context, page, recording, navigation } = visit;
  await context.exposeBinding(BINDING, ({ frame }, text: string) => {
    const message = JSON.parse(text) as TapMessage;
    if (message.kind !== 'document') addTapped(message, recording);
    else if (!message.url.includes(FENCE))
      recording.addDocument({
        id: message.document,
        at: recording.at(message.at),
        url: message.url,
        referrer: message.referrer,
        frame: message.main ? 'main' : 'child',
        arrival: recording.steps.length === 0,
        ...navigation.arrived(frame, message.url),
      });
  });
  await context.addInitScript(visit.session.tap);
  context.on('requestfailed', (request) => {
    if (!isTikTokHost(new URL(request.url()).hostname)) return;
    recording.failed.push({
      at: recording.at(),
      url: request.url(),
      error: request.failure()?.errorText ?? '',
    });
  });
  context.on('console', (message) => {
    const type = message.type();
    const text = message.text();
    if (message.location().url.includes(FENCE)) return;
    if (type !== 'error' && type !== 'warning' && !text.startsWith('[TikTok Pixel]')) return;
    recording.console.push({ at: recording.at(), type, text, source: place(message.location()) });
  });
  context.on('weberror', (error) => {
    const { message, stack } = error.error();
    const source = /(?:\(|at )(\S+:\d+:\d+)/.exec(stack ?? '')?.[1];
    recording.errors.push({ at: recording.at(), message, ...(source ? { source } : {}) });
  });
  page.on('crash', () => recording.fail('crash', 'The page crashed.'));
}

function addTapped(message: TapMessage, recording: Recording): void {
  if (message.kind === 'call') recording.addCall(message);
  else if (message.kind === 'mounted') recording.addMounted(message);
}

function place({ url, line, column }: { url: string; line: number; column: number }): string {
  return `${url}:${line + 1}:${column + 1}`;
}

/** Arrival, then the steps. */
async function travel(visit: Visit): Promise<void> {
  const { plan, recording, page, navigation } = visit;
  const { steps } = plan.journey;
  if (!(await arrive(visit))) return;
  for (const [index, step] of steps.entries()) {
    if (recording.problem) return;
    recording.steps.push({ at: recording.at(), ...stepRecord(step) });
    try {
      await perform(step, visit);
    } catch (error) {
      const where = `step ${index + 1} of ${steps.length}, ${JSON.stringify(step)}`;
      recording.fail('step', `The journey broke off at ${where}, on ${page.url()}: ${firstLine(error)}`);
      return;
    }
    await navigation.sync();
  }
  await settlePage(visit);
}

/** Opens the start or click URL and follows it to where the journey begins; tells whether it got there. */
async function arrive(visit: Visit): Promise<boolean> {
  const { plan, recording, target, page, navigation } = visit;
  const start = absolute(plan.journey.start, target);
  const url =
    visit.clickId && plan.clickUrl
      ? absolute(plan.clickUrl.replaceAll('{ttclid}', visit.clickId), target)
      : start;
  if (!(await open(url, visit))) return false;
  await settlePage(visit);
  const [first] = plan.journey.steps;
  // Without a step, what the journey expects is waited for anyway.
  if (first || plan.journey.expect.length === 0) await landed(first, visit);
  if (first && url !== start && !samePath(page.url(), start) && !(await isVisible(first, page))) {
    // The ad leads elsewhere on the site: the visitor goes on to where the journey starts.
    await settlePage(visit);
    recording.steps.push({ at: recording.at(), text: JSON.stringify({ goto: plan.journey.start }) });
    navigation.expect('goto');
    if (!(await open(start, visit))) return false;
  }
  return !recording.problem;
}

async function open(url: string, { page, recording, target }: Visit): Promise<boolean> {
  try {
    const response = await page.goto(url, { waitUntil: 'commit', timeout: target.timeouts.step });
    const status = response?.status() ?? 200;
    if (status >= 400) recording.fail('step', `${response!.url()} answered HTTP ${status}.`);
  } catch (error) {
    // A redirect by script or meta refresh, which is followed.
    if (isInterrupted(error)) return true;
    const message = firstLine(error);
    const reason = /net::(\w+)/.exec(message)?.[1] ?? message;
    recording.fail(
      'unreachable',
      `${new URL(url).origin} cannot be reached (${reason}). Is the site up, and does baseURL name it?`,
    );
  }
  return !recording.problem;
}

/** Waits until the visitor is where the journey's first step can be done; without one, until the pixel shows itself. */
async function landed(first: Step | undefined, visit: Visit): Promise<void> {
  const { page, recording, target } = visit;
  const timeout = target.timeouts.settle;
  const selector = selectorOf(first);
  if (selector !== undefined) {
    await page
      .locator(selector)
      .first()
      .waitFor({ timeout })
      .catch(() => undefined);
    return;
  }
  await recording.until(() => {
    const document = recording.documents.findLast(({ frame }) => frame === 'main');
    return !visit.navigation.pending && recording.calls.some((call) => call.document === document?.id);
  }, timeout);
}

async function isVisible(step: Step, page: Page): Promise<boolean> {
  const selector = selectorOf(step);
  return selector === undefined || (await page.locator(selector).first().isVisible());
}

/** Until the page is loaded, no navigation is under way, and what it called is sent. */
async function settlePage({ page, navigation, recording, session, target }: Visit): Promise<void> {
  const timeout = target.timeouts.settle;
  await navigation.sync();
  await recording.until(() => !navigation.pending, timeout);
  await page.waitForLoadState('load', { timeout }).catch(() => undefined);
  await settle(recording, session.double, timeout);
}

/** Gives what the journey must cause the time to come: browser events first, then the server's. */
async function awaitExpected(visit: Visit, logs: string): Promise<void> {
  const { plan, recording, target, id } = visit;
  const timeout = target.timeouts.settle;
  const { expect } = plan.journey;
  const enough = (count: (event: string) => number) =>
    expect.every(({ event, count: wanted = 1 }) => count(canonicalEvent(event)) >= wanted);
  await recording.until(() => {
    const events = siteEvents(recording as unknown as Evidence).filter(({ sent }) => sent.length > 0);
    return enough((name) => events.filter(({ canonical }) => canonical === name).length);
  }, timeout);

  const fromServer = expect.filter(({ server }) => server);
  if (fromServer.length === 0 || target.eventsApi.transport === 'none') return;
  const deadline = performance.now() + timeout;
  for (;;) {
    const evidence = { server: await readServer({ recording, id }, logs) } as Evidence;
    const names = new Set(receivedEvents(evidence).map(({ canonical }) => canonical));
    if (fromServer.every(({ event }) => names.has(canonicalEvent(event))) || performance.now() > deadline)
      return;
    await recording.until(() => false, 20);
  }
}

/** Leaves every page, so that what it sends while it is left is sent, and makes sure that it arrived. */
async function leave(visit: Visit): Promise<void> {
  const { context, page, recording, session, target, id } = visit;
  if (page.isClosed() || recording.problem?.kind === 'crash') return;
  // The last call may have been followed by a navigation.
  await settlePage(visit);
  for (const open of context.pages()) await leavePage(open, target);
  // Sent after the beacons, through the same network service: if it does not come through, neither did they.
  const fence = `https://${PIXEL_HOST}${FENCE}/${id}`;
  const reached = await page
    .evaluate((url) => fetch(url, { mode: 'no-cors', cache: 'no-store' }).then(() => true), fence)
    .catch(() => false);
  if (!reached)
    recording.fail('recorder', 'The browser could not reach the double that stands in for TikTok.');
  await settle(recording, session.double, target.timeouts.settle);
}

/** Leaves although the site may start a navigation of its own at the same moment. */
async function leavePage(page: Page, { timeouts }: Target): Promise<void> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    try {
      await page.goto('about:blank', { timeout: timeouts.step });
      return;
    } catch (error) {
      if (!isInterrupted(error)) return;
    }
  }
}

/** Whether another navigation took over. */
function isInterrupted(error: unknown): boolean {
  return /interrupted by another navigation|ERR_ABORTED/.test(firstLine(error));
}

async function readServer(
  { recording, id }: Pick<Visit, 'recording' | 'id'>,
  logs: string,
): Promise<Evidence['server']> {
  const { seen, calls } = await readVisitLog(logs, id);
  return { seen, requests: calls.map((call) => ({ ...call, at: recording.at(call.at) })) };
}

async function readCookies(context: BrowserContext): Promise<Evidence['cookies']> {
  const cookies = await context.cookies();
  return cookies
    .filter(({ name }) => name !== VISIT_COOKIE)
    .map(({ name, value, domain, path, expires, httpOnly, secure, sameSite }) => ({
      name,
      value: TIKTOK_COOKIE.test(name) ? value : maskText(value, 'cookie'),
      domain,
      path,
      expires,
      httpOnly,
      secure,
      sameSite,
    })); // prettier-ignore
}

function toEvidence(
  { recording, plan, target, clickId }: Pick<Visit, 'recording' | 'plan' | 'target' | 'clickId'>,
  browser: string,
  server: Evidence['server'],
  cookies: Evidence['cookies'],
): Evidence {
  const { documents, requests, failed, steps, errors, problem } = recording;
  const evidence: Evidence = {
    version: EVIDENCE_VERSION,
    target: target.name,
    journey: plan.journey.name,
    scenario: plan.scenario,
    ...(plan.clickUrl === undefined ? {} : { clickUrl: plan.clickUrl }),
    ...(clickId === undefined ? {} : { clickId }),
    startedAt: new Date(recording.startedAt).toISOString(),
    duration: recording.at(),
    outcome: problem ? 'broken' : 'complete',
    ...(problem ? { problem } : {}),
    recorder: {
      browser: `chromium ${browser}`,
      capture: 'server',
      network: target.network,
      sdk: 'double',
      eventsApi: target.eventsApi.transport,
    },
    steps,
    documents,
    calls: recording.callsInOrder(),
    requests,
    failed,
    server,
    cookies,
    console: recording.console,
    errors,
  }; // prettier-ignore
  return mask(evidence, secretsOf(target));
}

/** The identity in the spellings it is likely to be met in. */
function secretsOf({ identity: { email, phone, externalId } }: Target): Secret[] {
  const secrets: Secret[] = [];
  if (email) secrets.push({ text: email, kind: 'email' }, { text: email.toLowerCase(), kind: 'email' });
  if (phone) secrets.push({ text: phone, kind: 'phone' }, { text: phone.slice(1), kind: 'phone' });
  if (externalId) secrets.push({ text: externalId, kind: 'external-id' });
  return secrets;
}

/** Real ones start so and run to several hundred characters of both cases: a site that cuts or folds them is found out. */
function newClickId(): string {
  return `E.C.P.${randomBytes(192).toString('base64url')}`;
}

function siteHosts(target: Target): string[] {
  return [...new Set([new URL(target.baseURL).hostname, ...Object.keys(target.hosts)])];
}

function samePath(left: string, right: string): boolean {
  return new URL(left).pathname === new URL(right).pathname;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Playwright colours its messages and prefixes them with the method.
  return stripVTControlCharacters(message)
    .split('\n', 1)[0]!
    .replace(/^\w+\.\w+: /, '');
}
