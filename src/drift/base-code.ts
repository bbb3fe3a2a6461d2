import { PIXEL, type Probe } from './probe.ts';

/** Placeholder for the base code in a page. */
const SLOT = '<!--ttq-->';

/** TikTok's base code (2024 to now) with the page's own calls in it. */
export function baseCode(calls: string, global = 'ttq'): string {
  return `<script>!function (w, d, t) {
    w.TiktokAnalyticsObject = t; var ttq = w[t] = w[t] || [];
    ttq.methods = ["page", "track", "identify", "instances", "debug", "on", "off", "once", "ready", "alias", "group",
      "enableCookie", "disableCookie", "holdConsent", "revokeConsent", "grantConsent"];
    ttq.setAndDefer = function (t, e) { t[e] = function () { t.push([e].concat(Array.prototype.slice.call(arguments, 0))) } };
    for (var i = 0; i < ttq.methods.length; i++) ttq.setAndDefer(ttq, ttq.methods[i]);
    ttq.instance = function (t) {
      for (var e = ttq._i[t] || [], n = 0; n < ttq.methods.length; n++) ttq.setAndDefer(e, ttq.methods[n]); return e
    };
    ttq.load = function (e, n) {
      var r = "https://analytics.tiktok.com/i18n/pixel/events.js";
      ttq._i = ttq._i || {}; ttq._i[e] = []; ttq._i[e]._u = r;
      ttq._t = ttq._t || {}; ttq._t[e] = +new Date; ttq._o = ttq._o || {}; ttq._o[e] = n || {};
      n = d.createElement("script"); n.type = "text/javascript"; n.async = !0; n.src = r + "?sdkid=" + e + "&lib=" + t;
      e = d.getElementsByTagName("script")[0]; e.parentNode.insertBefore(n, e)
    };
    ${calls}
  }(window, document, '${global}');</script>`;
}

/** The probe's pages by path, as the shop serves them. */
export function pagesOf(probe: Probe): Map<string, string> {
  const { load = `ttq.load('${PIXEL}', ${probe.options ?? '{}'});`, calls = '', global } = probe;
  const code = baseCode(`${load} ${calls}`, global);
  const head = probe.head ?? `${probe.before ?? ''}${SLOT}`;
  // With its own icon, as the browser would request one from the shop.
  const page = (inHead: string, body: string) =>
    `<!doctype html><html><head><link rel="icon" href="data:,">${inHead}</head><body>${body}</body></html>`;
  const pages: [string, string][] = [
    [pathname(probe.path ?? '/'), page(head, probe.body ?? '')],
    ...Object.entries(probe.pages ?? {}).map(([path, inHead]): [string, string] => [path, page(inHead, '')]),
  ];
  return new Map(pages.map(([path, html]) => [path, html.replace(SLOT, () => code)]));
}

const pathname = (path: string) => new URL(path, 'https://any.example').pathname;
