import { expect } from '@playwright/test';
import { isExcluded } from '../../../src/target/exclude.ts';
import { test } from '../test.ts';

const SHOP = 'https://www.shop.example';

const CASES: [pattern: string, url: string, wanted: boolean][] = [
  ['/login', `${SHOP}/login`, true],
  ['/login', `${SHOP}/login/?next=%2F`, true],
  ['/login', '/login', true],
  ['/login', `${SHOP}/login/help`, false],
  ['/login', `${SHOP}/de/login`, false],
  ['/login', 'https://other.example/login', false],
  ['/login*', `${SHOP}/login/help`, true],
  ['/*/login', `${SHOP}/de/login`, true],
  ['/login?staging=1', `${SHOP}/login?staging=1`, true],
  ['/login?staging=1', `${SHOP}/login`, false],
  ['/a.b', `${SHOP}/aXb`, false],
  ['https://sso.example/*', 'https://sso.example/realms/shop?x=1', true],
  ['https://sso.example/*', 'https://sso.example.evil.test/', false],
  ['/*', `${SHOP}/`, true],
  ['/login', 'about:blank', false],
];

for (const [pattern, url, wanted] of CASES)
  test(`${pattern} ${wanted ? 'excludes' : 'leaves'} ${url}`, () => {
    expect(isExcluded(url, { baseURL: SHOP, exclude: [pattern] })).toBe(wanted);
  });
