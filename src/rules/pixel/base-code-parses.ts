import { spoiltSnippets } from '../../views/snippets.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const baseCodeParses = defineRule({
  id: 'pixel/base-code-parses',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['pages'],
  title: 'The base code is valid JavaScript, and not the loader of 2020',
  why: 'One wrong character stops the whole snippet: ttq is not defined on the page, and every script that calls it stops, too.',
  fix: 'Copy the base code from Events Manager into the source of the page, bypassing any editor that changes quotes and special characters.',
  source:
    'Measured: a base code with \\" in it leaves ttq undefined; the loader of 2020 requests a script that is empty today',
  messages: {
    escaped: ({ page, line }: Args<'page' | 'line'>) =>
      `The base code on ${page} has backslashes before its quotes (line ${line})`,
    entities: ({ page, line }: Args<'page' | 'line'>) =>
      `The base code on ${page} has HTML entities such as &quot; or &amp; instead of characters (line ${line})`,
    markup: ({ page, line }: Args<'page' | 'line'>) =>
      `The base code on ${page} has HTML tags between its lines (line ${line})`,
    typographic: ({ page, line }: Args<'page' | 'line'>) =>
      `The base code on ${page} has typographic quotes (line ${line})`,
    cut: ({ page, line, detail }: Args<'page' | 'line' | 'detail'>) =>
      `The base code on ${page} is cut off (line ${line}: ${detail})`,
    syntax: ({ page, line, detail }: Args<'page' | 'line' | 'detail'>) =>
      `The base code on ${page} is not valid JavaScript (line ${line}: ${detail})`,
    dead: ({ page }: Args<'page'>) =>
      `The base code on ${page} is the loader of 2020: it requests sdk.js, which is empty today, and does not create ttq`,
  },
  check(evidence) {
    if (!evidence.documents.some(({ snippets }) => snippets))
      return { inapplicable: 'No page has an inline base code' };
    return spoiltSnippets(evidence).map(({ document: { url }, place, problem: { kind, line, detail } }) =>
      finding(kind, place, { args: { page: pathOf(url), line, detail }, page: url }),
    );
  },
});
