import type { Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { PAGEVIEW } from '../../tiktok/event-names.ts';
import { isWithheld } from '../../views/documents.ts';
import { type SentPageview, sentPageviews, type View, viewsOf } from '../../views/page-views.ts';
import { absent, finding, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  twice: ({ pixel, page }: Args<'pixel' | 'page'>) =>
    `${page} sent two Pageviews to pixel ${pixel} without a change of its URL`,
  none: ({ pixel, page, from, hint }: Args<'pixel' | 'page' | 'from' | 'hint'>) =>
    `The route ${page}, reached from ${from}, sent no Pageview to pixel ${pixel}${hint}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const pageOnceAView = defineRule({
  id: 'order/page-once-a-view',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'pages', 'steps', 'messages'],
  yieldsTo: [
    // Loaded twice, it sends twice.
    { rule: 'pixel/no-duplicate-load', yielding: ['twice'], sharing: ['page', 'pixel'] },
    // A page that never calls page(), or too late, sends none for its routes, either.
    { rule: 'order/page-first', yielding: ['none'], sharing: ['page'] },
  ],
  title: 'Each page, and each route of a single-page application, sends one Pageview to each pixel',
  why: 'Audiences and reports are built on page views: a second one counts a visit that did not happen, and a missing one loses a visit.',
  fix:
    'Keep one copy of the SDK on the page. On a route change, the SDK has sent the Pageview itself since 2025, unless it is loaded ' +
    'with historyObserver: false; then call ttq.page() when the new route is shown.',
  source:
    'Measured on SDK builds of 2024 to 2026: a repeat on one URL is suppressed; a changed URL has sent a Pageview since 2025',
  messages,
  check(evidence, target) {
    const pageviews = sentPageviews(evidence);
    if (pageviews.length === 0) return { inapplicable: 'No Pageview was sent: see order/page-first' };
    return [...twice(pageviews, evidence), ...(target.spa ? none(pageviews, evidence, target) : [])];
  },
});

/** Runtimes in which the SDK is the only copy on its page: frames may each have their own, and all name the page around them. */
const OF_PAGE = ['', '1', '4'];

function twice(pageviews: SentPageview[], evidence: Evidence): Found[] {
  const views = viewsOf(evidence);
  const own = pageviews.filter(({ runtime }) => OF_PAGE.includes(runtime));
  const groups = Map.groupBy(own, ({ pixel, runtime, page }) => JSON.stringify([pixel, runtime, page]));
  return [...groups.values()].flatMap((sent) => {
    const { pixel, page } = sent[0]!;
    // Events arrive late: those of a view may come when the next one is shown.
    const shown = views.filter(({ url }) => url === page).length;
    if (shown === 0 || sent.length <= shown || isTracked(page, evidence)) return [];
    const second = sent.find(({ at }, index) => {
      const before = sent[index - 1];
      return before && !views.some((view) => view.at > before.at && view.at <= at);
    });
    if (!second) return [];
    return [finding('twice', second.place, { args: { pixel, page: pathOf(page) }, page, about: { pixel } })];
  });
}

/** Whether a page tracks a Pageview by hand, which event/name-reserved reports. */
function isTracked(page: string, { calls, documents }: Evidence): boolean {
  const pages = new Map(documents.map(({ id, url }) => [id, url]));
  return calls.some(
    ({ method, args, url, document }) =>
      method === 'track' && args[0] === PAGEVIEW && (url ?? pages.get(document)) === page,
  );
}

function none(pageviews: SentPageview[], evidence: Evidence, target: Target): Found[] {
  const pixels = target.pixels.filter((pixel) => pageviews.some((sent) => sent.pixel === pixel));
  const hint = /^2024/.test(evidence.recorder.sdk.profile ?? '')
    ? '; the 2024 build does not send one automatically'
    : '';
  const views = viewsOf(evidence);
  return views.flatMap((view, index) => {
    const before = views[index - 1];
    if (!view.isOtherPath || !before || !isJudged(view, evidence)) return [];
    const routes = views.filter(({ document }) => document === view.document).map(({ url }) => url);
    const isOwn = ({ page, at }: SentPageview) => pathOf(page) === pathOf(view.url) && at >= before.at;
    return pixels
      .filter((pixel) => !pageviews.some((sent) => sent.pixel === pixel && isOwn(sent)))
      .map((pixel) => {
        const args = { pixel, page: pathOf(view.url), from: pathOf(before.url), hint };
        return absent('none', view.place, { args, page: view.url, about: { page: routes } });
      });
  });
}

/** Whether the SDK was there and free to send, the visitor saw the view, and the site did not report it itself. */
function isJudged(
  { at, until, document: id, url }: View,
  { documents, calls, steps, duration }: Evidence,
): boolean {
  const { mountedAt } = documents.find((document) => document.id === id)!;
  if (mountedAt === undefined || mountedAt >= until) return false;
  // A router that moves on without the visitor, to a login for example, only passed through.
  const wasSeen = until >= duration || steps.some((step) => step.at >= at && step.at <= until);
  const own = calls.filter((call) => call.document === id && call.at < until);
  // It may have passed another URL than the page's.
  const isReported = own.some((call) => call.method === 'page' && call.at >= at && call.url === url);
  return wasSeen && !isReported && !isWithheld(own);
}
