import { landedClickId } from '../../evidence/documents.ts';
import { sentEvents } from '../../evidence/events.ts';
import { isClickId } from '../../tiktok/click-id.ts';
import { finding, pathOf } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const reachesPixel: Rule = {
  id: 'click-id/reaches-pixel',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  title: "The pixel's events carry the click id",
  why: 'It ties the event to the ad click, also where the browser refuses cookies.',
  mend:
    'Let the pixel load on the landing page before a script or router takes ttclid out of the URL, and do not clear ' +
    'sessionStorage: the SDK reads the id from there and from the URL, never from the cookie.',
  source: 'Measured on SDK builds of 2024 to 2026: context.ad.callback',
  messages: {
    missing: ({ event, page }) => `${event} from ${page} carries no click id`,
    other: ({ event, page }) => `${event} from ${page} carries a click id that is not the one of the ad`,
  },
  check(evidence) {
    const { clickId } = evidence;
    if (clickId === undefined) return { inapplicable: 'The visitor did not come from an ad' };
    if (landedClickId(evidence) !== clickId)
      return { inapplicable: 'The click id was lost on the way: see click-id/survives-redirects' };
    const events = sentEvents(evidence);
    if (events.length === 0) return { inapplicable: 'No event reached TikTok' };
    return events
      .filter((event) => !isClickId(event.clickId, clickId))
      .map(({ event, page, place, clickId: found }) =>
        finding(found ? 'other' : 'missing', place, { args: { event, page: pathOf(page) }, event, page }),
      );
  },
};
