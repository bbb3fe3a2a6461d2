import { siteEvents } from '../../views/events.ts';
import { malformedIds, pixelsSeen } from '../../views/pixel-ids.ts';
import { spoiltSnippets } from '../../views/snippets.ts';
import { absent, finding, listed } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const expectedId = defineRule({
  id: 'pixel/expected-id',
  severity: 'blocker',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: "The pages load the target's pixel ids, and events go to those pixels",
  why: 'Events for a different pixel id are counted for another advertiser, or for nobody.',
  fix: 'Put the pixel id from Events Manager into ttq.load, on every page and in every environment.',
  source: 'TikTok help centre, "Pixel Helper": the id shown must be the one in Events Manager',
  messages: {
    'not-loaded': ({ pixel, seen }: Args<'pixel' | 'seen'>) =>
      `Pixel ${pixel} was never loaded; pixels loaded: ${seen}`,
    elsewhere: ({ event, pixels }: Args<'event' | 'pixels'>) =>
      `${event} went only to ${pixels}, which is not a pixel of the target`,
  },
  check(evidence, target) {
    const seen = pixelsSeen(evidence);
    if (seen.size === 0) return { inapplicable: 'No pixel was loaded: see pixel/sdk-loads' };
    const missing = target.pixels.filter((pixel) => !seen.has(pixel));
    if (missing.length > 0 && malformedIds(evidence, target).malformed.length > 0)
      return { inapplicable: 'A pixel id that was loaded is malformed: see pixel/id-format' };
    const spoilt = spoiltSnippets(evidence);
    const own = missing.filter((pixel) => !spoilt.some(({ text }) => text.includes(pixel)));
    if (missing.length > 0 && own.length === 0)
      return { inapplicable: 'The base code of a pixel cannot run: see pixel/base-code-parses' };
    if (own.length > 0) {
      return own.map((pixel) => absent('not-loaded', '/requests', { args: { pixel, seen: listed(seen) } }));
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
});
