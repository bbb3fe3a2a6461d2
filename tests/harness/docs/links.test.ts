import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect } from '@playwright/test';
import { test } from '../test.ts';
import { PAGES, pageText, root } from './pages.ts';

for (const page of PAGES) {
  test(`the links of ${page}`, () => {
    for (const link of linksOf(pageText(page))) expect(lack(page, link), link).toBe(undefined);
  });
}

for (const page of PAGES.filter((one) => one !== 'CHANGELOG.md')) {
  test(`the files that ${page} names`, () => {
    for (const path of pathsIn(pageText(page))) expect(existsSync(join(root, path)), path).toBe(true);
  });
}

test('a file that does not exist is found', () => {
  expect(pathsIn('See `src/no-such.ts` and `src/rules/<topic>/<name>.ts`, `docs/*.md`.')).toEqual([
    'src/no-such.ts',
  ]);
});

test('a link that leads nowhere is found', () => {
  const text =
    'See [one](docs/no-such.md), [another](docs/gate.md#no-such) and [a third](https://shop.example).';
  expect(linksOf(text).map((link) => lack('README.md', link))).toEqual([
    'no file docs/no-such.md',
    'no heading #no-such in docs/gate.md',
  ]);
});

/** The links to files of the project, and to headings. */
function linksOf(text: string): string[] {
  return [...text.replace(/^```.*?^```$/gms, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !link.includes('://'));
}

/** The files and folders of the project that a page names, other than by a pattern. */
function pathsIn(text: string): string[] {
  return [...text.matchAll(/`((?:src|tests|fixtures|docs|examples)\/[^`<*:\s]+)`/g)].map(([, path]) => path!);
}

/** What is missing of the target of a link: the file or the heading. */
function lack(page: string, link: string): string | undefined {
  const [path, heading] = link.split('#');
  const file = path ? relative(root, join(root, dirname(page), path)) : page;
  if (!existsSync(join(root, file))) return `no file ${file}`;
  if (heading === undefined || anchorsOf(pageText(file)).includes(heading)) return undefined;
  return `no heading #${heading} in ${file}`;
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
