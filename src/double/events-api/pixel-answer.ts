import type { FaultedAnswer } from '../../tiktok/events-api/faults.ts';
import { SDK_ROOT } from '../../tiktok/hosts.ts';
import { STOOD_IN_SCRIPT } from '../../tiktok/stood-in-script.ts';
import { isBeacon } from '../answer.ts';
import type { Received } from './call.ts';

/**
 * The answer to a server that proxies the pixel, and requests TikTok's script or forwards its events; undefined for any other
 * call.
 */
export function pixelAnswer({ method, url }: Pick<Received, 'method' | 'url'>): FaultedAnswer | undefined {
  const { pathname = '' } = URL.parse(url) ?? {};
  const isScript = method === 'GET' && pathname.startsWith(SDK_ROOT);
  if (!isScript && !isBeacon(pathname)) return undefined;
  const type = isScript ? 'application/javascript; charset=utf-8' : 'application/json; charset=utf-8';
  return {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': type },
    body: isScript ? STOOD_IN_SCRIPT : '{}',
    findings: [],
    delay: 0,
  };
}
