import { expect } from '@playwright/test';
import { isWithin, nearest } from '../../../src/evidence/pointer.ts';
import { tokenForm, tokenOfForm } from '../../../src/tiktok/events-api/token.ts';
import { sha256Hex } from '../../../src/tiktok/hashing.ts';
import { contractFindings, memberOf, mergedFindings } from '../../../src/views/contract.ts';
import { AT, all, clean, drop, set } from '../rules/clean.ts';
import { inRequest, SERVER_EVENT } from '../rules/server.ts';
import { test } from '../test.ts';

const MASK = '0'.repeat(64);

test('the masked clean visit fits the contract', () => {
  expect(contractFindings(clean())).toEqual([]);
});

test('a finding names its request, its events and an existing place', () => {
  const evidence = clean(
    all(
      drop(`${SERVER_EVENT}/page`),
      inRequest(({ data }) => data.push({ ...data[0], event: 'AddToCart' })),
    ),
  );
  const findings = contractFindings(evidence);
  expect(findings).toMatchObject([
    { code: 'page-url-missing', request: 0, place: SERVER_EVENT, events: ['Purchase'] },
    { code: 'page-url-missing', request: 0, place: `${AT.server}/body/data/1`, events: ['AddToCart'] },
  ]);
  expect(mergedFindings(findings)).toEqual([
    { first: findings[0], events: ['Purchase', 'AddToCart'], times: 2 },
  ]);
});

test('a masked text counts as a text of its form, with a known length', () => {
  const evidence = clean(
    all(
      set(`${SERVER_EVENT}/user/email`, `[email sha256=${MASK} shape=aaa@aaa.aaa]`),
      set(`${SERVER_EVENT}/user/ip`, `[ip sha256=${MASK} shape=aaaaaaa]`),
    ),
  );
  expect(contractFindings(evidence)).toMatchObject([
    { level: 'reject', code: 'pii-not-hashed', found: 'a text of 11 characters' },
    { level: 'warn', code: 'ip-form', found: 'a text of 7 characters' },
  ]);
});

const TOKENS: [string, string, string, string][] = [
  ['a token', 'x', 'aaaa9999', 'a-token'],
  ['the word Bearer', 'x', 'Aaaaaa aaaa', 'Bearer token'],
  ['another word of six letters, which is not a token either', 'x', 'AAAAAA 999', 'Bearer token'],
  ['undefined', 'undefined', 'aaaaaaaaa', '<token>'],
  ['a template', 'x', '<AAAA>', '<token>'],
  ['a word of the same form as undefined', 'x', 'aaaaaaaaa', 'a-token'],
];

for (const [name, text, shape, wanted] of TOKENS) {
  test(`a masked token that is ${name}`, () => {
    expect(tokenOfForm(tokenForm({ sha256: sha256Hex(text), shape }))).toBe(wanted);
  });
}

test('members without indexes', () => {
  expect(memberOf('/body/data/12/user/email/0')).toBe('/body/data/*/user/email/*');
  expect(memberOf('/body/data2/0a')).toBe('/body/data2/0a');
});

test('the nearest existing place', () => {
  const root = { list: [{ 'a/b': { '~': 1 } }] };
  expect(nearest(root, '/list/0/a~1b/~0')).toBe('/list/0/a~1b/~0');
  expect(nearest(root, '/list/0/c/d')).toBe('/list/0');
  expect(nearest(root, '/list/1')).toBe('/list');
  expect(nearest(root, '/none')).toBe('');
  expect(nearest(root, '/list/toString')).toBe('/list');
});

test('a place within another', () => {
  expect(isWithin('/requests/1', '/requests/1')).toBe(true);
  expect(isWithin('/requests/1/body', '/requests/1')).toBe(true);
  expect(isWithin('/requests/12', '/requests/1')).toBe(false);
});
