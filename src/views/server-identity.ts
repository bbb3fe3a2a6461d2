import type { Evidence } from '../evidence/evidence.ts';
import { type DigestField, FIELDS } from '../tiktok/events-api/fields.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { formOf } from './contract.ts';
import { type ReceivedEvent, receivedEvents } from './events.ts';

/** Members of the user that TikTok matches by SHA-256. */
export const HASHED = {
  email: FIELDS.email.called,
  phone: FIELDS.phone.called,
  externalId: FIELDS.externalId.called,
  firstName: FIELDS.firstName.called,
  lastName: FIELDS.lastName.called,
  zip: FIELDS.zip.called,
} as const satisfies Record<DigestField, string>;

/** A member of the user in one server event, as it was sent. */
export interface SentIdentity {
  event: ReceivedEvent;
  field: keyof typeof HASHED;
  /** JSON Pointer into the evidence. */
  place: string;
  /** Its values, a masked one as a text of the same form. */
  values: string[];
}

const DIGEST_LENGTH = 64;
const DIGEST = /^[0-9a-f]{64}$/i;

/** Whether a text has the form of a SHA-256 in hexadecimal. */
export function isDigest(value: string): boolean {
  return value.length === DIGEST_LENGTH && DIGEST.test(value);
}

/** What the server's events say about the customer; empty values are left out. */
export function sentIdentities(evidence: Evidence): SentIdentity[] {
  return receivedEvents(evidence).flatMap((event) =>
    (Object.keys(HASHED) as (keyof typeof HASHED)[]).flatMap((field) => {
      const sent = event.user[field];
      const values = (Array.isArray(sent) ? sent : [sent])
        .filter((value): value is string => typeof value === 'string' && !isMissing(value.trim()))
        .map(formOf);
      return values.length === 0 ? [] : [{ event, field, place: event.places[field] ?? event.place, values }];
    }),
  );
}
