import { PAGEVIEW } from '../../tiktok/event-names.ts';
import { type EventCall, eventCalls } from '../../views/events.ts';
import { viewsOf } from '../../views/page-views.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

/** This many calls on one view prove nothing: effects may run twice, and a router may call before it changes the URL. */
const ALLOWED = 2;

export const pageCalledOnce = defineRule({
  id: 'order/page-called-once',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['calls'],
  title: 'ttq.page is called once per page or route',
  why:
    'The SDK sends the first call and drops the others, as long as it considers the URL the same. Each extra call is one more place to ' +
    'maintain, and builds that do not drop repeats count the view again.',
  fix: 'Call ttq.page in one place: the base code for documents, the router for routes.',
  source: 'Measured: a repeated page() on one URL is dropped. Two calls are accepted, three are not',
  messages: {
    often: ({ page, times }: Args<'page' | 'times'>) =>
      `ttq.page was called ${times} times on ${page} without a change of its URL`,
  },
  check(evidence) {
    const calls = eventCalls(evidence).filter((call) => isPage(call, evidence.calls));
    if (calls.length === 0) return { inapplicable: 'ttq.page was never called' };
    const views = viewsOf(evidence);
    const groups = Map.groupBy(calls, ({ document, at, page, pixel, properties }) => {
      const view = views.find((one) => one.document === document && at >= one.at && at < one.until);
      return JSON.stringify([document, view?.place, page, pixel, properties]);
    });
    return [...groups.values()]
      .filter((same) => same.length > ALLOWED)
      .map((same) => {
        const { page, place } = same[ALLOWED]!;
        return finding('often', place, { args: { page: pathOf(page), times: same.length }, page });
      });
  },
});

function isPage({ event, place }: EventCall, calls: readonly { method: string }[]): boolean {
  return event === PAGEVIEW && calls[Number(place.replace('/calls/', ''))]?.method === 'page';
}
