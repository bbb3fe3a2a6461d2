import { createRequire } from 'node:module';
// Must be loaded before nock replaces what it keeps.
import './before-nock.ts';
import type { FaultedAnswer } from '../../tiktok/events-api/faults.ts';
import { isTikTokHost, TIKTOK_DOMAINS } from '../../tiktok/hosts.ts';
import type { Received } from './call.ts';
import { answeredHosts, type HostFilter } from './hosts.ts';
import { keepToOwnHosts } from './own-hosts-only.ts';

// Not a static import, because a bundle loads imported packages before all of our modules.
const { default: nock } = createRequire(import.meta.url)('nock') as typeof import('nock');

const EVERY_PATH = /.*/;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
/** Unmocked: once every interceptor of a host is removed, nock would otherwise answer with an error of its own. */
const OPTIONS = { allowUnmocked: true };
const active = new Set<{ isAnswered: HostFilter; mocks: number }>();

/** Milliseconds after which a call without an answer no longer keeps its process alive. */
const LONGEST_SILENCE = 600_000;

/**
 * Answers the Events API in this process with nock: `handle` answers every call to TikTok's hosts and to `hosts`. Other
 * connections are untouched, unless something else in this process uses nock, too.
 *
 * @returns a function that stops it; pending calls then fail with ECONNRESET
 */
export function answerOnNock(
  hosts: readonly string[],
  handle: (call: Received) => FaultedAnswer,
): () => void {
  if (!nock.isActive()) nock.activate();
  keepToOwnHosts(isSeenByNock);
  const stopped = new AbortController();
  const scopes = originsOf(hosts).map((origin) => nock(origin, OPTIONS).persist());
  const interceptors = scopes.flatMap((scope) =>
    METHODS.map((method) => {
      const interceptor = scope.intercept(EVERY_PATH, method);
      // nock 15 passes a Request to its reply functions, whatever client made the call.
      interceptor.reply(async (request: Request) => {
        const { url, signal } = request;
        const headers = Object.fromEntries(request.headers);
        const text = method === 'GET' || method === 'HEAD' ? '' : await request.text();
        const answer = handle({ method, url, headers, text });
        return await given(answer, AbortSignal.any([signal, stopped.signal]));
      });
      return interceptor;
    }),
  );
  const entry = { isAnswered: answeredHosts(hosts), mocks: interceptors.length };
  active.add(entry);
  return () => {
    active.delete(entry);
    for (const interceptor of interceptors) nock.removeInterceptor(interceptor);
    stopped.abort();
  };
}

/** Converts an answer to the form of nock's reply function. */
async function given(
  answer: FaultedAnswer,
  signal: AbortSignal,
): Promise<[number, string, Record<string, string>]> {
  if (answer.kind === 'timeout') await pause(LONGEST_SILENCE, signal);
  else if (answer.delay > 0) await pause(answer.delay, signal);
  if (answer.kind !== 'answer' || signal.aborted) throw reset();
  const { status, body, headers } = answer;
  return [status, typeof body === 'string' ? body : JSON.stringify(body), headers];
}

/** Waits, and keeps the process alive like an open connection. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });
}

function isSeenByNock(host: string): boolean {
  let own = 0;
  for (const { isAnswered, mocks } of active) {
    if (isAnswered(host)) return true;
    own += mocks;
  }
  return nock.activeMocks().length > own;
}

/**
 * nock matches a base path against `https://host:port`, and against `POST https://host:port/path`. It uses only the first match,
 * even if all of its interceptors are removed, so no two may overlap.
 */
function originsOf(hosts: readonly string[]): RegExp[] {
  const domains = TIKTOK_DOMAINS.map((domain) => `([\\w-]+\\.)*${escaped(domain)}`);
  const others = hosts.filter((host) => !isTikTokHost(host)).map(escaped);
  return [domains.join('|'), ...others].map((name) => new RegExp(`^([A-Z]+ )?https?://(${name}):`, 'i'));
}

function escaped(host: string): string {
  return host.toLowerCase().replaceAll('.', '\\.');
}
