import type { Evidence, StepRecord } from '../evidence/evidence.ts';
import type { IdentityKind } from '../tiktok/hashing.ts';
import { record, text } from '../tiktok/pixel-request.ts';
import { sentEvents } from './events.ts';
import { isAct } from './steps.ts';

/**
 * What a site could know when its server sent an event. The event may arrive before or after what the browser did at the same
 * time, which must not matter: `moveBefore` and `moveAfter` bound what certainly came before and after it.
 */
function moveBefore(at: number, { documents, steps }: Evidence): number {
  const moves = [...documents.filter(({ frame }) => frame === 'main'), ...steps.filter(isAct)];
  return Math.max(0, ...moves.map((move) => move.at).filter((time) => time <= at));
}

function moveAfter(at: number, { steps }: Evidence): number {
  return steps.filter(isAct).find((step) => step.at > at)?.at ?? Number.POSITIVE_INFINITY;
}

/** Whether the browser had the `_ttp` cookie when it made the request that a server event came from. */
export function hadTtp(at: number, evidence: Evidence): boolean {
  return ttpValues(moveBefore(at, evidence), evidence).size > 0;
}

/** The values of the `_ttp` cookie that a server event could carry. */
export function ttpValuesFor(at: number, evidence: Evidence): Set<string> {
  return ttpValues(moveAfter(at, evidence), evidence);
}

/** The values that the cookie had before a time: those that the SDK sent, and what was left in the browser. */
function ttpValues(before: number, evidence: Evidence): Set<string> {
  const sent = sentEvents(evidence)
    .filter(({ at }) => at < before)
    .map(({ ttp }) => ttp);
  if (sent.every((ttp) => ttp === '')) return new Set();
  const kept = evidence.cookies.filter(({ name }) => name === '_ttp').map(({ value }) => value);
  return new Set([...sent, ...kept].filter(Boolean));
}

/** The parts of the identity that the site could know when it sent an event: typed, or passed to the pixel by the site. */
export function knownIdentity(at: number, evidence: Evidence): Set<IdentityKind> {
  const typed = typedKinds(at, evidence.steps);
  const after = moveAfter(at, evidence);
  const told = evidence.calls
    .filter(({ method, at: called }) => method === 'identify' && called < after)
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

/** The match keys that the visitor had typed by a time. A name is not one. */
export function typedKinds(at: number, steps: readonly StepRecord[]): IdentityKind[] {
  return steps.flatMap(({ typed, at: then }) =>
    then <= at && (typed === 'email' || typed === 'phone' || typed === 'externalId') ? [typed] : [],
  );
}

/** The browser's user agents, as named by its requests to TikTok. */
export function browserAgents({ requests }: Pick<Evidence, 'requests'>): Set<string> {
  const agents = new Set<string>();
  for (const { userAgent } of requests) if (userAgent !== undefined) agents.add(userAgent);
  return agents;
}
