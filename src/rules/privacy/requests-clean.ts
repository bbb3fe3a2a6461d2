import type { Evidence } from '../../evidence/evidence.ts';
import { holdsMask, redacted } from '../../masking/mask.ts';
import type { Target } from '../../target/target.ts';
import { unseenNames } from '../../views/blind.ts';
import { type Finder, leavesOf, personalDataOf } from '../../views/personal.ts';
import { titlesOf } from '../../views/titles.ts';
import { finding, listed } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';

export const requestsClean = defineRule({
  id: 'privacy/requests-clean',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['messages'],
  title: 'No request to TikTok contains personal data in plain text, or encoded so that it can be read back',
  why: 'The SDK hashes what identify is given. Data in plain text was put somewhere else, where TikTok neither expects nor protects it.',
  fix: 'Remove the personal data from the place named here: pass it to ttq.identify, or send its SHA-256 in the field made for it.',
  source:
    'TikTok Business Products Terms: contact information only in hashed form; Events API reference, code 40062',
  messages: {
    browser: ({ member, what, times }: Args<'member' | 'what' | 'times'>) =>
      `The browser sent the visitor's ${what} to TikTok in ${member}${Number(times) > 1 ? `, ${times} times` : ''}`,
    server: ({ member, what, times }: Args<'member' | 'what' | 'times'>) =>
      `The server sent the visitor's ${what} to TikTok in ${member}${Number(times) > 1 ? `, ${times} times` : ''}`,
  },
  check(evidence, target) {
    const sent = sentTexts(evidence, target);
    if (evidence.requests.length === 0 && evidence.server.requests.length === 0)
      return { inapplicable: 'Nothing was sent to TikTok' };
    const find = personalDataOf(evidence, target);
    const found = sent.flatMap((one) => {
      const what = foundIn(one, find);
      return what.length === 0 ? [] : [{ ...one, member: memberOf(one), what: listed(what) }];
    });
    const groups = Map.groupBy(found, ({ code, member, what }) => `${code} ${member} ${what}`);
    const findings = [...groups.values()].map((same) => {
      const { code, member, what, place } = same[0]!;
      return finding(code, place, { args: { member, what, times: same.length } });
    });
    return findings.length === 0 ? (unseenNames(evidence, target) ?? []) : findings;
  },
});

interface SentText {
  code: 'browser' | 'server';
  /** JSON Pointer within the body, or within its event; undefined for a URL. */
  path: string | undefined;
  text: string;
  place: string;
}

/** Members that other rules judge: addresses, properties, event_ids, the user of a server event, and titles. */
const ELSEWHERE = {
  browser: /^\/(context\/page\/|properties\/|event_id$)/,
  server: /^\/(user\/|page\/|properties\/|event_id$|context\/(user|page)\/)/,
};
/** Members that TikTok accepts in plain text. */
const AS_IT_IS = /\/(ip|user_agent|userAgent|city|state|country)$/;
/** What the SDK reads from the page automatically. */
const COLLECTED = /^\/auto_collected_properties\//;
const META = /^\/auto_collected_properties\/content_data\//;
const EVENTS_API = /\/open_api\//;

function sentTexts(evidence: Evidence, target: Target): SentText[] {
  // What is in a title is mostly in the page's other metadata as well: all of it is then left to privacy/titles-clean.
  const find = personalDataOf(evidence, target);
  const isInTitles = titlesOf(evidence).some(({ title }) => find(title).length > 0);
  const browser = evidence.requests.flatMap(({ url, body, image }, index) => [
    // The URL of an image request contains the message, which is its body here.
    ...(image ? [] : inUrl('browser', url, `/requests/${index}/url`)),
    ...inBody(EVENTS_API.test(url) ? 'server' : 'browser', body, `/requests/${index}/body`),
  ]);
  const server = evidence.server.requests.flatMap(({ url, body }, index) => [
    ...inUrl('server', url, `/server/requests/${index}/url`),
    ...inBody('server', body, `/server/requests/${index}/body`).map((one) => ({
      ...one,
      code: 'server' as const,
    })),
  ]);
  const sent = [...browser, ...server];
  return isInTitles ? sent.filter(({ path = '' }) => !META.test(path)) : sent;
}

function inUrl(code: SentText['code'], url: string, place: string): SentText[] {
  return holdsMask(url) ? [{ code, path: undefined, text: url, place }] : [];
}

function inBody(layout: keyof typeof ELSEWHERE, body: unknown, place: string): SentText[] {
  if (typeof body !== 'object' && typeof body !== 'string') return [];
  // What is sent in plain text is masked in the evidence.
  return leavesOf(body, place, holdsMask).flatMap((leaf) => {
    const path = leaf.place.slice(place.length).replace(/^\/(data|batch)\/\d+(?=\/)/, '');
    if (ELSEWHERE[layout].test(path) || AS_IT_IS.test(path)) return [];
    // Of the page's metadata, the title has its own rule, and the rest is reported here.
    return [{ code: 'browser' as const, path, text: leaf.text, place: leaf.place }];
  });
}

function memberOf({ path }: SentText): string {
  if (path === undefined) return 'the URL of a request';
  const names = path
    .slice(1)
    .replace(/\/\d+(?=\/|$)/g, '')
    .replaceAll('/', '.');
  return redacted(names) || 'its body';
}

/** The visitor's name on a clicked button is not a leak from the visitor's own page. */
function foundIn({ path = '', text }: SentText, find: Finder): readonly string[] {
  // An external id is sent as it is, but must not be an e-mail address.
  const all = find(text, { externalIds: /\/external_id$/.test(path) });
  return COLLECTED.test(path) ? all.filter((what) => !what.startsWith('name')) : all;
}
