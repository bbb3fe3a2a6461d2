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
  session.on('Fetch.requestPaused', ({ requestId, responseStatusCode, responseHeaders = [] }) => {
    const headers = [...responseHeaders, { name: 'Content-Security-Policy', value: policy }];
    const answer = { requestId, responseCode: responseStatusCode ?? 200, responseHeaders: headers };
    // The page may be gone by now.
    session.send('Fetch.continueResponse', answer).catch(() => undefined);
  });
  await session.send('Fetch.enable', {
    patterns: [{ resourceType: 'Document', requestStage: 'Response' }],
  });
}

function policyOf({ baseURL, hosts }: Target): string {
  const names = new Set([new URL(baseURL).hostname, ...Object.keys(hosts)]);
  const own = ["'self'", ...[...names].map((name) => `${name}:*`), 'data:', 'blob:'].join(' ');
  return `script-src ${own} 'unsafe-inline' 'unsafe-eval'; connect-src ${own}; img-src ${own}`;
}
