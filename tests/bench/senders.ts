import { PIXEL_HOST } from '../../src/tiktok/hosts.ts';

export const TRANSPORTS = [
  'beacon string',
  'beacon Blob',
  'beacon ArrayBuffer',
  'beacon FormData',
  'fetch keepalive',
  'XHR',
  'image',
] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A dedicated worker has neither beacons nor images. */
export const WORKER_TRANSPORTS: readonly Transport[] = ['fetch keepalive', 'XHR'];

/** Prefix of the cookies in which a page records that it has sent. */
export const MARK = 'sent_';

/**
 * `sendAll(context)` for a page: sends one event by each transport and returns which of them it sent. Each id is in the URL,
 * which every transport has. A transport counts as sent if its call returned without an error and, for sendBeacon, true.
 */
export const SEND_ALL = `
function sendAll() {
  const text = '{"matrix":true}';
  const bytes = new TextEncoder().encode(text);
  const form = () => { const data = new FormData(); data.append('message', text); return data; };
  const beacon = (body) => (url) => navigator.sendBeacon(url, body);
  const ways = {
    'beacon string': beacon(text),
    'beacon Blob': beacon(new Blob([text], { type: 'text/plain' })),
    'beacon ArrayBuffer': beacon(bytes.buffer),
    'beacon FormData': (url) => navigator.sendBeacon(url, form()),
    'fetch keepalive': (url) => { fetch(url, { method: 'POST', body: text, keepalive: true, mode: 'no-cors' }).catch(() => {}); },
    'XHR': (url) => { const xhr = new XMLHttpRequest(); xhr.open('POST', url); xhr.send(text); },
    'image': (url) => { (self.images ??= []).push(Object.assign(new Image(), { src: url })); },
  };
  const inWorker = typeof document === 'undefined';
  const names = inWorker ? ${JSON.stringify(WORKER_TRANSPORTS)} : Object.keys(ways);
  return names.filter((name) => {
    try {
      return ways[name]('https://${PIXEL_HOST}/api/v2/pixel?matrix=' + encodeURIComponent(name)) !== false;
    } catch {
      return false;
    }
  });
}`;

/**
 * `note(names)` for a page: a cookie for each. Written synchronously and kept by the browser, it outlives the page and is in the
 * evidence without passing through the double. It also works in a frame of another site.
 */
export const NOTE = `
function note(names) {
  const attributes = location.hostname.endsWith('.localhost') ? '; Secure; SameSite=None' : '';
  for (const name of names) document.cookie = '${MARK}' + name.replaceAll(' ', '-') + '=1; Path=/' + attributes;
}`;
