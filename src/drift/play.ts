import { setTimeout } from 'node:timers/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { OWN_HOST } from '../double/routes.ts';
import { Double } from '../double/server.ts';
import { bounded } from '../recorder/bounded.ts';
import { firstLine } from '../recorder/errors.ts';
import { obstacle } from '../recorder/fence.ts';
import { PIXEL_HOST } from '../tiktok/hosts.ts';
import { pagesOf } from './base-code.ts';
import type { Lane } from './lane.ts';
import { type CookieSeen, fields, isLate, nameOf, type Observation, type Played } from './observation.ts';
import { END, type Probe, SHOP, type Step } from './probe.ts';
import { Wire } from './wire.ts';

/** Milliseconds. */
const NAVIGATION = 10_000;
const ANSWER = 5_000;
/** How long to wait for what may come, unless a step says otherwise. */
const EVENT = 3_000;

/** Where the SDK stores what waits for consent. */
const HELD = 'tt_hold_events';
const DAY = 24 * 60 * 60;
const SDK_LINE = /^\[TikTok Pixel\]/;
const GLOBAL = 'window[window.TiktokAnalyticsObject || "ttq"]';

/** A probe could not be completed. */
class Broken extends Error {}

interface Stage {
  probe: Probe;
  lane: Lane;
  double: Double;
  context: BrowserContext;
  page: Page;
  wire: Wire;
}

/** Plays one probe in a fresh context. Never throws: a failure becomes the probe's problem. */
export async function play(probe: Probe, lane: Lane): Promise<Played> {
  const wire = new Wire();
  const console: string[] = [];
  const errors: string[] = [];
  let missing: string | undefined;
  lane.shop.pages = pagesOf(probe);
  lane.gate.set(probe.blocked, probe.held);
  const double = await Double.open({
    place: { baseURL: SHOP, hosts: lane.shop.hosts, network: 'hermetic' },
    scripts: lane.gate,
    onRequest: (request) => wire.receive(request),
    onScriptError: (message) => {
      missing ??= message;
    },
  });
  const context = await lane.browser.newContext({ proxy: double.proxy });
  context.on('console', (message) => SDK_LINE.test(message.text()) && console.push(message.text()));
  context.on('weberror', (error) => errors.push(firstLine(error.error())));
  try {
    const page = await context.newPage();
    const rest = await perform({ probe, lane, double, context, page, wire });
    if (missing !== undefined) return { noSdk: missing };
    return { observation: { ...rest, sent: compared(probe, wire), console, errors } };
  } catch (error) {
    return missing === undefined ? { problem: firstLine(error) } : { noSdk: missing };
  } finally {
    lane.gate.release();
    await context.close().catch(() => undefined);
    await double.close();
  }
}

type Rest = Omit<Observation, 'sent' | 'console' | 'errors'>;

async function perform(stage: Stage): Promise<Rest> {
  const { probe, page } = stage;
  await reachDouble(OWN_HOST, stage);
  const { origin = SHOP, path = '/', referer } = probe;
  await page.goto(origin + path, {
    timeout: NAVIGATION,
    waitUntil: probe.held ? 'commit' : 'load',
    ...(referer === undefined ? {} : { referer }),
  });
  for (const step of probe.steps ?? []) await take(step, stage);
  await end(stage);
  const seen = await inspect(stage);
  await leave(stage);
  return seen;
}

async function take(step: Step, { probe, page, wire, lane }: Stage): Promise<void> {
  if ('run' in step) await evaluate(step.run, page);
  else if ('click' in step) await page.click(step.click, { timeout: ANSWER, noWaitAfter: true });
  else if ('goto' in step) {
    const url = new URL(step.goto, page.url() === 'about:blank' ? (probe.origin ?? SHOP) : page.url());
    await page.goto(url.href, {
      timeout: NAVIGATION,
      ...(step.referer === undefined ? {} : { referer: step.referer }),
    });
  } else if ('waitFor' in step) {
    const { waitFor, count = 1, within = EVENT } = step;
    await wire.until((all) => all.filter((sent) => nameOf(sent) === waitFor).length >= count, within);
  } else if ('until' in step) await until(step.until, page);
  else lane.gate.release();
}

