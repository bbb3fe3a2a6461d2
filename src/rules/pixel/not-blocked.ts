import type { Evidence } from '../../evidence/evidence.ts';
import { emptiedOf } from '../../views/emptied.ts';
import { eventCallStates, isUnpaid } from '../../views/owed.ts';
import { type Refusal, refusals } from '../../views/refusals.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  policy: ({
    pages,
    directive,
    what,
    host,
    wanted,
  }: Args<'pages' | 'directive' | 'what' | 'host' | 'wanted'>) =>
    `The Content-Security-Policy${directive ? ` (${directive})` : ''} refuses ${what} on ${pages}: add https://${host} to ${wanted}`,
  inline: ({ pages, directive }: Args<'pages' | 'directive'>) =>
    `The Content-Security-Policy${directive ? ` (${directive})` : ''} refuses the inline base code on ${pages}: ` +
    'give it a nonce, or add its hash',
  mixed: ({ pages, what, url }: Args<'pages' | 'what' | 'url'>) =>
    `The browser refuses ${what} on ${pages}: ${url} is not https, and the page is`,
  answer: ({ pages, status, url, what }: Args<'pages' | 'status' | 'url' | 'what'>) =>
    `On ${pages}, ${what} got HTTP ${status} from TikTok: ${url}`,
  emptied: ({ pages, times, method }: Args<'pages' | 'times' | 'method'>) =>
    `${times === 1 ? 'A request of the pixel' : `${times} requests of the pixel`} on ${pages} reached TikTok as ${method} with an ` +
    'empty body, as from a service worker that repeats the request without it',
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const notBlocked = defineRule({
  id: 'pixel/not-blocked',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  needsToPass: ['calls', 'pages', 'console'],
  title: "Nothing blocks or empties the pixel's script and events",
  why: 'What the browser or TikTok refuses is lost for every visitor, and nothing on the page shows it.',
  fix:
    'Allow TikTok in the Content-Security-Policy: https://analytics.tiktok.com in script-src, connect-src and img-src, and ' +
    "https://analytics-ipv6.tiktokw.us in connect-src and img-src. Copy the script's URL, with https, from Events Manager. In a " +
    "service worker, answer only requests to the site's own origin.",
  source: 'Load chain and transport measured on SDK builds of 2024 to 2026; refusals as Chromium prints them',
  messages,
  check(evidence) {
    const emptied = emptiedPages(evidence);
    const found = Map.groupBy(refusals(evidence), ({ kind, what, url, directive, status }) =>
      [
        kind,
        what,
        kind === 'inline' ? '' : new URL(url).host,
        kind === 'answer' ? url : '',
        directive,
        status,
      ].join(' '),
    );
    const refused = [...found.values()].map((same) => {
      const { kind, what, url, directive, status, place, document } = same[0]!;
      const args = {
        pages: listed(same.map((one) => pathOf(one.document.url))),
        what: WORDS[what],
        directive,
        host: new URL(url).host,
        wanted: wantedIn(same[0]!),
        url,
        status,
      };
      const documents = same.map((one) => one.document);
      const about = { page: documents.map(({ url }) => url), document: documents.map(({ id }) => id) };
      return finding(kind, place, { args, page: document.url, about });
    });
    return [...refused, ...emptied];
  },
});

/** One finding for all pages whose events were not sent because their requests are empty. */
function emptiedPages(evidence: Evidence): Found[] {
  const unsent = eventCallStates(evidence).filter((state) => isUnpaid(state) && !state.isSent);
  const pages = [...new Set(unsent.map(({ document }) => document))]
    .map((document) => ({ document, empty: emptiedOf(document, evidence) }))
    .filter(({ empty }) => empty.length > 0);
  const [first] = pages;
  if (!first) return [];
  const [index] = first.empty as [number];
  const args = {
    pages: listed(pages.map(({ document }) => pathOf(document.url))),
    times: new Set(pages.flatMap(({ empty }) => empty)).size,
    method: evidence.requests[index]!.method,
  };
  const documents = pages.map(({ document }) => document);
  const about = { page: documents.map(({ url }) => url), document: documents.map(({ id }) => id) };
  return [finding('emptied', `/requests/${index}`, { args, page: first.document.url, about })];
}

const WORDS = { script: "TikTok's script", event: "the pixel's events", 'base code': 'the base code' };

/** The directive that must allow it: if a policy has only default-src, the one that overrides it. */
function wantedIn({ what, directive }: Refusal): string {
  if (what === 'script') return 'script-src and connect-src';
  return directive.startsWith('img') ? 'img-src' : 'connect-src';
}
