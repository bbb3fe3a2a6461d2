import { spoiltSnippets } from '../../views/snippets.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const baseCodeParses = defineRule({
  id: 'pixel/base-code-parses',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['pages'],
  title: 'The base code is JavaScript, and not the loader of 2020',
  why: 'One wrong character stops the whole snippet: ttq is not defined on the page, and each script that calls it stops, too.',
  fix: 'Copy the base code from Events Manager into the source of the page, past every editor that changes quotes and signs.',
  source:
    'Measured: a base code with \\" in it leaves ttq undefined; the loader of 2020 asks for a script that is empty today',
  messages: {
    escaped: ({ page, line }: Args<'page' | 'line'>) =>
      `The base code on ${page} has backslashes before its quotes (line ${line})`,
    entities: ({ page, line }: Args<'page' | 'line'>) =>
      `The base code on ${page} has HTML entities such as &quot; or &amp; in place of characters (line ${line})`,
    markup: ({ page, line }: Args<'page' | 'line'>) =>
      `The base code on ${page} has HTML tags between its lines (line ${line})`,
    typographic: ({ page, line }: Args<'page' | 'line'>) =>
      `The base code on ${page} has typographic quotes (line ${line})`,
    cut: ({ page, line, detail }: Args<'page' | 'line' | 'detail'>) =>
      `The base code on ${page} is cut off (line ${line}: ${detail})`,
    syntax: ({ page, line, detail }: Args<'page' | 'line' | 'detail'>) =>
      `The base code on ${page} is no JavaScript (line ${line}: ${detail})`,
    dead: ({ page }: Args<'page'>) =>
      `The base code on ${page} is the loader of 2020: it asks for sdk.js, which is empty today, and makes no ttq`,
  },
  check(evidence) {
    if (!evidence.documents.some(({ snippets }) => snippets))
      return { inapplicable: 'No page has an inline base code' };
    return spoiltSnippets(evidence).map(({ document: { url }, place, problem: { kind, line, detail } }) =>
      finding(kind, place, { args: { page: pathOf(url), line, detail }, page: url }),
    );
  },
});
