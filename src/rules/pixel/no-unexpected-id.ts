import { pixelIdProblem } from '../../tiktok/pixel-id.ts';
import { siteEvents } from '../../views/events.ts';
import { pixelsSeen } from '../../views/pixel-ids.ts';
import { finding, listed } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const noUnexpectedId = defineRule({
  id: 'pixel/no-unexpected-id',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'Events go only to pixels of the target',
  why: 'Each pixel on the page gets a copy of every event: somebody else reads the orders and builds audiences of the customers.',
  fix: 'Remove the other pixel from the template and the tag manager. If it belongs there, add it to pixels in the target file.',
  source: 'Measured on SDK builds of 2024 to 2026: one request for each loaded pixel',
  messages: {
    unexpected: ({ pixel, events }: Args<'pixel' | 'events'>) =>
      `Pixel ${pixel}, which is not one of the target's, got ${events}`,
  },
  check(evidence, { pixels }) {
    const seen = pixelsSeen(evidence);
    if (seen.size === 0) return { inapplicable: 'No pixel was loaded: see pixel/sdk-loads' };
    if (!pixels.every((pixel) => seen.has(pixel)))
      return { inapplicable: "Not all of the target's pixels were loaded: see pixel/expected-id" };
    const events = siteEvents(evidence);
    const isOther = ({ pixel }: { pixel: string }) =>
      !pixels.includes(pixel) && pixelIdProblem(pixel) === undefined;
    // Events that went to it and to none of the target's are reported by pixel/expected-id.
    const instead = new Set(
      events.filter(({ sent }) => sent.every(isOther)).flatMap(({ sent }) => sent.map(({ pixel }) => pixel)),
    );
    const copies = events.flatMap(({ event, sent }) =>
      sent.filter(isOther).map((copy) => ({ ...copy, event })),
    );
    const perPixel = Map.groupBy(
      copies.filter(({ pixel }) => !instead.has(pixel)),
      ({ pixel }) => pixel,
    );
    return [...perPixel].map(([pixel, got]) => {
      const { place, page } = got[0]!;
      return finding('unexpected', place, {
        args: { pixel, events: listed(got.map(({ event }) => event)) },
        page,
      });
    });
  },
});
