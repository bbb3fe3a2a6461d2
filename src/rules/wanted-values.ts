import type { Evidence } from '../evidence/evidence.ts';
import type { Target } from '../target/target.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';
import { hundredths } from '../tiktok/order-value.ts';

/** The values that the target expects of an event, in hundredths. `canonical`: TikTok's current name of it. */
export function wantedValues(canonical: string, { journey }: Evidence, target: Target): number[] {
  const expectations = target.journeys.find(({ name }) => name === journey)?.expect ?? [];
  return expectations
    .filter(({ event }) => canonicalEvent(event) === canonical)
    .flatMap(({ params }) => hundredths(params?.value) ?? []);
}
