import type { Evidence } from '../../evidence/evidence.ts';
import { holdsMask, mayHaveShape, readMasked, readSealed, shapeOf } from '../../masking/mask.ts';
import { addressOf } from '../../tiktok/address.ts';
import { sha256Hex } from '../../tiktok/hashing.ts';
import { record } from '../../tiktok/pixel-request.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';

const messages = {
  called: ({ page, token }: Args<'page' | 'token'>) =>
    `The page ${page} called the Events API itself, ${token ? 'with an access token' : 'which needs a token that no browser should have'}`,
  'in-url': ({ page, parameter }: Args<'page' | 'parameter'>) =>
    `The URL of ${page} carries an access token, as ${parameter}`,
  'in-page': ({ page }: Args<'page'>) => `The source of ${page} contains the server's access token`,
  'in-call': ({ method, page }: Args<'method' | 'page'>) =>
    `ttq.${method} was given an access token on ${page}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const accessTokenNotInBrowser = defineRule({
  id: 'privacy/access-token-not-in-browser',
  severity: 'blocker',
  scenarios: ALL,
  needsToPass: ['calls', 'pages', 'server'],
  title: 'The access token of the Events API stays on the server',
  why: "Anyone who opens the page can read it there, and send events in the advertiser's name, including made-up ones.",
  fix: 'Call the Events API only from the server, and revoke the exposed token: Events Manager can create a new one.',
  source:
    'TikTok Events API reference, "Authentication": a long-term token with the rights of the advertiser account',
  messages,
  check(evidence) {
    if (evidence.documents.length === 0 && evidence.requests.length === 0)
      return { inapplicable: 'No page was reached' };
    const isToken = tokensOf(evidence);
    return [
      ...called(evidence),
      ...inUrls(evidence, isToken),
      ...inPages(evidence),
      ...inCalls(evidence, isToken),
    ];
  },
});

const EVENTS_API_PATH = /\/open_api\//;
const TOKEN_NAME = /^(tiktok[-_]?)?access[-_]?token$/i;
/** Sign-in services put access tokens of their own into addresses; only such names mean TikTok's. */
const TIKTOK_NAME = /^tiktok[-_]?(access|events?)[-_]?(api[-_]?)?token$/i;

/** No name of either is shorter. */
const SHORTEST_NAME = 'accesstoken'.length;

/** Recognises the tokens that the server sent. */
type IsToken = (text: string) => boolean;

function tokensOf({ server, requests }: Evidence): IsToken {
  const sent = server.requests.map(({ headers }) => headers['access-token']);
  const tokens = [...sent, ...requests.map(({ accessToken }) => accessToken)].filter(
    (text) => text !== undefined,
  );
  const digests = new Set(tokens.flatMap((text) => digestOf(text) ?? []));
  // If the tokens are sealed, so is every copy of them.
  const plain = tokens.filter((text) => readSealed(text) === undefined);
  const shapes = [...new Set(plain.map((text) => readMasked(text)?.shape ?? shapeOf(text)))];
  const mayBeToken = (text: string) => holdsMask(text) || shapes.some((shape) => mayHaveShape(text, shape));
  return (text) => mayBeToken(text) && digests.has(digestOf(text) ?? '');
}

/** A short text is not a token, and could occur anywhere by chance. */
function digestOf(text: string): string | undefined {
  return (
    readSealed(text)?.hmac ?? readMasked(text)?.sha256 ?? (text.length >= 8 ? sha256Hex(text) : undefined)
  );
}

/** One finding for each page. The browser asks for permission first, with OPTIONS: that is not a call. */
function called({ requests }: Evidence): Found[] {
  const calls = requests.flatMap(({ url, method, page = '', accessToken }, index) =>
    EVENTS_API_PATH.test(addressOf(url)?.pathname ?? '') && method !== 'OPTIONS'
      ? [{ page, index, token: accessToken || hasTokenName(url) ? 'yes' : '' }]
      : [],
  );
  return [...Map.groupBy(calls, ({ page }) => pathOf(page)).values()].map(([first]) => {
    const { page, index, token } = first!;
    return finding('called', `/requests/${index}`, { args: { page: pathOf(page), token }, page });
  });
}

function inUrls({ documents }: Evidence, isToken: IsToken): Found[] {
  return documents.flatMap(({ url }, index) => {
    const parameter = tokenParameter(url, isToken);
    if (parameter === undefined) return [];
    return [
      finding('in-url', `/documents/${index}/url`, { args: { page: pathOf(url), parameter }, page: url }),
    ];
  });
}

function inPages({ exposed = [] }: Evidence): Found[] {
  return exposed.map((page, index) =>
    finding('in-page', `/exposed/${index}`, { args: { page: pathOf(page) }, page }),
  );
}

function hasTokenName(url: string): boolean {
  return parametersOf(url).some(([name, value]) => value !== '' && TOKEN_NAME.test(name));
}

/** The name of a parameter that contains a token. */
function tokenParameter(url: string, isToken: IsToken): string | undefined {
  const holds = ([name, value]: [string, string]) =>
    value !== '' && (TIKTOK_NAME.test(name) || isToken(value));
  return parametersOf(url).find(holds)?.[0];
}

/** Of the query, and of the fragment, which may contain a router's query. */
function parametersOf(url: string): [string, string][] {
  const { searchParams, hash = '' } = addressOf(url) ?? {};
  return [...(searchParams ?? []), ...new URLSearchParams(hash.slice(1).replace(/^[^?]*\?/, ''))];
}

function inCalls({ calls, documents }: Evidence, isToken: IsToken): Found[] {
  const pages = new Map(documents.map(({ id, url }) => [id, url]));
  return calls.flatMap(({ args, method, document, url }, index) => {
    if (!args.some((arg) => holdsToken(arg, '', isToken))) return [];
    const page = url ?? pages.get(document) ?? '';
    return [finding('in-call', `/calls/${index}`, { args: { method, page: pathOf(page) }, page })];
  });
}

/** Arguments of a ttq call are meant for TikTok, so a token's name is enough. */
function holdsToken(value: unknown, name: string, isToken: IsToken): boolean {
  if (typeof value === 'string') {
    const isNamed = name.length >= SHORTEST_NAME && (TOKEN_NAME.test(name) || TIKTOK_NAME.test(name));
    return value !== '' && (isNamed || isToken(value));
  }
  if (Array.isArray(value)) return value.some((item) => holdsToken(item, name, isToken));
  return Object.entries(record(value)).some(([key, member]) => holdsToken(member, key, isToken));
}
