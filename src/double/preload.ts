import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { guardLookups } from './guard.ts';
import { stubEventsApi } from './stub.ts';
import { preloadSettings, VISIT_COOKIE } from './visit-log.ts';

/**
 * Preloaded into the site's own Node process (`node --import`): answers its Events API calls in TikTok's place and writes each
 * down for the visit that caused it. The visit is known by a cookie on the incoming request and followed through everything
 * that the server does because of it. A line is written at once and synchronously: a server that crashes loses nothing.
 */
const settings = preloadSettings();

if (settings) {
  const visits = new AsyncLocalStorage<string | undefined>();
  const seen = new Set<string>();

  const write = (visit: string | undefined, entry: object) => {
    appendFileSync(join(settings.folder, `${visit ?? 'unattributed'}.jsonl`), `${JSON.stringify(entry)}\n`);
  };

  subscribe('http.server.request.start', (message) => {
    const visit = visitOf((message as { request: IncomingMessage }).request);
    // Set for every request, also to undefined: connections are kept alive and serve several visits.
    visits.enterWith(visit);
    if (visit === undefined || seen.has(visit)) return;
    seen.add(visit);
    write(visit, { type: 'seen', at: Date.now() });
  });

  guardLookups(settings);
  stubEventsApi((call) => write(visits.getStore(), { type: 'call', ...call }));
}

function visitOf(request: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|;\\s*)${VISIT_COOKIE}=([\\w.-]+)`).exec(request.headers.cookie ?? '')?.[1];
}
