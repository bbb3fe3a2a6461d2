import type { UntiedCall } from '../../views/digest.ts';
import { listed } from '../finding.ts';
import type { Args } from '../rule.ts';
import { defineRunRule, type RunVisit, type Sighting } from '../run-rule.ts';

export const ofAVisit = defineRunRule({
  id: 'events-api/of-a-visit',
  severity: 'minor',
  needs: ['server'],
  title: 'Every server call to the Events API can be matched to a visit',
  why:
    'TikTok matches a call that names no visitor to nobody. Such a call may be the very event that a visit lacks. A call ' +
    'that came after its visit was over was not waited for.',
  fix:
    "Send the visitor's event_id, ttclid and ttp with each event, while the request is answered or soon after. If a queue is slow, " +
    "give it more time with timeouts.settle, or with settle on the event that it sends. On a site with other traffic, such calls may be other people's.",
  source:
    'Measured: a call is matched to a visit by the request that caused it, otherwise by click id, event_id, ttp or user agent',
  messages: {
    late: ({ call }: Args<'call'>) =>
      `A call with ${call} came after its visit was over: later than timeouts.settle allows`,
    stranger: ({ call }: Args<'call'>) =>
      `A call with ${call} matches no visit: it contains nothing known from one`,
    ambiguous: ({ call }: Args<'call'>) => `A call with ${call} matches several visits equally`,
  },
  check(visits) {
    const calls = callsOf(visits);
    if (calls.length === 0 && visits.every(({ digest }) => digest.serverCalls === 0))
      return { inapplicable: 'The server sent nothing to the Events API' };
    const known = new Set(
      visits.flatMap(({ digest }) => digest.events.map(({ event, id }) => `${event} ${id}`)),
    );
    return calls.map(({ call: { events, reason }, seen }) => ({
      code:
        reason === 'several-visits'
          ? ('ambiguous' as const)
          : events.some((event) => known.has(event))
            ? ('late' as const)
            : ('stranger' as const),
      args: { call: events.length === 0 ? 'no readable event' : listed(events) },
      seen,
    }));
  },
});

interface Seen<V extends RunVisit> {
  call: UntiedCall;
  seen: [Sighting<V>, ...Sighting<V>[]];
}

/** Times in evidence are fractions of a millisecond from the start of each visit. */
const SAME_TIME = 2;

/** Each call once, as every visit during which it came has it. */
function callsOf<V extends RunVisit>(visits: readonly V[]): Seen<V>[] {
  const found = visits
    .flatMap((visit) => visit.digest.untied.map((call) => ({ visit, call })))
    .sort((one, other) => one.call.at - other.call.at);
  const calls: Seen<V>[] = [];
  for (const { visit, call } of found) {
    const sighting = { visit, place: call.place };
    const same = calls.findLast(
      (before) =>
        call.at - before.call.at <= SAME_TIME &&
        JSON.stringify(before.call.events) === JSON.stringify(call.events) &&
        before.seen.every((one) => one.visit !== visit),
    );
    if (same) same.seen.push(sighting);
    else calls.push({ call, seen: [sighting] });
  }
  return calls;
}
