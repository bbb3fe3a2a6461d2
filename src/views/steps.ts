import type { StepAction, StepRecord } from '../evidence/evidence.ts';

/** Whether the visitor did something by it, and did not only wait. */
export function isAct(step: StepRecord): boolean {
  return !isOneOf(step, 'waitFor');
}

export function isOneOf({ action }: StepRecord, ...actions: StepAction[]): boolean {
  return actions.includes(action);
}
