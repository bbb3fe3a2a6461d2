import { text } from '../../tiktok/pixel-request.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const noDuplicateLoad = defineRule({
  id: 'pixel/no-duplicate-load',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'Each pixel id is loaded once a page',
  why: 'A second load empties the queue of calls made on that pixel, and the SDK warns of it.',
  fix: 'Keep one of the two: usually the base code stands in the template and in the tag manager.',
  source: 'SDK diagnostic DUPLICATE_PIXEL_CODE; the queue measured on SDK builds of 2024 to 2026',
  messages: {
    twice: ({ pixel, page }: Args<'pixel' | 'page'>) => `Pixel ${pixel} was loaded again on ${page}`,
  },
  check(evidence) {
    const loads = evidence.calls.flatMap((call, index) =>
      call.method === 'load' ? [{ ...call, index }] : [],
    );
    if (loads.length === 0) return { inapplicable: 'ttq.load was never called' };
    const pages = new Map(evidence.documents.map(({ id, url }) => [id, url]));
    const seen = new Set<string>();
    return loads.flatMap(({ document, args, index }) => {
      const pixel = text(args[0]);
      const key = `${document} ${pixel}`;
      if (!seen.has(key)) {
        seen.add(key);
        return [];
      }
      const page = pages.get(document) ?? '';
      return [
        finding('twice', `/calls/${index}`, { args: { pixel, page: pathOf(page) }, page, about: { pixel } }),
      ];
    });
  },
});
