/** What a site answered to a visitor that it did not let in: the parts that help to get in. */
export interface Refused {
  status: number;
  /** The scheme that it asks for, such as Basic. */
  asks?: string;
  /** Whose bot check it was. */
  challenge?: string;
  /** Seconds after which it asks to come again. */
  retryAfter?: number;
}

/** Headers by which a bot check says that it answered instead of the site. */
const CHALLENGES: readonly [name: string, header: string, value: RegExp][] = [
  ['Cloudflare', 'cf-mitigated', /challenge/i],
  ['Vercel', 'x-vercel-mitigated', /challenge/i],
  ['AWS WAF', 'x-amzn-waf-action', /challenge|captcha/i],
  ['DataDome', 'x-datadome', /^protected/i],
];

/** @param headers their names in lower case */
export function refusedBy(status: number, headers: Readonly<Record<string, string>>): Refused {
  const asks = /^\w+/.exec(headers['www-authenticate'] ?? '')?.[0];
  const challenge = CHALLENGES.find(([, header, value]) => value.test(headers[header] ?? ''))?.[0];
  const retryAfter = secondsUntil(headers['retry-after'] ?? '');
  return {
    status,
    ...(asks === undefined ? {} : { asks }),
    ...(challenge === undefined ? {} : { challenge }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** Of Retry-After, which has seconds or a date. */
function secondsUntil(text: string): number | undefined {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  const date = / GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.round((date - Date.now()) / 1000));
}

/** What helps to open a site that gave this answer, in the words of the target file; empty if that is not known. */
export function wayIn({ status, asks, challenge, retryAfter }: Refused): string {
  if (challenge !== undefined)
    return (
      `${challenge} checks for bots there, and takes this browser for one: exempt this machine from the check, or set the header or cookie ` +
      'that exempts it in "headers" or "cookies" in the target file.'
    );
  const again = retryAfter === undefined ? '' : ` It asks visitors to try again in ${span(retryAfter)}.`;
  if (status === 401 && asks?.toLowerCase() === 'basic')
    return 'It asks for a user name and a password. Set "httpCredentials" in the target file, or check the ones that are there.';
  if (status === 401)
    return 'It admits only known visitors: set "headers", "cookies" or "storageState" in the target file.';
  if (status === 403)
    return (
      'It refuses this visitor: if a key opens it, set it in "headers" or "cookies" in the target file; if it admits only certain ' +
      'devices or languages, set "device" or "locale"; if only certain addresses or countries, let this machine in.'
    );
  if (status === 429)
    return (
      `It gets too many requests.${again} Make fewer visits at once with --workers 1, or set the key that lifts the limit in "headers" ` +
      'in the target file.'
    );
  if (status === 451)
    return (
      'It refuses visitors for legal reasons, usually those from certain countries: run the audit in a country that it admits, or let this machine in; if ' +
      'it depends on the language, set "locale" in the target file.'
    );
  if (status === 502 || status === 504)
    return 'A gateway answered, but it does not reach the site behind it: is the site up?';
  if (status === 503)
    return (
      `It is under maintenance or overloaded.${again} Run the audit when it is up; if a key opens it all the same, set it in "headers" or ` +
      '"cookies" in the target file.'
    );
  return '';
}

function span(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return seconds < 7_200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3_600)} hours`;
}

/** How Chromium, which speaks TLS with the site, and Node, which does where headers are added, name what went wrong; and what helps. */
const UNANSWERED: readonly [error: RegExp, help: string][] = [
  [
    /ERR_CERT_COMMON_NAME_INVALID|ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate/i,
    'Its certificate is for another host: name that host in baseURL, and in "hosts" the address where it is; or, if that is intended, set ' +
      '"ignoreHTTPSErrors": true in the target file.',
  ],
  [
    /ERR_CERT_DATE_INVALID|CERT_HAS_EXPIRED|certificate has expired/i,
    'Its certificate has expired, or is not valid yet: renew it, or set "ignoreHTTPSErrors": true in the target file.',
  ],
  [
    /CLIENT_AUTH|certificate required|bad certificate/i,
    'It asks for a client certificate, which a target file cannot provide: let this machine in without one.',
  ],
  [
    /ERR_CERT_|certificate|UNABLE_TO_VERIFY_LEAF|UNABLE_TO_GET_ISSUER/i,
    'Its certificate is not trusted: if that is intended, set "ignoreHTTPSErrors": true in the target file.',
  ],
  [
    /ERR_TOO_MANY_REDIRECTS/,
    'It redirects in a loop: if it insists on https or on another host, name that in baseURL; if it waits for a cookie, set it in ' +
      '"cookies" in the target file.',
  ],
  [/ERR_SSL_|EPROTO|wrong version number/i, 'Does it speak https at that port?'],
  [
    /ERR_EMPTY_RESPONSE|ERR_INVALID_HTTP_RESPONSE|Parse Error/,
    'Does it speak plain http at that port, or https?',
  ],
  [/ERR_UNSAFE_PORT/, 'No browser opens that port: serve the site at another one.'],
  [/^Timeout /, 'Is the site up? If it is that slow, raise "timeouts.step" in the target file.'],
];

/** What helps to reach a site that did not answer. */
export function wayToReach(error: string): string {
  return (
    UNANSWERED.find(([pattern]) => pattern.test(error))?.[1] ??
    'Is the site up, and is its address (baseURL) correct?'
  );
}
