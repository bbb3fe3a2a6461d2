import type { BrowserContext, Page, Request } from '@playwright/test';
import { FENCE_PATH } from '../double/server.ts';
import type { Target } from '../target/target.ts';
import { isTikTokHost } from '../tiktok/hosts.ts';
import { behindOwnPath, type UnnamedWay, unnamedWay } from '../tiktok/own-paths.ts';
import { isAborted } from '../views/refusals.ts';
import type { Recording } from './recording.ts';
import type { Tabs } from './tabs.ts';
import { messagesIn, type TapMessage } from './tap-message.ts';

/** The tap's binding if the page's own session does not provide one in time: see Navigation. */
const BINDING = '__ttqTap';

/** Watches something else in the pages, and reports through the bindings of the tap. */
export interface Companion {
  /** Runs in every document, before the tap. */
  script: string;
  /** Takes its messages, after those that came before, and those of the tap; a page could send any, too. */
  take: (message: object, page: Page) => void;
}

/** What is watched. */
export interface Watched {
  tabs: Tabs;
  recording: Recording;
  target: Target;
  /** Number of the tab in which the journey begins. */
  arrivalTab: number;
  companion?: Companion | undefined;
}

/** Takes what the tap of a page reports. */
export function takeReport(text: string, page: Page, watched: Watched): void {
  for (const message of messagesIn(text)) {
    if (message.kind === 'document') addDocument(message, page, watched);
    else watched.recording.add(message);
    watched.companion?.take(message, page);
  }
}

function addDocument(
  message: Extract<TapMessage, { kind: 'document' }>,
  page: Page,
  { tabs, recording, arrivalTab }: Watched,
): void {
  const { tab, navigation } = tabs.of(page);
  recording.addDocument({
    id: message.document,
    at: recording.at(message.at),
    url: message.url,
    referrer: message.referrer,
    frame: message.main ? 'main' : 'child',
    ...(message.opaque ? { opaque: message.opaque } : {}),
    tab,
    arrival: recording.steps.length === recording.stepsBefore && tab === arrivalTab,
    ...navigation.arrived(message.main, message.url),
  });
}

/** Records what a context's pages do, from the tap's reports and the browser's. */
export async function listen(context: BrowserContext, watched: Watched): Promise<void> {
  const { tabs, recording, target } = watched;
  const { pixelHosts } = target;
  const bound = context.exposeBinding(BINDING, ({ page }, text: string) => takeReport(text, page, watched));
  context.on('requestfailed', (request) => {
    const { hostname, pathname } = new URL(request.url());
    if (pathname.startsWith(FENCE_PATH)) return;
    const isOfPixel = isTikTokHost(hostname) || pixelHosts.includes(hostname);
    if (!isOfPixel && behindOwnPath(pathname, target.pixelPaths) === undefined) return;
    const error = request.failure()?.errorText ?? '';
    // The double knows which beacons of a page that was left have arrived; an aborted one is not a failure.
    const isScript = request.resourceType() === 'script';
    if (isAborted({ error }) && (!isScript || isOfLeftPage(request, tabs))) return;
    recording.failed.push({ at: recording.at(), url: request.url(), error });
    recording.wake();
  });
  context.on('request', (request) => {
    const way = unnamedWay(request.url(), target);
    if (way) void noteWay(way, request);
  });
  const noteWay = async (way: UnnamedWay, request: Request) => {
    const response = await request.response().catch(() => null);
    if (!response?.ok()) return;
    const [url] = request.url().split('?', 1) as [string];
    const key = `${way.host} ${way.path}`;
    if (!recording.unnamed.has(key)) recording.unnamed.set(key, { ...way, url });
  };
  context.on('page', (page) => {
    page.on('crash', () => recording.fail('page-crashed', {}));
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
    // A service worker's request has no frame.
    return false;
  }
}

function place({ url, line, column }: { url: string; line: number; column: number }): string {
  return `${url}:${line + 1}:${column + 1}`;
}
