import type { Evidence } from '../../evidence/evidence.ts';
import { isWithin } from '../../evidence/pointer.ts';
import { fieldOf } from '../../tiktok/events-api/finding.ts';
import { blindSpot } from '../../views/blind.ts';
import { contractFindings, fieldName, memberOf, type ServerFinding } from '../../views/contract.ts';
import { strayFields } from '../../views/layout.ts';
import { disagreeing, pairedPlaces, sidesOf } from '../../views/pairs.ts';
import { finding, listed } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { ALL } from '../scenarios.ts';
import { eventNames, NOTHING_SENT } from '../server-side.ts';

export const warned = defineRule({
  id: 'events-api/warned',
  severity: 'minor',
  scenarios: ALL,
  needs: ['server'],
  needsToPass: ['cookies'],
  yieldsTo: [
    // What is wrong with the contents of the browser's copy, too.
    ...['params/content-id', 'params/content-type', 'params/contents-shape'].map((rule) => ({
      rule,
      sharing: ['place'],
    })),
    { rule: 'params/value-not-zero', to: ['negative'], sharing: ['place'] },
  ],
  title: 'The service understands everything that the server sends',
  why: 'The service accepts such fields without an error, but matches, counts or shows the event less well.',
  fix: 'Send the field in the form given here, or leave it out.',
  source: 'TikTok Events API reference, "Report events 2.0"; event/track and legacy schemas of this project',
  messages: {
    advice: ({ event, detail, times }: Args<'event' | 'field' | 'detail' | 'times'>) =>
      `${event}: ${detail}${Number(times) > 1 ? ` (found ${times} times)` : ''}`,
    // TikTok's own clients send them, so one line is enough, however many there are.
    fillers: ({ event, fields }: Args<'event' | 'fields'>) =>
      `${event}: leave these fields out instead of sending empty text: ${fields}`,
  },
  check(evidence) {
    if (evidence.server.requests.length === 0) return NOTHING_SENT;
    const isElsewhere = reportedElsewhere(evidence);
    return contractFindings(evidence)
      .filter((one) => one.level === 'warn' && !isElsewhere(one))
      .map((one) => {
        const { code, path, message, place, events } = one;
        const event = eventNames(events);
        const details = {
          ...(events[0] ? { event: events[0] } : {}),
          about: {
            place: [place, ...copiesInBrowser(one, evidence)],
            kind: isFiller(one) ? 'fillers' : `${code} ${memberOf(path)}`,
            events,
            fields: fieldName(path),
          },
        };
        return isFiller(one)
          ? finding('fillers', place, { args: { event, fields: fieldName(path) }, ...details })
          : finding('advice', place, {
              args: { event, field: fieldName(path), detail: message, times: 1 },
              ...details,
            });
      });
  },
  group(findings) {
    return [...Map.groupBy(findings, ({ about }) => about?.kind).values()].map((same) => {
      const first = same[0]!;
      const event = eventNames(same.flatMap(({ about }) => about?.events ?? []));
      const fields = listed(same.flatMap(({ about }) => about?.fields ?? []));
      return first.code === 'fillers'
        ? { ...first, args: { event, fields } }
        : { ...first, args: { ...first.args, event, times: same.length } };
    });
  },
});

/** An empty text for a member of the visitor or the page. */
function isFiller({ code, path }: ServerFinding): boolean {
  return code === 'empty' && /\/(user|page|context)\//.test(path);
}

/** Warnings with a rule of their own. */
const OWN_RULE = new Set([
  'legacy-event-name',
  'token-placeholder',
  'batch-over-50',
  'not-hashed',
  'placeholder-hash',
  'pixel-form',
  'event-id-missing',
  'ip-missing',
  'user-agent-missing',
  'ip-form',
  'ip-private',
  'misnamed',
  'number-as-text',
  'lead-id-missing',
  'app-id-missing',
]);

/** Members whose absence, null and emptiness are judged by what the visit had to offer: match keys and event_id. */
const KEYS = new Set(
  'email phone phone_number external_id ttclid callback ttp ip user_agent event_id test_event_code'.split(
    ' ',
  ),
);
const EMPTY = new Set(['null', 'an empty text', 'an empty list']);
const REVENUE = new Set(['value-missing', 'currency-missing', 'currency-unsupported']);

/** Which warnings other rules report in this visit. */
function reportedElsewhere(evidence: Evidence): (finding: ServerFinding) => boolean {
  const strays = new Set(strayFields(evidence).map(({ place }) => place));
  const paired = pairedPlaces(evidence);
  const differing = disagreeing(evidence).map(({ server }) => server.places.properties ?? server.place);
  const hasTtp =
    blindSpot(evidence, 'cookies') !== undefined || evidence.cookies.some(({ name }) => name === '_ttp');
  return ({ code, path, place, found }) => {
    const member = fieldOf(path);
    if (OWN_RULE.has(code) || (code === 'misplaced' && strays.has(place))) return true;
    if (KEYS.has(member) && (code === 'empty' || code === 'null')) return true;
    // An empty value instead of all keys.
    if (member === 'user' && code === 'type' && EMPTY.has(found)) return true;
    if (member === 'ip' || member === 'user_agent') return true;
    if (member === 'ttclid' || member === 'callback') return evidence.clickId !== undefined;
    if (member === 'ttp') return hasTtp;
    // A mistake that the browser's copy shares is left to params/value-and-currency, a difference to parameters-agree.
    if (REVENUE.has(code) && paired.some((event) => isWithin(place, event))) return true;
    return differing.some((properties) => isWithin(place, properties));
  };
}

const CONTENTS = /\/(contents|content_ids?|content_type)(?=\/|$)/;

/** For a warning about contents: the places of the browser's copies of the event. */
function copiesInBrowser({ path, place }: ServerFinding, evidence: Evidence): string[] {
  if (!CONTENTS.test(path)) return [];
  return sidesOf(evidence)
    .flatMap(({ matched }) => matched)
    .filter(({ server }) => server.some((copy) => isWithin(place, copy.places.properties ?? copy.place)))
    .map(({ browser }) => browser.place);
}
