import { isFinalConversion } from '../../tiktok/event-names.ts';
import { sidesOf } from '../../views/pairs.ts';
import { absent, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { WHOLE_JOURNEY } from '../scenarios.ts';
import { spokenFor } from '../server-side.ts';

const messages = {
  browser: ({ event, page }: Args<'event' | 'page'>) =>
    `${event} was sent from ${page} by the browser, but never by the server`,
  server: ({ event }: Args<'event'>) => `${event} was sent by the server, but never by the browser`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const bothPaths = defineRule({
  id: 'plan/both-paths',
  severity: 'minor',
  scenarios: WHOLE_JOURNEY,
  needs: ['server', 'messages'],
  yieldsTo: [
    // An event that the journey has not earned should come by neither path.
    { rule: 'event/unexpected', sharing: ['event'] },
    // It came under another name.
    { rule: 'dedup/counted-once', sharing: ['event'] },
  ],
  title: 'A conversion at the end of a journey is sent by the browser and by the server',
  why: 'Each path misses something: the browser loses what an ad blocker stops, the server lacks what only the browser knows about the visitor.',
  fix: 'Send the conversion from browser and server, with the same event_id. If only one path is intended, say so in the target: "server" or "browser".',
  source: 'TikTok help centre, "Events API": pixel and Events API together',
  messages,
  check(evidence, target) {
    if (evidence.recorder.eventsApi === 'none' || !evidence.server.seen)
      return { inapplicable: "The server's calls are not recorded" };
    const known = spokenFor(evidence, target);
    const sides = sidesOf(evidence).filter(({ name }) => isFinalConversion(name));
    if (sides.length === 0) return { inapplicable: 'There was no conversion at the end of a journey' };
    return sides
      .filter((side) => !known.has(side.name) && side.matched.length + side.unlike.length === 0)
      .flatMap(({ browserOnly, serverOnly }): Found[] => {
        const [browser] = browserOnly.filter(({ sent }) => sent.length > 0);
        const [server] = serverOnly;
        if (browser && !server) {
          const { event, page, place } = browser;
          return [absent('browser', place, { args: { event, page: pathOf(page) }, event, page })];
        }
        if (!server || browserOnly.length > 0) return [];
        const { event, page, place } = server;
        return [absent('server', place, { args: { event }, event, page })];
      });
  },
});
