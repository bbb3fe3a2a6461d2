import { expect } from '@playwright/test';
import { problem } from '../../../src/evidence/problem.ts';
import { mask } from '../../../src/masking/mask.ts';
import { test } from '../test.ts';

/** If a site does not admit everybody, the message names the field of the target that helps. */

const URL = 'https://staging.shop.example/';
const AT_STEP = { index: 1, of: 2, step: '{"click":"#buy"}', error: 'Timeout 15000ms exceeded' };

const EXPLAINED: [string, ReturnType<typeof problem>, RegExp | undefined][] = [
  [
    'basic authentication',
    problem('http-error', { url: URL, status: 401, asks: 'Basic' }),
    /"httpCredentials"/,
  ],
  ['another key', problem('http-error', { url: URL, status: 401 }), /"headers", "cookies"/],
  ['a visitor who is refused', problem('http-error', { url: URL, status: 403 }), /"headers" or "cookies"/],
  ['another error', problem('http-error', { url: URL, status: 500 }), undefined],
  [
    'a certificate, as Chromium names it',
    problem('no-answer', { origin: URL, error: 'ERR_CERT_AUTHORITY_INVALID' }),
    /"ignoreHTTPSErrors": true/,
  ],
  [
    'a certificate, as Node names it',
    problem('no-answer', { origin: URL, error: 'self-signed certificate' }),
    /"ignoreHTTPSErrors": true/,
  ],
  [
    'nobody there',
    problem('no-answer', { origin: URL, error: 'ECONNREFUSED' }),
    /Is the site up, and does baseURL name it/,
  ],
  [
    'a step that met a login',
    problem('step', { ...AT_STEP, page: `${URL}users/sign_in?next=%2F` }),
    /"setup" or "storageState"/,
  ],
  ['a step elsewhere', problem('step', { ...AT_STEP, page: `${URL}author/signing` }), undefined],
];

for (const [what, { message }, wanted] of EXPLAINED)
  test(`${what}: ${wanted ? 'the field that helps' : 'no field'} is named`, () => {
    if (wanted) expect(message).toMatch(wanted);
    else expect(message).not.toContain('target file');
    expect(/Is the site up/.test(message)).toBe(what === 'nobody there');
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

test('nothing of a message looks like a secret, so that all of it is printed', () => {
  for (const asks of ['Basic', 'Bearer', undefined])
    for (const status of [401, 403, 407, 451]) {
      const { message } = problem('http-error', {
        url: 'https://a.example/',
        status,
        ...(asks ? { asks } : {}),
      });
      expect(mask(message, [])).toBe(message);
    }
});
