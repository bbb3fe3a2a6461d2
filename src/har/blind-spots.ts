import type { BlindSpot, CookieRecord, Part, RequestRecord } from '../evidence/evidence.ts';
import { decodePixelRequest, record } from '../tiktok/pixel-request.ts';
import type { Archive, HarEntry } from './archive.ts';

/** What no archive shows, as text. */
const NEVER: Partial<Record<Part, string>> = {
  calls: 'A HAR does not show the calls of ttq',
  pages:
    'A HAR does not show what the pages themselves contained, such as their base code, titles and storage',
  navigation: 'A HAR does not show what led from page to page',
  steps: 'A HAR does not show what the visitor did and typed',
  consent: 'A HAR does not show how the consent banner was answered',
  console: 'A HAR does not show the console and the errors of the pages',
  server: "A HAR does not show what the site's server sent to the Events API",
};

/** Programs whose archives cover one tab, or tell tabs apart. Proxies see those of every window and program. */
const KNOWS_TABS = /^(WebInspector|Firefox|WebKit Web Inspector|Playwright)$/i;

/** How to make the program that wrote an archive record everything. */
const ADVICE: readonly (readonly [RegExp, { cookies: string; bodies: string }])[] = [
  [
    /^BrowserMob/i,
    {
      cookies: 'enable CaptureType.getCookieCaptureTypes() in the proxy',
      bodies: 'enable CaptureType.REQUEST_CONTENT and REQUEST_BINARY_CONTENT in the proxy',
    },
  ],
  [
    /^(WebInspector|Chrom|Edge)/i,
    { cookies: 'export it with sensitive data', bodies: 'export it with content' },
  ],
  [
    /^Playwright/i,
    { cookies: 'record it with mode "full"', bodies: 'record it with mode "full" and content "embed"' },
  ],
];
const ANY_ADVICE = { cookies: 'record it with cookies', bodies: 'record it with the bodies of requests' };

function adviceFor({ creator }: Pick<Archive, 'creator'>) {
  return ADVICE.find(([name]) => name.test(creator))?.[1] ?? ANY_ADVICE;
}

interface Seen {
  /** The requests to TikTok. */
  sent: readonly HarEntry[];
  requests: readonly RequestRecord[];
  cookies: readonly CookieRecord[] | undefined;
  isArrivalKnown: boolean;
}

/** What the evidence from an archive does not show: what no archive does, and what this one lacks. */
export function blindSpotsOf(archive: Archive, seen: Seen): BlindSpot[] {
  const { creator, entries } = archive;
  const advice = adviceFor(archive);
  const never = Object.entries(NEVER).map(([part, why]) => ({
    part: part as Part,
    by: 'format' as const,
    why,
  }));
  return [
    ...never,
    ...(KNOWS_TABS.test(creator)
      ? []
      : [
          spot(
            'tabs',
            'format',
            `A HAR by ${creator || 'a program that it does not name'} does not show the tabs`,
          ),
        ]),
    ...(seen.isArrivalKnown
      ? []
      : [
          spot(
            'arrival',
            'file',
            'The HAR does not show whether its first page was only passed through: it has no pixel, and no Sec-Fetch-User header shows what the visitor did',
          ),
        ]),
    ...cookieSpots(entries, seen, advice.cookies),
    ...messageSpots(seen, advice.bodies),
  ];
}

function cookieSpots(entries: readonly HarEntry[], { cookies, requests }: Seen, advice: string): BlindSpot[] {
  if (cookies === undefined) {
    const hasSome = entries.some((entry) => entry.cookies.length > 0 || entry.headers.has('cookie'));
    return [
      hasSome
        ? spot('cookies', 'format', 'A HAR of this kind does not show domains and lifetimes of cookies')
        : spot('cookies', 'file', `The HAR holds no cookies: ${advice}`),
    ];
  }
  const event = requests.find(({ url }) => decodePixelRequest(url, undefined));
  const isSeenLater = event && cookies.some(({ name }) => name === '_ttp');
  if (!event || isSeenLater) return [];
  return [spot('cookies', 'file', 'No request of the HAR carried the cookies that the pixel set')];
}

function messageSpots({ requests }: Seen, advice: string): BlindSpot[] {
  const messages = requests.filter(
    ({ url, method, image }) => decodePixelRequest(url, undefined) && (method === 'POST' || image),
  );
  const lost = messages.filter(({ body }) => record(body) !== body);
  if (lost.length === 0) return [];
  return [
    spot(
      'messages',
      'file',
      `The HAR lacks the body of ${lost.length} of ${messages.length} requests of the pixel: ${advice}`,
    ),
  ];
}

function spot(part: Part, by: BlindSpot['by'], why: string): BlindSpot {
  return { part, by, why };
}
