import { endpointOf } from '../tiktok/events-api/endpoint.ts';
import { fieldOf, itemIndexOf } from '../tiktok/events-api/finding.ts';
import type { Field } from '../tiktok/events-api/layouts.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { contractFindings, type ServerFinding } from './contract.ts';
import { type ReceivedEvent, receivedEvents } from './events.ts';
import { perEvidence } from './memo.ts';

/** The fields that the members of a body mean, wherever they stand. */
const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  event: ['event'],
  event_id: ['eventId'],
  event_time: ['time'],
  timestamp: ['time'],
  event_source: ['source'],
  event_source_id: ['pixel'],
  pixel_code: ['pixel'],
  email: ['email'],
  phone: ['phone'],
  phone_number: ['phone'],
  external_id: ['externalId'],
  ttclid: ['clickId'],
  callback: ['clickId'],
  ttp: ['ttp'],
  ip: ['ip'],
  user_agent: ['userAgent'],
  test_event_code: ['testEventCode'],
  partner_name: ['partnerName'],
  limited_data_use: ['limitedDataUse'],
  user: ['email', 'phone', 'externalId', 'clickId', 'ttp', 'ip', 'userAgent'],
  page: ['page', 'referrer'],
  context: ['email', 'phone', 'externalId', 'clickId', 'ttp', 'ip', 'userAgent', 'page', 'referrer'],
  properties: ['properties'],
};

/** Members of the properties that stand beside them. */
const IN_PROPERTIES = new Set(['value', 'currency', 'contents']);

/** The layout of a request's body, as far as it is a wrong one. */
export type WrongLayout = 'flat' | 'other-endpoint';

/** How each request is laid out that does not have the layout of its endpoint, by the request's index. */
export const wrongLayouts = perEvidence((evidence): ReadonlyMap<number, WrongLayout> => {
  return new Map(
    receivedEvents(evidence).flatMap(({ request, dialect }): [number, WrongLayout][] => {
      if (dialect === 'flat') return [[request, 'flat']];
      const endpoint = endpointOf(evidence.server.requests[request]!.url);
      return dialect === '2.0' && endpoint?.startsWith('pixel-') ? [[request, 'other-endpoint']] : [];
    }),
  );
});

/** Fields that stand where the service does not read them, and are missing where it does. */
export const strayFields = perEvidence((evidence): readonly ServerFinding[] => {
  const wrong = wrongLayouts(evidence);
  const events = receivedEvents(evidence);
  return contractFindings(evidence).filter(
    (finding) =>
      finding.code === 'misplaced' &&
      (wrong.has(finding.request) ||
        events.some((event) => isOf(finding, event) && isMissed(fieldOf(finding.path), finding, event))),
  );
});

function isMissed(member: string, { place }: ServerFinding, event: ReceivedEvent): boolean {
  if (IN_PROPERTIES.has(member)) return isMissing(event.properties[member]);
  const fields = FIELDS[member] ?? [];
  // Of a whole part that is out of place, nobody knows what the right one lacks.
  return fields.length !== 1 || [undefined, place].includes(event.places[fields[0]!]);
}

/** Whether a field that an event lacks stands somewhere else: then its layout is the cause. */
export function isStray(field: Field, event: ReceivedEvent, strays: readonly ServerFinding[]): boolean {
  return strays.some((stray) => {
    const member = fieldOf(stray.path);
    const fields = IN_PROPERTIES.has(member) ? ['properties'] : (FIELDS[member] ?? []);
    return isOf(stray, event) && fields.includes(field);
  });
}

/** What a missing member was called elsewhere: the same field, under any of its names. */
export function isSameField(one: string, other: string): boolean {
  return one === other || FIELDS[one]?.some((field) => FIELDS[other]?.includes(field)) === true;
}

/** Whether a finding is about an event: it stands in it, or beside all events of its request. */
function isOf({ request, path }: ServerFinding, event: ReceivedEvent): boolean {
  const index = itemIndexOf(path);
  const own = /\/(\d+)$/.exec(event.place)?.[1];
  return request === event.request && (index === undefined || String(index) === own);
}
