import type { Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { sentEvents } from '../../views/events.ts';
import { isCookieRefused, visitorSites } from '../../views/visitor-cookie.ts';
import { absent, finding } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { COOKIES_KEPT } from '../scenarios.ts';

const messages = {
  never: ({ domain }: Args<'domain'>) =>
    `Events were sent from ${domain}, but no _ttp cookie was ever set there`,
  gone: ({ domain }: Args<'domain'>) =>
    `The _ttp cookie of ${domain} was sent with events but is gone at the end of the visit`,
  changed: ({ domain, count }: Args<'domain' | 'count'>) =>
    `The events from ${domain} carry ${count} different values of _ttp in one visit`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const ttpSet = defineRule({
  id: 'cookie/ttp-set',
  severity: 'normal',
  scenarios: COOKIES_KEPT,
  needs: ['calls', 'pages', 'consent', 'cookies', 'messages'],
  title: 'The _ttp cookie is set on the site and does not change',
  why: "TikTok recognises the browser by it. Without it, or with a different one on each page, the visitor's events look like those of strangers.",
  fix: 'Switch on first-party cookies in Events Manager. Once the visitor has agreed, no consent tool or script of the site may refuse or delete _ttp.',
  source: 'TikTok Pixel Helper: first-party cookies not found; measured: _ttp goes out as anonymous_id',
  messages,
  check(evidence, target) {
    const reason = notToBeSet(evidence, target);
    if (reason) return { inapplicable: reason };
    return visitorSites(evidence).flatMap(({ domain, cookies, events, place, page }): Found[] => {
      const values = new Set(events.flatMap(({ sent }) => sent.map(({ ttp }) => ttp)).filter(Boolean));
      if (cookies.length === 0)
        return [absent(values.size > 0 ? 'gone' : 'never', place, { args: { domain }, page })];
      // Of two cookies, each may belong to its own host: see cookie/ttp-domain.
      if (values.size < 2 || cookies.length > 1) return [];
      return [finding('changed', cookies[0]!.place, { args: { domain, count: values.size }, page })];
    });
  },
});

/** Why the rules of the `_ttp` cookie do not apply, if they do not. */
function notToBeSet(evidence: Evidence, { sdk }: Target): string | undefined {
  if (sdk.mode === 'double' && !sdk.firstPartyCookies)
    return 'First-party cookies are switched off in Events Manager';
  if (sentEvents(evidence).length === 0) return 'No event reached TikTok';
  if (isCookieRefused(evidence)) return 'The site or its visitor refused the cookie';
  if (visitorSites(evidence).length === 0)
    return 'No page on which the SDK ran has a domain to set cookies on';
  return undefined;
}
