import type { StepAction, StepRecord } from '../evidence/evidence.ts';

/** Whether the visitor did something by it, and did not only wait; a webhook is called by another machine. */
export function isAct(step: StepRecord): boolean {
  return !isOneOf(step, 'waitFor', 'request');
}

export function isOneOf({ action }: StepRecord, ...actions: StepAction[]): boolean {
  return actions.includes(action);
}
