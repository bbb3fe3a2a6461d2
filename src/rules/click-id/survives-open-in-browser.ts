import { clickIdIn, isClickId } from '../../tiktok/click-id.ts';
import { arrivalDocuments } from '../../views/documents.ts';
import { lostOnTheWay } from '../../views/hops.ts';
import { shownOnLanding } from '../../views/shown-in-view.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { IN_APP } from '../scenarios.ts';

export const survivesOpenInBrowser = defineRule({
  id: 'click-id/survives-open-in-browser',
  severity: 'minor',
  scenarios: IN_APP,
  needs: ['pages', 'steps'],
  title: "A visitor who opens the landing page from TikTok's app in a browser brings the click id along",
  why:
    "Ads open in the app's own web view. A visitor who continues in a browser arrives there without that view's cookies and storage: " +
    'only the URL still carries the click id.',
  fix:
    'Leave ttclid in the URL of the landing page, and let the pixel load on a first visit as it does on a later one. If a script cleans up ' +
    'the URL, let it keep ttclid.',
  source:
    "The web views of TikTok's app keep their cookies and storage apart from those of the phone's browser",
  messages: {
    dropped: ({ page }: Args<'page'>) =>
      `A script removed ttclid from the URL of the landing page ${page}: opened in a browser, the page no longer knows the click`,
    lost: ({ page }: Args<'page'>) =>
      `The landing page ${page} still has ttclid in its URL, but opened in a browser it sends its events without the click id`,
  },
  check(evidence) {
    if (evidence.clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    const lost = lostOnTheWay(evidence);
    if (lost) return lost;
    const landing = arrivalDocuments(evidence).at(-1);
    if (!landing || !isClickId(clickIdIn(landing.url) ?? '', evidence.clickId))
      return { inapplicable: 'The landing page did not get it: see click-id/landing-has-it' };
    const { inBrowser } = evidence;
    const isShown = isClickId(clickIdIn(shownOnLanding(evidence) ?? '') ?? '', evidence.clickId);
    // If nothing was sent, as before consent, only the URL shows it.
    const isKept = inBrowser && inBrowser.events > 0 ? inBrowser.withClickId > 0 : isShown;
    if (isKept) return [];
    const place = `/documents/${evidence.documents.indexOf(landing)}`;
    return [
      finding(isShown ? 'lost' : 'dropped', place, {
        args: { page: pathOf(landing.url) },
        page: landing.url,
      }),
    ];
  },
});
