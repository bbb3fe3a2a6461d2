import { type Refusal, refusals } from '../../views/refusals.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const notBlocked = defineRule({
  id: 'pixel/not-blocked',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  needsToPass: ['calls', 'pages', 'console'],
  title: "Nothing refuses the pixel's script or its events",
  why: 'What the browser or TikTok refuses is lost, for every visitor, and the page shows nothing of it.',
  fix:
    'Allow TikTok in the Content-Security-Policy: https://analytics.tiktok.com in script-src, connect-src and img-src, and ' +
    "https://analytics-ipv6.tiktokw.us in connect-src and img-src. Take the script's address from Events Manager, with https.",
  source: 'Load chain and transport measured on SDK builds of 2024 to 2026; refusals as Chromium prints them',
  messages: {
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
      `TikTok answers ${status} to ${url}, ${what} of ${pages}`,
  },
  check(evidence) {
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
    return [...found.values()].map((same) => {
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
  },
});

const WORDS = { script: "TikTok's script", event: "the pixel's events", 'base code': 'the base code' };

/** The directive that has to allow it: where a policy has only default-src, the one that overrides it. */
function wantedIn({ what, directive }: Refusal): string {
  if (what === 'script') return 'script-src and connect-src';
  return directive.startsWith('img') ? 'img-src' : 'connect-src';
}
