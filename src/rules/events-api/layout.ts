import type { Evidence } from '../../evidence/evidence.ts';
import { fieldOf } from '../../tiktok/events-api/finding.ts';
import type { ServerFinding } from '../../views/contract.ts';
import { contractFindings, fieldName, mergedFindings } from '../../views/contract.ts';
import { strayFields, wrongLayouts } from '../../views/layout.ts';
import { finding, listed, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames, NOTHING_SENT } from '../server-side.ts';

const messages = {
  flat: ({ event, fields, missing }: Args<'event' | 'fields' | 'missing'>) =>
    `${event} has the layout of the older API, which event/track refuses: ${fields}` +
    (missing ? `; ${missing} must be at the top level` : ''),
  'other-endpoint': ({ event, path }: Args<'event' | 'path'>) =>
    `${event} has the layout of event/track, but was sent to ${path}; post it to /open_api/v1.3/event/track/`,
  misplaced: ({ event, field, place }: Args<'event' | 'field' | 'place'>) =>
    `${field} of ${event} is not read where it is: it belongs in ${place}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const layout = defineRule({
  id: 'events-api/layout',
  severity: 'blocker',
  scenarios: ALL,
  needs: ['server'],
  title: 'Each field is where its endpoint reads it',
  why: 'event/track refuses a body in the older layout as a whole, and never reads a field in the wrong place.',
  fix:
    'Put event_source, event_source_id and data[] at the top level, and event, event_time, event_id, user, page and properties in each ' +
    'item of data. Or post the older layout to pixel/track.',
  source: 'TikTok Events API reference, "Report events 2.0"; recorded answers to the older layout: 40002',
  messages,
  stakes: ({ place }) => [place],
  check(evidence) {
    if (evidence.server.requests.length === 0) return NOTHING_SENT;
    const wrong = wrongLayouts(evidence);
    const strays = strayFields(evidence);
    const whole = [...wrong].map(([request, kind]) =>
      kind === 'flat' ? flat(request, strays, evidence) : otherEndpoint(request, strays, evidence),
    );
    const single = mergedFindings(strays.filter(({ request }) => !wrong.has(request))).map(
      ({ first, events }) =>
        finding('misplaced', first.place, {
          args: { event: eventNames(events), field: fieldName(first.path), place: rightPlace(first) },
          ...(events[0] ? { event: events[0] } : {}),
          about: { field: fieldOf(first.path) },
        }),
    );
    return [...once(whole), ...single];
  },
});

/** A client that sends ten events in the same wrong layout has one mistake. */
function once(findings: Found[]): Found[] {
  return [...Map.groupBy(findings, ({ code, args }) => JSON.stringify([code, args])).values()].map(
    ([first]) => first!,
  );
}

function flat(request: number, strays: readonly ServerFinding[], evidence: Evidence): Found {
  const own = strays.filter((stray) => stray.request === request);
  const missing = contractFindings(evidence)
    .filter((one) => one.request === request && one.level === 'reject' && one.found === 'nothing')
    .map(({ path }) => path)
    .filter((path) => /^\/body\/(event_source|event_source_id|data)$/.test(path));
  const fields = [
    ...new Set(own.map((stray) => `${fieldName(stray.path)} belongs in ${rightPlace(stray)}`)),
  ].sort();
  const events = own[0]?.events ?? [];
  return finding('flat', `/server/requests/${request}/body`, {
    args: {
      event: eventNames(events),
      fields: fields.join('; '),
      missing: missing.length > 0 ? listed(missing.map(fieldName)) : '',
    },
    ...(events[0] ? { event: events[0] } : {}),
  });
}

function otherEndpoint(request: number, strays: readonly ServerFinding[], { server }: Evidence): Found {
  const events = strays.find((stray) => stray.request === request)?.events ?? [];
  const args = { event: eventNames(events), path: pathOf(server.requests[request]!.url) };
  return finding('other-endpoint', `/server/requests/${request}/body`, { args });
}

/** The finding wants "it in data[0].user.ttclid". */
function rightPlace({ wanted }: ServerFinding): string {
  return wanted.replace(/^it in /, '');
}
