import type { Recorder } from '../recorder/recorder.ts';
import type { Tab } from '../recorder/tabs.ts';
import type { PlannedVisit } from './plan.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** One visit on its way. */
export interface Visit {
  readonly recorder: Recorder;
  readonly plan: PlannedVisit;
  readonly scenario: Scenario;
  /** The ttclid of the click that the visit is about. */
  readonly clickId?: string;
  /** That of a click before it. */
  readonly earlierClickId?: string;
  /** Where the visitor is. */
  tab: Tab;
}

/** Opens a tab as the scenario has it. */
export async function openTab(recorder: Recorder, { prepare }: Scenario): Promise<Tab> {
  const tab = await recorder.openTab();
  await prepare?.(tab.page, recorder.target);
  return tab;
}
