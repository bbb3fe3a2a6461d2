import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { routeOf } from '../double/routes.ts';
import { isLoopback } from '../target/hosts.ts';
import type { Step, Target } from '../target/target.ts';

/** A call to the site from another machine: a payment provider, a shop platform, a job runner. */
export type Webhook = Extract<Step, { request: string }>;

/**
 * Calls a webhook of the site as its usual caller does: without the visitor's cookies, and not through the browser.
 *
 * @param eventId replaces {eventId}: the event_id that the pages sent last
 * @throws Error if the site does not answer, or answers with HTTP 400 or more: its caller would retry, and the event would not be
 * sent
 */
export async function callWebhook(step: Webhook, target: Target, eventId?: string): Promise<void> {
  const { method = 'POST', headers = {}, json } = step;
  const filled = (value: string) => withPlaceholders(value, target.identity, eventId);
  const url = new URL(filled(step.request), target.baseURL);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const route = routeOf({ host: url.hostname.replace(/^\[|\]$/g, ''), port }, target);
  if (route.to !== 'site')
    throw new Error(`${url.host} is not a host of the site: add it to hosts, or call a host of the site`);
  const body = json === undefined ? undefined : filled(JSON.stringify(json));
  const send = url.protocol === 'https:' ? overHttps : overHttp;
  const answered = Promise.withResolvers<{ status: number; said: string }>();
  const call = send(
    {
      method,
      host: isLoopback(route.host) && route.host.endsWith('localhost') ? '127.0.0.1' : route.host,
      port: route.port,
      path: url.pathname + url.search,
      servername: url.hostname,
      // As for the browser: a site under test may have a self-signed certificate.
      rejectUnauthorized: false,
      signal: AbortSignal.timeout(target.timeouts.step),
      headers: {
        host: url.host,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), filled(value)]),
        ),
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    },
    (answer) =>
      void text(answer).then(
        (said) => answered.resolve({ status: answer.statusCode ?? 0, said }),
        answered.reject,
      ),
  );
  call.on('error', answered.reject);
  call.end(body);
  const { status } = await answered.promise;
  if (status >= 400) throw new Error(`${method} ${url.pathname} was answered with HTTP ${status}`);
}

/** {email} and the like are replaced by the identity, {eventId} by the event_id that the pages sent last. */
function withPlaceholders(value: string, identity: Target['identity'], eventId: string | undefined): string {
  return value.replace(
    /\{(eventId|email|phone|externalId|firstName|lastName)\}/g,
    (all, name: 'eventId' | keyof Target['identity']) =>
      (name === 'eventId' ? eventId : identity[name]) ?? all,
  );
}
