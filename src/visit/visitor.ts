import { type BrowserContext, type BrowserContextOptions, devices } from '@playwright/test';
import { bounded } from '../recorder/bounded.ts';
import { type Prepared, prepare } from '../recorder/prepare.ts';
import { type AttachOptions, Recorder } from '../recorder/recorder.ts';
import type { Session } from '../recorder/session.ts';
import { withoutPort } from '../target/hosts.ts';
import type { Target } from '../target/target.ts';

/** What a target says about its visitors' browser, as context options. */
export function visitorOptions({ storageState, locale, timezone, device }: Target): BrowserContextOptions {
  return {
    ...deviceOptions(device),
    ...(storageState === undefined ? {} : { storageState }),
    ...(locale === undefined ? {} : { locale }),
    ...(timezone === undefined ? {} : { timezoneId: timezone }),
  };
}

/** How pages see a device: viewport, touch, user agent. The engine stays Chromium's. */
function deviceOptions(device: string | undefined): BrowserContextOptions {
  const known = device === undefined ? undefined : devices[device];
  if (!known) return {};
  const { defaultBrowserType: _chromium, ...options } = known;
  return options;
}

/**
 * Opens the context of a visitor of the target, behind the prepared doors.
 *
 * @param more options of the scenario, which override the target's
 */
export function openVisitor(
  { options: { browser, target }, contextOptions }: Prepared,
  more: BrowserContextOptions = {},
): Promise<BrowserContext> {
  return browser.newContext({ ...visitorOptions(target), ...more, ...contextOptions });
}

/** Milliseconds for a context to close: if the browser is gone, it never does. */
const CLOSING = 5_000;

/** Closes whatever was opened for a visitor. */
export async function closeVisitor(context: BrowserContext | undefined, prepared: Prepared): Promise<void> {
  await Promise.all([context && bounded(context.close(), CLOSING, undefined), prepared.close()]);
}

/** A visit that leaves no evidence: to explore a site, or to set it up. */
export interface Errand {
  session: Session;
  target: Target;
  /** Folder of the target's log. */
  logs: string;
  /** The name of the visit in the log. */
  journey: string;
}

/**
 * Makes such a visit to the target, behind the same doors as any other.
 *
 * @returns the result of `work`
 */
export async function asVisitor<T>(
  { session, target, logs, journey }: Errand,
  work: (recorder: Recorder, context: BrowserContext) => Promise<T>,
  options: AttachOptions = {},
): Promise<T> {
  const prepared = await prepare({
    browser: await session.browser(),
    target,
    visit: { journey, scenario: 'organic' },
    logs,
    scripts: session.scripts(target.sdk),
    fetch: session.fetch,
    userAgent: visitorOptions(target).userAgent,
  });
  let context: BrowserContext | undefined;
  try {
    context = await openVisitor(prepared);
    await addCookies(context, target);
    return await work(await Recorder.attach(prepared, context, options), context);
  } finally {
    await closeVisitor(context, prepared);
  }
}

/** Sets the cookies that each visit begins with. */
export async function addCookies(context: BrowserContext, { cookies, baseURL }: Target): Promise<void> {
  if (cookies.length === 0) return;
  const host = new URL(baseURL).hostname;
  await context.addCookies(
    cookies.map(({ domain = host, ...cookie }) => ({ path: '/', ...cookie, domain: withoutPort(domain) })),
  );
}
