import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { ruleDocUrl, rulesPageFrom, rulesPageUrl } from '../../../src/report/doc-link.ts';
import { RULES } from '../../../src/rules/index.ts';
import { test } from '../test.ts';

test('the anchor of every rule is on the page of rules', () => {
  const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
  for (const { id } of RULES) {
    expect(page).toContain(`\n### ${id}\n`);
    expect(page).toContain(`(${ruleDocUrl(id, '')})`);
  }
});

test('a rule on docs/rules.md', () => {
  expect(ruleDocUrl('event-id/present')).toBe('docs/rules.md#event-idpresent');
  expect(ruleDocUrl('params/currency-iso-4217', 'https://docs.example/rules')).toBe(
    'https://docs.example/rules#paramscurrency-iso-4217',
  );
});

const GITHUB = {
  GITHUB_WORKSPACE: '/home/runner/work/shop',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_SHA: 'abc123',
};
const ROOT = '/home/runner/work/shop/audit';

for (const [what, manifest, environment, root, url] of [
  [
    'a repository',
    { repository: { url: 'git+https://github.com/acme/harness.git' } },
    GITHUB,
    ROOT,
    'https://github.com/acme/harness/blob/HEAD/docs/rules.md',
  ],
  [
    'a short repository',
    { repository: 'acme/harness' },
    {},
    ROOT,
    'https://github.com/acme/harness/blob/HEAD/docs/rules.md',
  ],
  [
    'a homepage on GitLab',
    { homepage: 'https://gitlab.com/acme/harness#readme' },
    {},
    ROOT,
    'https://gitlab.com/acme/harness/blob/HEAD/docs/rules.md',
  ],
  [
    'another homepage',
    { homepage: 'https://harness.example' },
    GITHUB,
    ROOT,
    'https://harness.example/docs/rules.md',
  ],
  ['a checkout', {}, GITHUB, ROOT, 'https://github.com/acme/shop/blob/abc123/audit/docs/rules.md'],
  [
    'a checkout at its root',
    {},
    GITHUB,
    '/home/runner/work/shop',
    'https://github.com/acme/shop/blob/abc123/docs/rules.md',
  ],
  ['an installed package', {}, GITHUB, `${ROOT}/node_modules/ttq-conformance`, undefined],
  ['a folder outside the checkout', {}, GITHUB, '/opt/harness', undefined],
  ['nothing', {}, {}, ROOT, undefined],
] as const) {
  test(`where the rules can be read: ${what}`, () => {
    expect(rulesPageUrl(manifest, environment, root)).toBe(url);
  });
}

test('from a folder of the project, and from none outside of it', () => {
  expect(rulesPageFrom('/p/harness/reports', '/p/harness')).toBe('../docs/rules.md');
  expect(rulesPageFrom('/p/reports', '/p/harness')).toBeUndefined();
});
