import { bundle } from '../../double/bundle.ts';
import type { Target } from '../../target/target.ts';
import type { Scenario } from './scenario.ts';

export const cspBlocked: Scenario = {
  name: 'csp-blocked',
  changes:
    "Every page has a Content-Security-Policy that allows scripts, requests and images only from the target's own hosts.",
  prepare: async (page, target) => {
    const script = bundle(new URL('./page/add-policy', import.meta.url));
    await page.addInitScript(`(function (TTQ_POLICY) {\n${script}})(${JSON.stringify(policyOf(target))});`);
  },
};

function policyOf({ baseURL, hosts }: Target): string {
  const names = new Set([new URL(baseURL).hostname, ...Object.keys(hosts)]);
  const own = ["'self'", ...[...names].map((name) => `${name}:*`), 'data:', 'blob:'].join(' ');
  return `script-src ${own} 'unsafe-inline' 'unsafe-eval'; connect-src ${own}; img-src ${own}`;
}
