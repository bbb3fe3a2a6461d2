import { expect } from '@playwright/test';
import { tokenHeader } from '../../../src/rules/events-api/token-header.ts';
import { accessTokenNotInBrowser } from '../../../src/rules/privacy/access-token-not-in-browser.ts';
import { test } from '../test.ts';
import { AT, all, clean, cleanTarget, SHOP, set } from './clean.ts';

/** What rules see of sealed secrets: whether two are the same, and the form of a token. */
const sealed = (digit: string, form = '') => `[token hmac=${digit.repeat(64)}${form}]`;
const TOKEN = `${AT.server}/headers/access-token`;

const found = (rule: typeof tokenHeader | typeof accessTokenNotInBrowser, change: ReturnType<typeof set>) => {
  const result = rule.check(clean(change), cleanTarget());
  return Array.isArray(result) ? result.map(({ code, place }) => `${code} ${place}`) : result;
};

for (const [name, form, findings] of [
  ['a token alone', '', []],
  ['the word Bearer before it', ' form=bearer', [`bearer ${TOKEN}`]],
  ['a placeholder', ' form=placeholder', [`placeholder ${TOKEN}`]],
] as const) {
  test(`sealed, ${name}`, () => {
    expect(found(tokenHeader, set(TOKEN, sealed('1', form)))).toEqual(findings);
  });
}

for (const [name, token, findings] of [
  ['the token of the server', sealed('1'), [`in-url ${AT.order}/url`, `in-call ${AT.call.Purchase}`]],
  ['another secret', sealed('2'), []],
] as const) {
  test(`sealed, in a URL and in a call: ${name}`, () => {
    const change = all(
      set(TOKEN, sealed('1')),
      set(`${AT.call.Purchase}/args/1/settings`, { tokens: [token] }),
      set(`${AT.order}/url`, `${SHOP}/orders/1001?key=${token}`),
    );
    expect(found(accessTokenNotInBrowser, change)).toEqual(findings);
  });
}
