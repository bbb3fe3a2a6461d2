import { expect } from '@playwright/test';
import { refusedBy } from '../../../src/evidence/closed-door.ts';
import { problem } from '../../../src/evidence/problem.ts';
import { mask } from '../../../src/masking/mask.ts';
import { test } from '../test.ts';

/** If a site does not admit everybody, the message names the field of the target that helps. */

const URL = 'https://staging.shop.example/';
const AT_STEP = { index: 1, of: 2, step: '{"click":"#buy"}', error: 'Timeout 15000ms exceeded' };

const answered = (status: number, headers: Record<string, string> = {}) =>
  problem('http-error', { url: URL, ...refusedBy(status, headers) });
const unanswered = (error: string) => problem('no-answer', { origin: URL, error });
const stuckOn = (page: string, status?: number) =>
  problem('step', { ...AT_STEP, page, ...(status === undefined ? {} : { status }) });

/** What helps, and whether it is mentioned; undefined if no field of the target file does. */
const EXPLAINED: [string, ReturnType<typeof problem>, RegExp | undefined][] = [
  ['basic authentication', answered(401, { 'www-authenticate': 'Basic realm="a"' }), /"httpCredentials"/],
  ['another key', answered(401, { 'www-authenticate': 'Bearer' }), /"headers", "cookies" or "storageState"/],
  ['a visitor who is refused', answered(403), /"headers" or "cookies".*"device" or "locale"/],
  ['a country that is refused', answered(451), /in a country that it admits.*"locale"/],
  [
    'too many requests',
    answered(429, { 'retry-after': '30' }),
    /try again in 30 seconds\. .*--workers 1.*"headers"/,
  ],
  ['a maintenance page', answered(503), /under maintenance or overloaded\. Run .*"headers" or "cookies"/],
  ['a maintenance of some hours', answered(503, { 'retry-after': '9000' }), /try again in 3 hours\. /],
  [
    'a maintenance until a time',
    answered(503, { 'retry-after': new Date(Date.now() + 600_500).toUTCString() }),
    /try again in 10 minutes\. /,
  ],
  ['an invalid time', answered(503, { 'retry-after': 'soon' }), /overloaded\. Run the audit/],
  [
    'a check for robots of Cloudflare',
    answered(403, { 'cf-mitigated': 'challenge' }),
    /^\S+ answered HTTP 403\. Cloudflare .*"headers"/,
  ],
  ['one of Vercel', answered(429, { 'x-vercel-mitigated': 'challenge' }), /429\. Vercel checks/],
  ['one of AWS', answered(405, { 'x-amzn-waf-action': 'captcha' }), /405\. AWS WAF checks/],
  ['a gateway', answered(502), undefined],
  ['another error', answered(500), undefined],
  ['a page that is missing', answered(404, { 'retry-after': '30' }), undefined],
  [
    'a certificate, as Chromium names it',
    unanswered('ERR_CERT_AUTHORITY_INVALID'),
    /not trusted: .*"ignoreHTTPSErrors": true/,
  ],
  [
    'a certificate, as Node names it',
    unanswered('self-signed certificate'),
    /not trusted: .*"ignoreHTTPSErrors": true/,
  ],
  [
    'a certificate of another host',
    unanswered('ERR_CERT_COMMON_NAME_INVALID'),
    /for another host: .*"hosts".*"ignoreHTTPSErrors"/,
  ],
  [
    'a certificate of another host, as Node names it',
    unanswered(
      "Hostname/IP does not match certificate's altnames: Host: a.example. is not cert's CN: b.example",
    ),
    /for another host: /,
  ],
  ['a certificate that is over', unanswered('ERR_CERT_DATE_INVALID'), /expired.*"ignoreHTTPSErrors": true/],
  ['a client certificate', unanswered('ERR_BAD_SSL_CLIENT_AUTH_CERT'), /a target file cannot provide/],
  ['redirects in a loop', unanswered('ERR_TOO_MANY_REDIRECTS'), /in a loop: .*baseURL.*"cookies"/],
  ['a slow site', unanswered('Timeout 15000ms exceeded.'), /"timeouts\.step"/],
  ['no TLS', unanswered('ERR_SSL_PROTOCOL_ERROR'), undefined],
  ['nobody there', unanswered('ECONNREFUSED'), undefined],
  ['a step that met a login', stuckOn(`${URL}users/sign_in?next=%2F`), /"setup" or "storageState"/],
  [
    'a step that met a refusal',
    stuckOn(`${URL}checkout`, 403),
    /answered with HTTP 403\. It refuses this visitor: .*"device"/,
  ],
  ['a step that met an error', stuckOn(`${URL}checkout`, 500), undefined],
  ['a step elsewhere', stuckOn(`${URL}author/signing`), undefined],
];

for (const [what, { message }, wanted] of EXPLAINED)
  test(`${what}: ${wanted ? 'what helps' : 'no field'} is named`, () => {
    if (wanted) expect(message).toMatch(wanted);
    else expect(message).not.toContain('target file');
    expect(/is its address \(baseURL\) correct/.test(message)).toBe(what === 'nobody there');
    const explanations = message.match(
      /\b(It|Its certificate|Cloudflare|Vercel|AWS WAF) (is|are|asks for|admits|refuses|gets|checks|redirects)\b/g,
    );
    expect(explanations?.length ?? 0).toBeLessThan(2);
  });

test('an error that ends with a full stop does not give two', () => {
  const error = 'Timeout 15000ms exceeded.';
  const step = { ...AT_STEP, error, page: `${URL}users/sign_in` };
  for (const { message } of [
    problem('step', step),
    problem('step', { ...step, page: URL, reported: 'x is not defined' }),
    problem('setup-step', step),
    problem('undelivered', { method: 'GET', url: URL, error }),
    problem('double-unreached', { obstacle: error }),
  ])
    expect(message).not.toMatch(/\.[.;]/);
  expect(problem('test-failed', { error }).message).toBe(error);
  expect(problem('step', step).args).toEqual(step);
});

test('no part of a message looks like a secret, so all of it is printed', () => {
  for (const [, { message }] of EXPLAINED) expect(mask(message, [])).toBe(message);
});
