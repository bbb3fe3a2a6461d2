import type { IdentityKind } from '../tiktok/hashing.ts';
import { record, text } from '../tiktok/pixel-request.ts';
import { sentEvents } from './events.ts';
import type { Evidence, StepRecord } from './evidence.ts';

/** The values that the `_ttp` cookie had up to a time: what the SDK sent of it, and what was left in the browser. */
export function ttpValues(at: number, evidence: Evidence): Set<string> {
  const sent = sentEvents(evidence)
    .filter((event) => event.at <= at)
    .map(({ ttp }) => ttp);
  if (sent.every((ttp) => ttp === '')) return new Set();
  const kept = evidence.cookies.filter(({ name }) => name === '_ttp').map(({ value }) => value);
  return new Set([...sent, ...kept].filter(Boolean));
}

/** Which part of the identity the site could know by a time: it was typed, or the site told the pixel. */
export function knownIdentity(at: number, { steps, calls }: Evidence): Set<IdentityKind> {
  const typed = typedKinds(at, steps);
  const told = calls
    .filter(({ method, at: called }) => method === 'identify' && called <= at)
    .flatMap(({ args }) => {
      const given = record(args[0]);
      return [
        ...(text(given.email) || text(given.sha256_email) ? (['email'] as const) : []),
        ...(text(given.phone_number) || text(given.sha256_phone_number) ? (['phone'] as const) : []),
        ...(text(given.external_id) ? (['externalId'] as const) : []),
      ];
    });
  return new Set([...typed, ...told]);
}

/** The match keys that the visitor had typed by a time. A name is none of them. */
export function typedKinds(at: number, steps: readonly StepRecord[]): IdentityKind[] {
  return steps.flatMap(({ typed, at: then }) =>
    then <= at && (typed === 'email' || typed === 'phone' || typed === 'externalId') ? [typed] : [],
  );
}

/** The user agents of the browser, as its requests to TikTok named them. */
export function browserAgents(evidence: Pick<Evidence, 'requests'>): Set<string> {
  return new Set(evidence.requests.flatMap(({ userAgent }) => userAgent ?? []));
}
