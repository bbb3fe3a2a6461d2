import { isWithin } from '../../evidence/pointer.ts';
import { fieldOf } from '../../tiktok/events-api/finding.ts';
import { contractFindings } from '../../views/contract.ts';
import type { ReceivedEvent } from '../../views/events.ts';
import { isStray, strayFields } from '../../views/layout.ts';
import { disagreeing, sidesOf } from '../../views/pairs.ts';
import { finding, quoted } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { VALUE_RULES } from '../value-rules.ts';

export const parametersAgree = defineRule({
  id: 'events-api/parameters-agree',
  severity: 'critical',
  scenarios: ALL,
  needs: ['server', 'messages'],
  yieldsTo: [
    ...[...VALUE_RULES, 'params/contents-shape'].map((rule) => ({ rule, sharing: ['place', 'parameter'] })),
    // If the target wants what the server sent, the browser is wrong.
    { rule: 'event/expected', to: ['params'], sharing: ['place', 'wanted'] },
  ],
  title: 'Browser and server send the same value, currency and contents for an event',
  why: 'TikTok counts the copy that comes first, so the reported revenue is left to chance.',
  fix: 'Build the properties once, from the saved order, and pass the same ones to the page and to the Events API call.',
  source:
    'TikTok help centre, "Event deduplication": the first copy is kept, the second only fills in what it lacks',
  messages: {
    differs: ({
      event,
      id,
      parameter,
      browser,
      server,
    }: Args<'event' | 'id' | 'parameter' | 'browser' | 'server'>) =>
      `${event} with event_id ${quoted(id)} carries the ${parameter} ${browser || 'nothing'} from the browser, but ${server || 'nothing'} from the server`,
  },
  check(evidence) {
    if (sidesOf(evidence).every(({ matched }) => matched.length === 0))
      return { inapplicable: 'No event was sent by both sides with the same event_id' };
    const strays = strayFields(evidence);
    const refusals = contractFindings(evidence).filter(({ level }) => level === 'reject');
    // A value of the wrong type is refused, which events-api/accepted reports.
    const isRefused = ({ places }: ReceivedEvent, parameter: keyof typeof MEMBERS) =>
      refusals.some(
        ({ path, place }) =>
          places.properties !== undefined &&
          isWithin(place, places.properties) &&
          MEMBERS[parameter].includes(fieldOf(path)),
      );
    return disagreeing(evidence)
      .filter(({ server }) => !isStray('properties', server, strays))
      .flatMap(({ browser, server, differences }) =>
        differences
          .filter(({ parameter }) => !isRefused(server, parameter))
          .map(({ parameter, ...said }) =>
            finding('differs', server.places.properties ?? server.place, {
              args: { event: server.event, id: String(browser.eventId), parameter, ...said },
              event: server.event,
              page: server.page,
              about: {
                place: [browser.place, server.place],
                parameter,
                wanted: `${parameter}=${String(server.properties[parameter])}`,
              },
            }),
          ),
      );
  },
});

/** The members that a parameter is read from. */
const MEMBERS = {
  value: ['value', 'properties'],
  currency: ['currency', 'properties'],
  contents: ['contents', 'content_id', 'content_ids', 'properties'],
};
