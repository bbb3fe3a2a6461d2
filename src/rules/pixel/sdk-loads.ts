import type { DocumentRecord, Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { isTikTokHost, SDK_ROOT } from '../../tiktok/hosts.ts';
import { isSdkRequest } from '../../tiktok/pixel-request.ts';
import { unseenOf } from '../../views/blind.ts';
import { endOf, hasSent, isInterstitial, sdkRan } from '../../views/documents.ts';
import { malformedIds } from '../../views/pixel-ids.ts';
import { isAborted, refusals } from '../../views/refusals.ts';
import { heldType, inertType, isNeverRun, spoiltSnippets } from '../../views/snippets.ts';
import { expectedEvents } from '../expected-events.ts';
import { absent, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  'never-requested': ({
    error,
    type,
    instead = '',
    inert = '',
  }: Args<'error' | 'type', 'instead' | 'inert'>) =>
    "No page requested TikTok's script" +
    (instead ? `; ${instead}` : '') +
    (inert
      ? `; the base code is on ${inert} but was never run, as with a script inserted by innerHTML`
      : '') +
    (type ? `; the base code is in a script element of type ${type}, which no browser runs` : '') +
    (error ? `; the page reported "${error}"` : ''),
  'never-run': ({ reason }: Args<'reason'>) =>
    `TikTok's script was requested, but never took over ttq: ${reason}`,
  'not-run': ({ page, reason }: Args<'page' | 'reason'>) =>
    `ttq.load was called on ${page}, but the script did not take over ttq: ${reason}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const sdkLoads = defineRule({
  id: 'pixel/sdk-loads',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['arrival', 'messages'],
  needsToPass: ['calls', 'pages', 'console'],
  title: 'The pixel loads: its script arrives and takes over ttq',
  why: 'Without the script nothing reaches TikTok: every call stays in a queue that is lost with the page.',
  fix:
    'Paste the base code from Events Manager unchanged into <head>, and let the consent tool release it. Exclude it from plugins ' +
    "that delay scripts until the first interaction, and look for script errors before it. In a tag manager, fire the base code's tag on " +
    'every page, before the event tags, and check the value of its pixel id variable.',
  source: 'TikTok help centre, "Install the pixel"; load chain measured on SDK builds of 2024 to 2026',
  messages,
  check(evidence, target) {
    const loading = new Set(
      evidence.calls.filter(({ method }) => method === 'load').map(({ document }) => document),
    );
    const refused = new Set(refusals(evidence).map(({ document }) => document));
    if (loading.size === 0 && !sdkRan(evidence)) {
      if (spoiltSnippets(evidence).length > 0)
        return { inapplicable: 'The base code cannot run: see pixel/base-code-parses' };
      if (refused.size > 0) return REFUSED;
      // A delivered script may have run with nothing to send.
      const isDelivered = reasonOf(0, Number.POSITIVE_INFINITY, evidence) === DELIVERED;
      const found = neverRan(evidence);
      if (found.code === 'never-requested' && isLeftToServer(evidence, target)) return LEFT_TO_SERVER;
      return (isDelivered ? unseenOf(['pages'], evidence) : undefined) ?? [found];
    }
    const still = evidence.documents.filter(
      (document) =>
        loading.has(document.id) &&
        document.mountedAt === undefined &&
        !hasSent(document, evidence) &&
        !isInterstitial(document, evidence),
    );
    const unknown = new Set(malformedIds(evidence, target).malformed.map(({ page }) => page));
    const own = still.filter((document) => !refused.has(document) && !unknown.has(document.url));
    if (own.length === 0 && still.length > 0)
      return still.some((document) => refused.has(document)) ? REFUSED : UNKNOWN;
    return own.map((document) => {
      const args = {
        page: pathOf(document.url),
        reason: reasonOf(document.at, endOf(document, evidence), evidence) + delayOf(document),
      };
      const place = `/documents/${evidence.documents.indexOf(document)}`;
      return absent('not-run', place, { args, page: document.url });
    });
  },
});

/** For a base code that a script of the page runs: why it may have come too late. */
function delayOf(document: DocumentRecord): string {
  const type = heldType(document);
  return type === ''
    ? ''
    : `; its base code is in a script element of type ${type}, which something on the page runs later, at the visitor's first touch for example`;
}

const LEFT_TO_SERVER = {
  inapplicable: 'The journey expects events from the server only, and no page requested the pixel',
};

/** Whether the target expects events, but none from the browser. */
function isLeftToServer(evidence: Evidence, target: Target): boolean {
  const expected = expectedEvents(evidence, target).filter(({ count }) => count !== 0);
  return expected.length > 0 && expected.every(({ browser }) => browser === false);
}

const REFUSED = { inapplicable: "TikTok's script was refused: see pixel/not-blocked" };
const UNKNOWN = { inapplicable: 'The id of the pixel that was loaded is malformed: see pixel/id-format' };

/** No page called ttq.load: the script was requested in another way, or not at all. */
function neverRan(evidence: Evidence): Found {
  if ([...evidence.requests, ...evidence.failed].some(isSdkRequest)) {
    return absent('never-run', '/requests', {
      args: { reason: reasonOf(0, Number.POSITIVE_INFINITY, evidence) },
    });
  }
  const error = evidence.errors[0]?.message;
  const instead = askedInstead(() => true, evidence);
  const inert = error === undefined ? evidence.documents.find((one) => isNeverRun(one, evidence)) : undefined;
  return absent('never-requested', error === undefined ? '/requests' : '/errors/0', {
    args: {
      error: error ?? '',
      type: evidence.documents.map((one) => inertType(one, evidence)).find(Boolean) ?? '',
      ...(instead ? { instead } : {}),
      ...(inert ? { inert: pathOf(inert.url) } : {}),
    },
  });
}

/** The scripts without which nothing is sent. */
const ESSENTIAL = /\/i18n\/pixel\/(events\.js|sdk\.js|static\/main)/;

const MAIN = /\/i18n\/pixel\/static\/main/;

const DELIVERED = 'it was delivered, but did not run';
const LEFT = 'it was still on its way when its page was left';

/** Why the script did not run between two times. */
function reasonOf(from: number, to: number, evidence: Evidence): string {
  const within = ({ at }: { at: number }) => at >= from && at < to;
  const lost = evidence.failed.filter(within).filter(({ url }) => ESSENTIAL.test(url));
  const failed = lost.find((one) => !isAborted(one));
  if (failed) return `the browser could not fetch ${failed.url.split('?', 1)[0]} (${failed.error})`;
  const error = evidence.errors.filter(within).find(({ source }) => source?.includes(SDK_ROOT));
  if (error) return `it stopped with "${error.message}"`;
  const asked = evidence.requests.filter(within).filter(isSdkRequest);
  const isGiven = asked.some(({ status }) => status !== 0) && !lost.some(({ url }) => MAIN.test(url));
  if (isGiven) return DELIVERED;
  if (asked.length + lost.length > 0) return LEFT;
  return askedInstead(within, evidence) ?? 'it was never requested';
}

/** Names of a pixel script at any address, or of a part that the pixel's own script requests. */
const LIKE_SCRIPT = /\/(events|sdk)\.js\b|[?&]sdkid=|\/i18n\/pixel\/static\/(main|identify)/;

/** That a script like TikTok's was requested at another address, and the result, as far as the evidence shows it. */
function askedInstead(within: (one: { at: number }) => boolean, evidence: Evidence): string | undefined {
  const isLike = ({ url }: { url: string }) => LIKE_SCRIPT.test(url) && !isSdkRequest({ url });
  const asked = evidence.requests.filter(within).find(isLike);
  if (asked) return askedAt(asked.url, `answered with status ${asked.status}`);
  const lost = evidence.failed.filter(within).find(isLike);
  if (lost) return askedAt(lost.url, `failed (${lost.error})`);
  // For the site's own and other hosts, the console shows what failed.
  for (const { text, source = '' } of evidence.console.filter(within)) {
    const [, answer, error] =
      /^Failed to load resource: (?:the server responded with a status of (\d+)|(\S+))/.exec(text) ?? [];
    const url = source.replace(/(:\d+){1,2}$/, '');
    // Behind one of the site's own paths it has TikTok's name.
    const { hostname = '' } = URL.parse(url) ?? {};
    if (!LIKE_SCRIPT.test(url) || isTikTokHost(hostname)) continue;
    if (answer !== undefined) return askedAt(url, `answered with status ${answer}`);
    if (error !== undefined) return askedAt(url, `failed (${error})`);
  }
  return undefined;
}

function askedAt(url: string, what: string): string {
  return `a script was requested at ${url.split('?', 1)[0]}, which ${what}`;
}
