import type { Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { type ReceivedEvent, receivedEvents } from '../../views/events.ts';
import { sidesOf } from '../../views/pairs.ts';
import { finding, listed, quoted } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames } from '../server-side.ts';

const messages = {
  'not-of-target': ({ event, pixel, wanted }: Args<'event' | 'pixel' | 'wanted'>) =>
    `${event} was sent to pixel ${pixel}, which is not one of the target's: ${wanted}`,
  'other-pixel': ({ event, id, pixel, browser }: Args<'event' | 'id' | 'pixel' | 'browser'>) =>
    `The server sent ${event} with event_id ${quoted(id)} to pixel ${pixel}, but the browser sent it to ${browser}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const pixelMatches = defineRule({
  id: 'events-api/pixel-matches',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['server'],
  needsToPass: ['messages'],
  title: "The server's events go to the same pixel as the browser's",
  why: 'The pixel is part of the deduplication key: a copy for another pixel is counted for another advertiser, and merged with nothing.',
  fix: 'Take event_source_id (pixel_code in the older API) from the same setting as the id in ttq.load.',
  source: 'TikTok Events API reference: event_source_id of web events; help centre, "Event deduplication"',
  messages,
  check(evidence, target) {
    // A missing pixel is refused, and the sources of apps and shops are not pixels.
    const events = receivedEvents(evidence).filter(
      ({ pixel, source }) => pixel !== '' && (source === 'web' || source === ''),
    );
    if (events.length === 0) return { inapplicable: 'The server sent no website event with a pixel' };
    const known = sourcesOf(target);
    const foreign = events.filter(({ pixel }) => !known.includes(pixel));
    return [...Map.groupBy(foreign, ({ pixel }) => pixel).values()]
      .map((same) => notOfTarget(same, target))
      .concat(otherPixels(evidence, target));
  },
});

/** What the target's events may name: its pixels, and the other sources of its server. */
function sourcesOf({ pixels, eventsApi }: Target): string[] {
  return [...pixels, ...(eventsApi.sources ?? [])];
}

function notOfTarget(events: ReceivedEvent[], target: Target): Found {
  const { event, pixel, page, places, place } = events[0]!;
  const args = {
    event: eventNames(events.map((one) => one.event)),
    pixel,
    wanted: listed(sourcesOf(target)),
  };
  return finding('not-of-target', places.pixel ?? place, { args, event, page });
}

/** Both sides name pixels of the target, but different ones. */
function otherPixels(evidence: Evidence, { pixels }: Target): Found[] {
  return sidesOf(evidence)
    .flatMap(({ matched }) => matched)
    .flatMap(({ browser, server }) => {
      const inBrowser = browser.sent.map(({ pixel }) => pixel).filter((pixel) => pixels.includes(pixel));
      const onServer = server.map(({ pixel }) => pixel).filter((pixel) => pixels.includes(pixel));
      if (inBrowser.length === 0 || onServer.length === 0) return [];
      if (onServer.some((pixel) => inBrowser.includes(pixel))) return [];
      const { event, page, places, place } = server[0]!;
      const args = {
        event,
        id: String(browser.eventId),
        pixel: listed(onServer),
        browser: listed(inBrowser),
      };
      return [finding('other-pixel', places.pixel ?? place, { args, event, page })];
    });
}
