import type { StepAction, StepRecord } from '../evidence/evidence.ts';

/** By what a page may be made to send something, or to go on. Code may do any of it. */
export const ACTS: readonly StepAction[] = ['click', 'check', 'press', 'type', 'upload', 'run'];

/** Whether the visitor did something by it, and did not only wait; a webhook is called by another machine. */
export function isAct(step: StepRecord): boolean {
  return !isOneOf(step, 'waitFor', 'wait', 'request');
}

export function isOneOf({ action }: StepRecord, ...actions: StepAction[]): boolean {
  return actions.includes(action);
}
