import type { Evidence } from '../evidence/evidence.ts';
import type { Target } from '../target/target.ts';
import { hundredths } from '../tiktok/order-value.ts';
import { expectedEvents } from './expected-events.ts';

/** The values that the target expects for an event, in hundredths. `canonical`: TikTok's current name of it. */
export function wantedValues(canonical: string, evidence: Evidence, target: Target): number[] {
  return expectedEvents(evidence, target)
    .filter((expected) => expected.canonical === canonical)
    .flatMap(({ params }) => hundredths(params?.value) ?? []);
}
