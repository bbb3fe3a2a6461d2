import { randomBytes } from 'node:crypto';
import nock from 'nock';
import { mask } from '../evidence/mask.ts';
import { answerEventsApi } from '../tiktok/events-api/answer.ts';
import { TIKTOK_DOMAINS } from '../tiktok/hosts.ts';
import type { LoggedCall } from './visit-log.ts';

const EVERY_PATH = /.*/;
/** nock holds it against `https://host:port` and against `POST https://host:port/path`. */
const TIKTOK = new RegExp(
  `^([A-Z]+ )?https?://([\\w-]+\\.)*(${TIKTOK_DOMAINS.join('|').replaceAll('.', '\\.')}):`,
  'i',
);

/**
 * Stands in for the Events API in this process, on nock: every call to a TikTok host is answered in the service's envelope and
 * handed to `record`. Calls to other hosts are left alone.
 */
export function stubEventsApi(record: (call: LoggedCall) => void): void {
  const scope = nock(TIKTOK).persist();
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    // nock 15 hands its reply functions a Request, whatever client made the call.
    scope.intercept(EVERY_PATH, method).reply(async (request: Request) => {
      const headers = Object.fromEntries(request.headers);
      const body = parsed(await request.text());
      const at = Date.now();
      const answer = answerEventsApi(
        { url: request.url, headers, body },
        at,
        randomBytes(10).toString('hex').toUpperCase(),
      );
      // Masked here already: the token never leaves this process.
      record(
        mask({ at, method, url: request.url, headers, body, status: answer.status, answer: answer.body }),
      );
      return [answer.status, answer.body, { 'content-type': 'application/json' }];
    });
  }
}

/** The body as JSON if it is JSON, however it is declared: clients do not always say so. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
