import type { Evidence } from '../evidence/evidence.ts';
import { TRAITS } from '../target/scenarios.ts';
import type { ScenarioName } from '../target/target.ts';
import { isClickId } from '../tiktok/click-id.ts';
import { sentEvents } from '../views/events.ts';
import { shownOnLanding } from '../views/shown-in-view.ts';
import type { PlannedVisit } from './plan.ts';

/** The browser that a phone has. */
const BROWSER: ScenarioName = 'mobile';

/**
 * What becomes of the click where a visitor of TikTok's app opens the landing page in a browser. That is a visitor of its own, who has
 * nothing of the view but the URL: so it is recorded as one, and the evidence of the view holds what it came to.
 */
export async function withBrowser(
  evidence: Evidence,
  plan: PlannedVisit,
  record: (plan: PlannedVisit, clickId: string) => Promise<Evidence>,
): Promise<Evidence> {
  const { clickId, problem } = evidence;
  const url = shownOnLanding(evidence);
  if (TRAITS[plan.scenario].view !== 'in-app' || problem || clickId === undefined || url === undefined)
    return evidence;
  const { clickUrl: _byAd, fault: _none, ...own } = plan;
  const opened = await record(
    { ...own, scenario: BROWSER, journey: { ...plan.journey, start: url, steps: [], expect: [] } },
    clickId,
  );
  if (opened.problem) return evidence;
  const events = sentEvents(opened);
  const withClickId = events.filter((event) => isClickId(event.clickId, clickId)).length;
  return { ...evidence, inBrowser: { url, events: events.length, withClickId } };
}
