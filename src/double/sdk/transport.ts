import { IPV6_HOST, PIXEL_HOST } from '../../tiktok/hosts.ts';
import { insertScript } from './script-tag.ts';
import type { Fields } from './values.ts';

/** A single literal, as sites that rewrite TikTok's script expect. */
export const EVENT_URL = 'https://analytics.tiktok.com/api/v2/pixel';
export const ACTION_URL = `${EVENT_URL}/act`;
export const INTERACTION_URL = `${EVENT_URL}/inter`;
export const IPV6_URL = `https://${IPV6_HOST}/ipv6/enrich_ipv6`;

const PAUSE = 200; // milliseconds

/**
 * A beacon with a plain text body, which needs no preflight; an image if beacons are missing or refused. Auto-collected data is
 * first tried three more times.
 */
export function post(url: string, body: Fields): void {
  if (isOpaque()) return;
  const text = JSON.stringify(body);
  offer(url, text, 'action' in body ? 3 : 0);
}

/** Loads one of the scripts that tell TikTok about the cookie switches. */
export function requestCookieScript(name: 'enable_cookie' | 'disable_cookie'): void {
  insertScript(`https://${PIXEL_HOST}/i18n/pixel/${name}`, { tries: 2 });
}

/** Whether this is a sandboxed frame without an origin: the SDK mounts there and sends nothing (measured). */
function isOpaque(): boolean {
  return self.origin === 'null' && location.protocol !== 'file:';
}

function offer(url: string, text: string, triesLeft: number): void {
  if (typeof navigator.sendBeacon === 'function' && navigator.sendBeacon(url, text)) return;
  if (triesLeft > 0) setTimeout(offer, PAUSE, url, text, triesLeft - 1);
  else new Image().src = `${url}?analytics_message=${base64url(text)}`;
}

function base64url(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
