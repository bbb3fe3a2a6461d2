import type { Evidence } from '../../evidence/evidence.ts';
import { redacted } from '../../masking/mask.ts';
import { record, text } from '../../tiktok/pixel-request.ts';
import { unseenNames } from '../../views/blind.ts';
import { pixelRequests, receivedEvents } from '../../views/events.ts';
import { type Finder, personalDataOf, pixelDocuments } from '../../views/personal.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

export const pageAddressesClean = defineRule({
  id: 'privacy/page-addresses-clean',
  severity: 'critical',
  scenarios: ALL,
  needs: ['messages'],
  needsToPass: ['pages'],
  title: 'Neither the URL nor the referrer of a page with the pixel contains personal data',
  why: 'Each event carries the URL of the page and of the one before: anything in them goes to TikTok, and into every log on the way.',
  fix: "Send forms by POST, keep the visitor's identity in the session, and redirect any URL that contains it to one that does not.",
  source:
    'TikTok Business Products Terms: contact information only in hashed form, in the fields made for it; measured: page.url and page.referrer',
  messages: {
    address: ({ page, what }: Args<'page' | 'what'>) => `The URL of ${page} contains the visitor's ${what}`,
    referrer: ({ page, what }: Args<'page' | 'what'>) =>
      `A referrer that went to TikTok, ${page}, contains the visitor's ${what}`,
    stranger: ({ page, parameter }: Args<'page' | 'parameter'>) =>
      `The URL of ${page} contains an e-mail address, as ${parameter}`,
  },
  check(evidence, target) {
    const addresses = addressesOf(evidence);
    if (addresses.length === 0) return { inapplicable: 'No page had the pixel' };
    const find = personalDataOf(evidence, target);
    const reported = new Set<string>();
    const findings = addresses.flatMap(({ code, url, place, page }) => {
      const problems = problemsIn(url, find);
      // Nearly all addresses have none.
      if (problems.length === 0) return [];
      const at = pathOf(redacted(url));
      const found = problems.filter((one) => !reported.has(`${at} ${one.what}`));
      if (found.length === 0) return [];
      for (const { what } of found) reported.add(`${at} ${what}`);
      const own = found.filter(({ parameter }) => parameter === undefined).map(({ what }) => what);
      const [stranger] = found.filter(({ parameter }) => parameter !== undefined);
      const details = page ? { page } : {};
      return [
        ...(own.length > 0
          ? [finding(code, place, { args: { page: at, what: listed(own) }, ...details })]
          : []),
        ...(stranger && own.length === 0
          ? [finding('stranger', place, { args: { page: at, parameter: stranger.parameter! }, ...details })]
          : []),
      ];
    });
    return findings.length === 0 ? (unseenNames(evidence, target) ?? []) : findings;
  },
});

interface Address {
  code: 'address' | 'referrer';
  url: string;
  place: string;
  page?: string;
}

/** Each address once, the pages' own first, as the same ones occur in many requests. */
function addressesOf(evidence: Evidence): Address[] {
  const documents = pixelDocuments(evidence).flatMap(({ url, place, routes = [] }): Address[] => [
    { code: 'address', url, place: `${place}/url`, page: url },
    ...routes.map(
      (route, index): Address => ({
        code: 'address',
        url: route.url,
        place: `${place}/routes/${index}/url`,
        page: route.url,
      }),
    ),
  ]);
  const sent = evidence.requests.flatMap(({ body, page = '' }, index): Address[] => {
    if (!pixelRequests(evidence)[index]) return [];
    const place = `/requests/${index}`;
    const { url: address, referrer } = record(record(record(body).context).page);
    return [
      { code: 'address', url: text(address), place: `${place}/body/context/page/url` },
      { code: 'referrer', url: text(referrer), place: `${place}/body/context/page/referrer` },
      { code: 'referrer', url: page, place: `${place}/page` },
    ];
  });
  const received = receivedEvents(evidence).flatMap(({ page, referrer, places, place }): Address[] => [
    { code: 'address', url: page, place: places.page ?? place },
    { code: 'referrer', url: referrer, place: places.referrer ?? place },
  ]);
  const seen = new Set(['']);
  return [...documents, ...sent, ...received].filter(({ url }) => !seen.has(url) && seen.add(url));
}

/** A query parameter named as an e-mail address that is one is personal, whoever it belongs to. */
const NAMED = /[?&#]([\w.-]*e?mail[\w.-]*)=\[email (?:sha256|hmac)=\w+(?: is=[^\s\]]+)? shape=[^\]]*@/i;

interface AddressProblem {
  what: string;
  parameter?: string;
}

function problemsIn(url: string, find: Finder): AddressProblem[] {
  const own = find(url, { digests: true }).map((what) => ({ what }));
  const parameter = NAMED.exec(url)?.[1];
  return own.length > 0 || parameter === undefined ? own : [{ what: 'stranger', parameter }];
}
