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

/** Opens a tab, as a scenario may require. Until the first step in it, its page gets no input. */
export async function openTab(recorder: Recorder, { prepare }: Pick<Scenario, 'prepare'> = {}): Promise<Tab> {
  const tab = await recorder.openTab();
  await tab.navigation.ignoreInput(true);
  await prepare?.(tab.page, recorder.target);
  return tab;
}
