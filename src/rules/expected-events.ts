import type { Evidence } from '../evidence/evidence.ts';
import type { Expectation, Target } from '../target/target.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';
import { perEvidenceAnd } from '../views/memo.ts';

/** An event that a visit's journey must cause, in the browser unless it says otherwise. */
export interface ExpectedEvent extends Expectation {
  canonical: string;
}

/** What a visit's journey expects; empty if the target no longer has the journey. */
export const expectedEvents = perEvidenceAnd(({ journey }, target: Target): readonly ExpectedEvent[] => {
  const expectations = target.journeys.find(({ name }) => name === journey)?.expect ?? [];
  return expectations.map((one) => ({ ...one, canonical: canonicalEvent(one.event) }));
});

/** Canonical names of those that must come from the browser; an event may also be listed to say that it must not. */
export function wantedNames(evidence: Evidence, target: Target): Set<string> {
  const wanted = expectedEvents(evidence, target).filter(
    ({ count, browser }) => count !== 0 && browser !== false,
  );
  return new Set(wanted.map(({ canonical }) => canonical));
}
