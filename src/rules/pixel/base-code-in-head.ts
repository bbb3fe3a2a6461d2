import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const baseCodeInHead = defineRule({
  id: 'pixel/base-code-in-head',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'The base code is in <head>',
  why: 'In <body> it runs late: visitors who leave early are not counted, and Pixel Helper warns.',
  fix: 'Move the base code into <head>, before other scripts. This does not apply to base code inserted by a tag manager.',
  source: 'TikTok help centre, "Install the pixel"; TikTok Pixel Helper, "base code not in head"',
  messages: {
    body: ({ page }: Args<'page'>) => `The base code is in <body> on ${page}`,
  },
  check(evidence) {
    const inline = evidence.calls
      .map((call, index) => ({ ...call, index }))
      .filter(
        ({ method, placement }) => method === 'load' && placement !== undefined && placement !== 'script',
      );
    if (inline.length === 0) return { inapplicable: 'No page has an inline base code' };
    const pages = new Map(evidence.documents.map(({ id, url }) => [id, url]));
    return inline
      .filter(({ placement }) => placement === 'body')
      .map(({ document, index }) => {
        const page = pages.get(document) ?? '';
        return finding('body', `/calls/${index}`, { args: { page: pathOf(page) }, page });
      });
  },
});