/** A page that hangs never answers. */
async function evaluate(expression: string, page: Page): Promise<unknown> {
  const nothing = Symbol();
  const value = await bounded<unknown>(page.evaluate(expression).catch(thrown), ANSWER, nothing);
  if (value instanceof Broken) throw value;
  if (value === nothing) throw new Broken(`${expression} did not end within ${ANSWER} ms`);
  return value;
}

const thrown = (error: unknown) => new Broken(firstLine(error));

async function until(expression: string, page: Page): Promise<void> {
  const isTrue = page.waitForFunction(expression, undefined, { timeout: ANSWER, polling: 20 });
  await isTrue.catch(() => {
    throw new Broken(`${expression} did not become true within ${ANSWER} ms`);
  });
}

/** Waits for what proves that the probe is over. */
async function end({ probe, page, wire }: Stage): Promise<void> {
  const { end: kind = 'event' } = probe;
  if (kind === 'mounted') await until(`${GLOBAL}.initialize === true`, page);
  if (kind !== 'event') return;
  await evaluate(`${GLOBAL}.track('${END}')`, page);
  const arrived = await wire.until((all) => all.some((sent) => nameOf(sent) === END), ANSWER);
  if (!arrived) throw new Broken(`the last event, ${END}, was not sent within ${ANSWER} ms`);
}

async function inspect({ probe, context, page }: Stage): Promise<Rest> {
  const reports: Record<string, unknown> = {};
  for (const [name, expression] of Object.entries(probe.reports ?? {}))
    reports[name] = await evaluate(expression, page);
  const storage = (name: string) =>
    evaluate(`Object.fromEntries(Object.entries(${name}))`, page) as Promise<Record<string, unknown>>;
  return {
    cookies: (await context.cookies()).map(cookieSeen),
    sessionStorage: withoutLate(await storage('sessionStorage')),
    localStorage: await storage('localStorage'),
    reports,
  };
}

type Cookie = Awaited<ReturnType<BrowserContext['cookies']>>[number];

function cookieSeen({ name, value, domain, path, expires, httpOnly, secure, sameSite }: Cookie): CookieSeen {
  const days = (expires - Date.now() / 1000) / DAY;
  const flags = [httpOnly && 'HttpOnly', secure && 'Secure', `SameSite=${sameSite}`].filter(Boolean);
  return {
    name,
    value,
    domain,
    path,
    lifetime: expires < 0 ? 'session' : `${Math.round(days)} days`,
    flags: flags.join(' '),
  };
}

/** Leaves the page, so that what it sends on leaving is sent, and makes sure that it has arrived. */
async function leave(stage: Stage): Promise<void> {
  const { page, lane, double } = stage;
  lane.gate.release();
  await page.goto('about:blank', { timeout: NAVIGATION });
  // Sent after the beacons, through the same network service: if it does not arrive, neither did they.
  await reachDouble(PIXEL_HOST, stage);
  if (!(await isQuiet(double)))
    throw new Broken(`requests were still under way ${ANSWER} ms after the page was left`);
}

async function reachDouble(host: string, { page, double }: Stage): Promise<void> {
  const between = await obstacle(page, double, host, ANSWER);
  if (between !== undefined)
    throw new Broken(`the browser does not reach the test double of TikTok: ${between}`);
}

/** The end of an answer does not raise an event of the double, so this polls. */
async function isQuiet(double: Double): Promise<boolean> {
  const bound = performance.now() + ANSWER;
  while (double.inFlight > 0 && performance.now() < bound) await setTimeout(2);
  return double.inFlight === 0;
}

function compared(probe: Probe, wire: Wire): Observation['sent'] {
  const awaited = (probe.steps ?? []).flatMap((step) => ('waitFor' in step ? [step.waitFor] : []));
  return wire.sent.filter((sent) => !isLate(sent) || awaited.includes(nameOf(sent)));
}

/** What waits for consent, without what may have come late. Items are `{ url, data, type }`. */
function withoutLate(storage: Record<string, unknown>): Record<string, unknown> {
  const held = parsed(storage[HELD]);
  if (!Array.isArray(held)) return storage;
  const items = held.map(
    (item) => ({ item, ...fields(item) }) as { item: unknown; url?: unknown; data?: unknown },
  );
  const kept = items.filter(({ url, data }) => !isLate({ path: pathOf(url), body: data }));
  return { ...storage, [HELD]: JSON.stringify(kept.map(({ item }) => item)) };
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

const pathOf = (url: unknown) => URL.parse(String(url))?.pathname ?? '';
