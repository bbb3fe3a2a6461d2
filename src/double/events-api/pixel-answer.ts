import type { FaultedAnswer } from '../../tiktok/events-api/faults.ts';
import { SDK_ROOT } from '../../tiktok/hosts.ts';
import { SCRIPT_PLACEHOLDER } from '../../tiktok/script-placeholder.ts';
import { isBeacon } from '../answer.ts';
import type { Received } from './call.ts';

/**
 * Answers a site's server, which may proxy the pixel: then it requests TikTok's scripts and forwards the events of its pages.
 *
 * @param isNamed whether the target says so; otherwise what is sent to the pixel's paths is logged like any other call, though TikTok accepts it there
 * @param answerCall answers any other call
 */
export function answerServer(
  received: Received,
  isNamed: boolean,
  answerCall: () => FaultedAnswer,
): FaultedAnswer {
  const { pathname = '' } = URL.parse(received.url) ?? {};
  if (received.method === 'GET' && pathname.startsWith(SDK_ROOT))
    return given('application/javascript; charset=utf-8', SCRIPT_PLACEHOLDER);
  if (!isBeacon(pathname)) return answerCall();
  if (!isNamed) answerCall();
  return given('application/json; charset=utf-8', '{}');
}

function given(type: string, body: string): FaultedAnswer {
  return { kind: 'answer', status: 200, headers: { 'content-type': type }, body, findings: [], delay: 0 };
}
