import { siteEvents } from '../../evidence/events.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { requestedPixel, text } from '../../tiktok/pixel-request.ts';
import { absent, finding, listed } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const expectedId: Rule = {
  id: 'pixel/expected-id',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  title: "The pages load the target's pixel ids, and events go to them",
  why: 'Events of another pixel id are counted for another advertiser, or for nobody.',
  mend: 'Put the pixel id from Events Manager into ttq.load, on every page and in every environment.',
  source: 'TikTok help centre, "Pixel Helper": the id shown must be the one in Events Manager',
  messages: {
    'not-loaded': ({ pixel, seen }) => `Pixel ${pixel} was never loaded; loaded were: ${seen}`,
    elsewhere: ({ event, pixels }) => `${event} went to ${pixels} only, which is not a pixel of the target`,
  },
  check(evidence, target) {
    const seen = loadedPixels(evidence);
    if (seen.size === 0) return { inapplicable: 'No pixel was loaded: see pixel/sdk-loads' };
    const missing = target.pixels.filter((pixel) => !seen.has(pixel));
    if (missing.length > 0) {
      return missing.map((pixel) =>
        absent('not-loaded', '/requests', { args: { pixel, seen: listed(seen) } }),
      );
    }
    return siteEvents(evidence)
      .filter(({ sent }) => sent.length > 0 && !sent.some(({ pixel }) => target.pixels.includes(pixel)))
      .map(({ event, sent, place, page }) =>
        finding('elsewhere', place, {
          args: { event, pixels: listed(sent.map(({ pixel }) => pixel)) },
          event,
          page,
        }),
      );
  },
};

function loadedPixels(evidence: Evidence): Set<string> {
  const named = evidence.calls.filter(({ method }) => method === 'load').map(({ args }) => text(args[0]));
  const requested = evidence.requests.map(({ url }) => requestedPixel(url) ?? '');
  const sentTo = siteEvents(evidence).flatMap(({ sent }) => sent.map(({ pixel }) => pixel));
  return new Set([...named, ...requested, ...sentTo].filter(Boolean));
}
