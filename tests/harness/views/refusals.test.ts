import { expect } from '@playwright/test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { problem } from '../../../src/evidence/problem.ts';
import { isRefusedByPolicy, refusals } from '../../../src/views/refusals.ts';
import { AT, clean, set } from '../rules/clean.ts';
import { test } from '../test.ts';

const SCRIPT = 'https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=X';
const refused = (url: string, directive: string, head = '') =>
  `${head}Loading '${url}' violates the following Content Security Policy directive: "${directive} 'self'"`;

const MESSAGES: [string, string, string | undefined][] = [
  ['the script', refused(SCRIPT, 'script-src'), 'script-src'],
  ['the script as an element', refused(SCRIPT, 'script-src-elem'), 'script-src-elem'],
  ['the events', refused('https://analytics.us.tiktok.com/api/v2/pixel', 'connect-src'), 'connect-src'],
  ['in place of another directive', refused(SCRIPT, 'default-src'), 'default-src'],
  ['without a directive', `Content Security Policy: blocked ${SCRIPT}`, ''],
  ['only reported', refused(SCRIPT, 'script-src', '[Report Only] '), undefined],
  [
    'the IPv6 host, which costs no event',
    refused('https://analytics-ipv6.tiktokw.us/ipv6/enrich_ipv6', 'connect-src'),
    undefined,
  ],
  ['another script', refused('https://cdn.example/a.js', 'script-src'), undefined],
  ['another error', `Failed to load ${SCRIPT}`, undefined],
];

for (const [name, text, directive] of MESSAGES) {
  test(`the Content-Security-Policy, from the console: ${name}`, () => {
    const console = [{ at: 310, type: 'error', text }];
    expect(isRefusedByPolicy(console)).toBe(directive !== undefined);
    const found = refusals(clean(set('/console', console)));
    expect(found.map((one) => [one.kind, one.directive, one.document.id])).toEqual(
      directive === undefined ? [] : [['policy', directive, 'product']],
    );
  });
}

test('a refusal belongs to the page that the console names, even if a later one has opened', () => {
  const { url } = clean().documents[1]!;
  const message = { at: 605, type: 'error', text: refused(SCRIPT, 'script-src'), source: `${url}:20:1` };
  const [found] = refusals(clean(set('/console', [message])));
  expect(found?.document.id).toBe('product');
});

test("TikTok's answer counts for an event, and for a script on a page where none runs", () => {
  const places = (place: string) =>
    refusals(clean(set(`${place}/status`, 404))).map((one) => [one.kind, one.what, one.place]);
  expect(places(AT.sent.Purchase)).toEqual([['answer', 'event', AT.sent.Purchase]]);
  expect(places(AT.sent.EnrichAM)).toEqual([]);
  expect(places(AT.script.order)).toEqual([]);
  const unmounted = (evidence: Evidence) => {
    delete evidence.documents[3]!.mountedAt;
    evidence.requests = evidence.requests.filter(({ at }) => at < 931);
    evidence.requests[13]!.status = 404;
  };
  expect(refusals(clean(unmounted)).map(({ what }) => what)).toEqual(['script']);
  // The harness could not fetch it from TikTok.
  const ours = clean(unmounted);
  ours.outcome = 'broken';
  ours.problem = problem('sdk-script', { error: 'It could not be fetched from TikTok' });
  expect(refusals(ours)).toEqual([]);
});
