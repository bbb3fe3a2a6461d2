import { absentGlobal } from './absent.ts';
import { openChannel } from './channel.ts';
import { onCall, onMounted, watchGlobal } from './hook.ts';
import { watchPage, watchRoutes } from './page.ts';
import { callerOf } from './source.ts';
import { isOfReader } from './thrower.ts';

/**
 * The call tap: runs in every document before the page's own scripts and reports each call that the site makes on `ttq`. It is
 * bundled and added as an init script. It reports through the binding of the page's own protocol session or, if that is not there
 * in time, the one exposed by Playwright, whose calls cost more.
 */
declare global {
  interface Window {
    __ttqTapDirect?: (text: string) => void;
    __ttqTap?: (text: string) => Promise<void>;
    TiktokAnalyticsObject?: string;
  }
}

const binding = window.__ttqTapDirect ?? window.__ttqTap;
delete window.__ttqTapDirect;
delete window.__ttqTap;

if (binding) {
  const report = openChannel(binding);
  // A page may replace these, with a fake clock for example.
  const now = performance.now.bind(performance);
  const { timeOrigin } = performance;
  const clock = () => timeOrigin + now();
  const id = `${Math.round(clock())}-${Math.random().toString(36).slice(2, 10)}`;

  let introduced = false;
  const introduce = () => {
    if (introduced) return;
    introduced = true;
    const { href: url } = location;
    report({
      kind: 'document',
      document: id,
      at: clock(),
      url,
      referrer: document.referrer,
      main: window === window.top,
      ...(window.origin === 'null' ? { opaque: true } : {}),
    });
  };
  // about:blank and srcdoc frames are documents, too, but matter only once they call.
  const introducePage = () => {
    if (/^https?:/.test(location.protocol)) introduce();
    return introduced;
  };
  introducePage();
  // An empty pop-up's window is reused for its first page, and this script with it.
  watchPage((page) => {
    if (introducePage()) report({ kind: 'parsed', document: id, ...page });
  });
  watchRoutes((url) => {
    if (introducePage()) report({ kind: 'route', document: id, at: clock(), url });
  });

  onCall((call) => {
    introduce();
    const source = callerOf(call.stack);
    const placement = call.method === 'load' ? { placement: placeOfSnippet(source) } : {};
    report({
      kind: 'call',
      document: id,
      at: call.at,
      url: location.href,
      global: call.global,
      method: call.method,
      args: call.args,
      queued: call.queued,
      ...(call.pixel === undefined ? {} : { pixel: call.pixel }),
      ...(source === undefined ? {} : { source }),
      ...placement,
    });
  }, clock);
  onMounted((global, shape) => {
    introduce();
    report({ kind: 'mounted', document: id, at: clock(), global, shape });
  });

  const blame = (error: unknown) => {
    if (!(error instanceof Error)) return;
    const global = absentGlobal(error);
    const isOurs = isOfReader(error);
    if (global === undefined && !isOurs) return;
    const source = callerOf(error.stack ?? '');
    report({
      kind: 'blamed',
      message: error.message,
      ...(global === undefined ? {} : { global }),
      ...(isOurs ? { byCaller: true } : {}),
      ...(source === undefined ? {} : { source }),
    });
  };
  addEventListener('error', ({ error }) => blame(error), { capture: true });
  addEventListener('unhandledrejection', ({ reason }) => blame(reason), { capture: true });

  watchGlobal('ttq');
  watchName();
}

/** The base code names its global in TiktokAnalyticsObject before it creates it. */
function watchName(): void {
  let name = window.TiktokAnalyticsObject;
  if (name) watchGlobal(name);
  Object.defineProperty(window, 'TiktokAnalyticsObject', {
    configurable: true,
    enumerable: true,
    get: () => name,
    set(value: string) {
      name = value;
      if (typeof value === 'string') watchGlobal(value);
    },
  });
}

/** An inline script inserted by another script, as by a tag manager, has no URL of its own and runs later. */
function placeOfSnippet(source: string | undefined): 'head' | 'body' | 'script' {
  const script = document.currentScript;
  if (!script || script.hasAttribute('src') || source?.startsWith('<anonymous>')) return 'script';
  return script.closest('head') ? 'head' : 'body';
}
