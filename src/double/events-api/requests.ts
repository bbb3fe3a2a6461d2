import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { VISIT_COOKIE } from './preload-settings.ts';

/**
 * Ties everything that a server in this process does to the request that caused it.
 *
 * @param onVisit called for each request of a visit
 * @returns a function that returns the visit whose request caused its caller to run; undefined if none did
 */
export function followRequests(onVisit: (visit: string) => void): () => string | undefined {
  const visits = new AsyncLocalStorage<string | undefined>();
  const enter = (headers: IncomingHttpHeaders) => {
    const visit = visitIn(headers.cookie);
    // Set for every request, also to undefined, because connections are kept alive and serve several visits.
    visits.enterWith(visit);
    if (visit !== undefined) onVisit(visit);
  };
  subscribe('http.server.request.start', (message) =>
    enter((message as { request: IncomingMessage }).request.headers),
  );
  // HTTP/2, if this Node reports it.
  subscribe('http2.server.stream.start', (message) =>
    enter((message as { headers: IncomingHttpHeaders }).headers),
  );
  return () => visits.getStore();
}

function visitIn(cookies = ''): string | undefined {
  return new RegExp(`(?:^|;\\s*)${VISIT_COOKIE}=([\\w.-]+)`).exec(cookies)?.[1];
}
