import { endpointOf } from '../tiktok/events-api/endpoint.ts';
import { FIELD_ROWS, type Field } from '../tiktok/events-api/fields.ts';
import { fieldOf, itemIndexOf } from '../tiktok/events-api/finding.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { contractFindings, type ServerFinding } from './contract.ts';
import { type ReceivedEvent, receivedEvents } from './events.ts';
import { perEvidence } from './memo.ts';

/**
 * The fields that the members of a body stand for, wherever they are: one for a single field, several for a whole part of the
 * event.
 */
const MEANT: ReadonlyMap<string, ReadonlySet<Field>> = meanings();

function meanings(): Map<string, Set<Field>> {
  const meant = new Map<string, Set<Field>>();
  for (const [field, { track, legacy, flat, misnamed }] of FIELD_ROWS) {
    for (const name of [...track, ...legacy, ...flat, ...misnamed].flatMap((path) => path.split('/'))) {
      if (name !== '') meant.set(name, (meant.get(name) ?? new Set()).add(field));
    }
  }
  return meant;
}

function fieldsOf(member: string): readonly Field[] {
  return [...(MEANT.get(member) ?? [])];
}

/** Members of the properties that are put beside them. */
const IN_PROPERTIES = new Set(['value', 'currency', 'contents']);

/** The layout of a request's body, if it is a wrong one. */
export type WrongLayout = 'flat' | 'other-endpoint';

/** Each request that does not have the layout of its endpoint, by the request's index. */
export const wrongLayouts = perEvidence((evidence): ReadonlyMap<number, WrongLayout> => {
  return new Map(
    receivedEvents(evidence).flatMap(({ request, dialect }): [number, WrongLayout][] => {
      if (dialect === 'flat') return [[request, 'flat']];
      const endpoint = endpointOf(evidence.server.requests[request]!.url);
      return dialect === '2.0' && endpoint?.startsWith('pixel-') ? [[request, 'other-endpoint']] : [];
    }),
  );
});

/** TikTok neither counts nor matches by these: out of place, such a field has no effect, and the event is complete without it. */
const OF_NO_EFFECT = new Set(['test_event_code', 'partner_name']);

/** Fields that are where the service does not read them, and missing where it does. */
export const strayFields = perEvidence((evidence): readonly ServerFinding[] => {
  const wrong = wrongLayouts(evidence);
  const events = receivedEvents(evidence);
  return contractFindings(evidence).filter(
    (finding) =>
      finding.code === 'misplaced' &&
      !OF_NO_EFFECT.has(fieldOf(finding.path)) &&
      (wrong.has(finding.request) ||
        events.some((event) => isOf(finding, event) && isMissed(fieldOf(finding.path), finding, event))),
  );
});

function isMissed(member: string, { place }: ServerFinding, event: ReceivedEvent): boolean {
  if (IN_PROPERTIES.has(member)) return isMissing(event.properties[member]);
  const fields = fieldsOf(member);
  // If a whole part is out of place, it is unknown what the right one would lack.
  return fields.length !== 1 || [undefined, place].includes(event.places[fields[0]!]);
}

/** The same, plus fields under names that the service does not read. */
export const unreadFields = perEvidence((evidence): readonly ServerFinding[] => {
  return [...strayFields(evidence), ...contractFindings(evidence).filter(({ code }) => code === 'misnamed')];
});

/** Whether a field that an event lacks is somewhere else in it: then its layout is the cause. */
export function isStray(field: Field, event: ReceivedEvent, strays: readonly ServerFinding[]): boolean {
  return strays.some((stray) => {
    const member = fieldOf(stray.path);
    const fields = IN_PROPERTIES.has(member) ? ['properties'] : fieldsOf(member);
    return isOf(stray, event) && fields.includes(field);
  });
}

/** Whether two names, under any of a field's names, mean the same field. */
export function isSameField(one: string, other: string): boolean {
  return one === other || fieldsOf(one).some((field) => fieldsOf(other).includes(field));
}

/** Whether a finding is about an event: it is inside the event, or beside all events of its request. */
function isOf({ request, path }: ServerFinding, event: ReceivedEvent): boolean {
  const index = itemIndexOf(path);
  const own = /\/(\d+)$/.exec(event.place)?.[1];
  return request === event.request && (index === undefined || String(index) === own);
}
