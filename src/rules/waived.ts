import type { Waiver } from '../target/target.ts';
import { canonicalEvent } from '../tiktok/event-names.ts';

/** Whether a waiver applies to a visit. */
export function isOfVisit(
  { journey, scenario }: Waiver,
  visit: { journey: string; scenario: string },
): boolean {
  return (
    (journey === undefined || journey === visit.journey) &&
    (scenario === undefined || scenario === visit.scenario)
  );
}

/** Whether a waiver for a finding's rule covers it. TikTok's old and new names are the same event. */
export function isOfFinding({ event }: Waiver, finding: { event?: string | undefined }): boolean {
  return (
    event === undefined ||
    (finding.event !== undefined && canonicalEvent(finding.event) === canonicalEvent(event))
  );
}
