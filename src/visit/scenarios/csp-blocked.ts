import type { Page } from 'playwright';
import type { Target } from '../../target/target.ts';
import type { Scenario } from './scenario.ts';

export const cspBlocked: Scenario = {
  name: 'csp-blocked',
  changes:
    "Every page carries a Content-Security-Policy that allows scripts, requests and images of the target's own hosts only.",
  prepare: (page, target) => addPolicy(page, policyOf(target)),
  silent: true,
};

/** A real header, on answers to documents alone: nothing else is stopped on its way. */
async function addPolicy(page: Page, policy: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const answer = async ({ requestId, responseStatusCode: status = 0, responseHeaders = [] }: Paused) => {
    // A redirect has no document, and a request that failed has no answer.
    if (status < 200 || (status >= 300 && status < 400))
      return session.send('Fetch.continueRequest', { requestId });
    const { body, base64Encoded } = await session.send('Fetch.getResponseBody', { requestId });
    return session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: status,
      // A header that is merely added to the answer on its way comes too late to count.
      responseHeaders: [...responseHeaders, { name: 'Content-Security-Policy', value: policy }],
      body: base64Encoded ? body : Buffer.from(body).toString('base64'),
    });
  };
  // The page may be gone by the time.
  session.on('Fetch.requestPaused', (paused) => void answer(paused).catch(() => undefined));
  await session.send('Fetch.enable', {
    patterns: [{ resourceType: 'Document', requestStage: 'Response' }],
  });
}

/** Of the DevTools protocol's Fetch.requestPaused. */
interface Paused {
  requestId: string;
  responseStatusCode?: number;
  responseHeaders?: { name: string; value: string }[];
}

function policyOf({ baseURL, hosts }: Target): string {
  const names = new Set([new URL(baseURL).hostname, ...Object.keys(hosts)]);
  const own = ["'self'", ...[...names].map((name) => `${name}:*`), 'data:', 'blob:'].join(' ');
  return `script-src ${own} 'unsafe-inline' 'unsafe-eval'; connect-src ${own}; img-src ${own}`;
}
