import type { StepAction, StepRecord } from '../evidence/evidence.ts';

/** Actions that may make a page send something or move on. A code step may do anything. */
export const ACTS: readonly StepAction[] = ['click', 'check', 'press', 'type', 'upload', 'run'];

/** Whether the visitor acted in this step rather than only waited; a webhook is called by another machine. */
export function isAct(step: StepRecord): boolean {
  return !isOneOf(step, 'waitFor', 'wait', 'request');
}

export function isOneOf({ action }: StepRecord, ...actions: StepAction[]): boolean {
  return actions.includes(action);
}
