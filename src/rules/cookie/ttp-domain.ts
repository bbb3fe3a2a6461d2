import { covers, visitorSites } from '../../views/visitor-cookie.ts';
import { finding, listed } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { COOKIES_KEPT } from '../scenarios.ts';

const messages = {
  twice: ({ domain, domains }: Args<'domain' | 'domains'>) =>
    `${domain} has several _ttp cookies with different values, set on ${domains}`,
  'http-only': ({ domain }: Args<'domain'>) =>
    `The _ttp cookie of ${domain} is HttpOnly: the SDK can neither read nor renew it`,
  path: ({ domain, path }: Args<'domain' | 'path'>) =>
    `The _ttp cookie of ${domain} is sent only below ${path}`,
  narrow: ({ domains, missed }: Args<'domains' | 'missed'>) =>
    `The _ttp cookie is set on ${domains} and is not sent to ${missed}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const ttpDomain = defineRule({
  id: 'cookie/ttp-domain',
  severity: 'normal',
  scenarios: COOKIES_KEPT,
  needs: ['cookies', 'messages'],
  title: 'One _ttp cookie covers the whole site, and the SDK can read it',
  why: 'The SDK sends the _ttp it can read: if the cookie is hidden from it, or differs from host to host, one visitor counts as several.',
  fix: 'Leave _ttp to the SDK, which sets it on the registrable domain with path /. If your server sets it, use the same domain and path, and not HttpOnly.',
  source: 'Measured on SDK builds of 2024 to 2026: registrable domain, path /, not HttpOnly',
  messages,
  check(evidence) {
    const sites = visitorSites(evidence).filter(({ cookies }) => cookies.length > 0);
    if (sites.length === 0) return { inapplicable: 'There is no _ttp cookie: see cookie/ttp-set' };
    return sites.flatMap(({ domain, hosts, cookies, page }): Found[] => {
      const domains = listed(cookies.map(({ cookie }) => cookie.domain));
      const missed = hosts.filter((host) => !cookies.some(({ cookie }) => covers(cookie, host)));
      const args = { domain, domains, missed: listed(missed), path: cookies[0]!.cookie.path };
      const found = <const Code extends string>(code: Code, index = 0) => [
        finding(code, cookies[index]!.place, { args, page }),
      ];
      if (new Set(cookies.map(({ cookie }) => visitorIn(cookie.value))).size > 1) return found('twice', 1);
      if (cookies.every(({ cookie }) => cookie.httpOnly)) return found('http-only');
      if (cookies.every(({ cookie }) => cookie.path !== '/')) return found('path');
      return missed.length > 0 ? found('narrow') : [];
    });
  },
});

/** The visitor's id without the SDK's suffix: beside an older cookie of one host it sets one for the site with the same id. */
function visitorIn(value: string): string {
  return value.replace(/\.tt\.\d+(\.\d{13})?$/, '');
}
