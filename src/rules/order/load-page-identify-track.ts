import type { CallRecord } from '../../evidence/evidence.ts';
import { isIdentify } from '../../views/identify-calls.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const loadPageIdentifyTrack = defineRule({
  id: 'order/load-page-identify-track',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'A page calls ttq.load, ttq.page, ttq.identify and ttq.track in this order',
  why:
    "The SDK's queue corrects any other order as long as all calls are made before the SDK runs. Nothing guarantees that the page is " +
    'always faster than the script.',
  fix: "Keep TikTok's base code in one piece, ttq.load and then ttq.page(), and call identify and track after it.",
  source: "TikTok's base code; the queue measured on SDK builds of 2024 to 2026",
  messages: {
    'load-late': ({ before, page }: Args<'before' | 'page'>) =>
      `On ${page}, ttq.${before} was called before ttq.load`,
    'identify-before-page': ({ page }: Args<'page'>) =>
      `On ${page}, ttq.identify was called before ttq.page()`,
  },
  check(evidence) {
    const pages = Map.groupBy(evidence.calls, ({ document }) => document);
    const judged = [...pages.values()].filter((calls) => calls.some(({ method }) => method === 'load'));
    if (judged.length === 0) return { inapplicable: 'ttq.load was never called' };
    const wrong = judged.flatMap((calls) => outOfOrder(calls) ?? []);
    // If page() comes too late for an event, order/page-first reports it, for all pages of the visit.
    const isPageLate = wrong.some(({ code }) => code === 'page-late');
    return wrong
      .flatMap(({ code, call }) =>
        code === 'page-late' || (isPageLate && code !== 'load-late') ? [] : [{ code, call }],
      )
      .map(({ code, call }) => {
        const page = call.url ?? evidence.documents.find(({ id }) => id === call.document)?.url ?? '';
        const args = { page: pathOf(page), before: call.method };
        return finding(code, `/calls/${evidence.calls.indexOf(call)}`, { args, page });
      });
  },
});

interface Wrong {
  code: 'load-late' | 'page-late' | 'identify-before-page';
  /** The call that came too early. */
  call: CallRecord;
}

/** What is wrong with the order of a page's calls, if anything; one thing for each page. */
function outOfOrder(calls: CallRecord[]): Wrong | undefined {
  const first = (is: (call: CallRecord) => boolean) => {
    const index = calls.findIndex(is);
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  };
  const load = first(({ method }) => method === 'load');
  const page = first(({ method }) => method === 'page');
  const track = first(({ method }) => method === 'track');
  const identify = first(isIdentify);
  if (track < page) return { code: 'page-late', call: calls[track]! };
  const earliest = Math.min(page, identify, track);
  if (earliest < load) return { code: 'load-late', call: calls[earliest]! };
  return identify < page && page < calls.length
    ? { code: 'identify-before-page', call: calls[identify]! }
    : undefined;
}
