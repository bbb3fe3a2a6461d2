import type { Recorder } from '../recorder/recorder.ts';
import type { Tab } from '../recorder/tabs.ts';
import type { PlannedVisit } from './plan.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** A visit in progress. */
export interface Visit {
  readonly recorder: Recorder;
  readonly plan: PlannedVisit;
  readonly scenario: Scenario;
  /** The ttclid of the click that the visit is about. */
  readonly clickId?: string;
  /** That of an earlier click. */
  readonly earlierClickId?: string;
  /** The visitor's current tab. */
  tab: Tab;
}

/** Opens a tab as the scenario requires. */
export async function openTab(recorder: Recorder, { prepare }: Scenario): Promise<Tab> {
  const tab = await recorder.openTab();
  await prepare?.(tab.page, recorder.target);
  return tab;
}
