import { IPV6_HOST, PIXEL_HOST } from '../../tiktok/hosts.ts';
import { ipv6Copy, type Message } from './message.ts';

const PIXEL_URL = `https://${PIXEL_HOST}/api/v2/pixel`;
const IPV6_URL = `https://${IPV6_HOST}/ipv6/enrich_ipv6`;

let first = true;

/** One event a request. The first one of a document is copied to the IPv6 endpoint. */
export function send(message: Message): void {
  post(PIXEL_URL, message);
  if (!first) return;
  first = false;
  post(IPV6_URL, ipv6Copy(message));
}

/** Loads one of the script tags by which the real SDK tells TikTok about the cookie switches. */
export function requestScript(path: string): void {
  const script = document.createElement('script');
  script.async = true;
  script.src = `https://${PIXEL_HOST}${path}`;
  (document.head ?? document.documentElement).appendChild(script);
}

/** A beacon with a plain text body, which needs no preflight; an image where beacons are missing or refused. */
function post(url: string, message: Message): void {
  const text = JSON.stringify(message);
  if (typeof navigator.sendBeacon === 'function' && navigator.sendBeacon(url, text)) return;
  new Image().src = `${url}?analytics_message=${base64url(text)}`;
}

function base64url(text: string): string {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
