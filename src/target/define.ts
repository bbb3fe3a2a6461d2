import type { Page } from '@playwright/test';
import type { Journey, Step, Target, TargetFile } from './target.ts';

/** A step that is code: called with the visitor's current page, and the identity of the target. */
export type StepFunction = (visit: { page: Page; identity: Target['identity'] }) => unknown;

type AnyStep = Step | StepFunction;
type Steps = readonly AnyStep[];

/** What a target module exports. If it extends another file, that may provide what is missing here. */
export type TargetInput = Partial<Omit<TargetFile, 'journeys' | 'consent' | 'setup'>> & {
  journeys?: readonly (Pick<Journey, 'name' | 'start'> &
    Partial<Pick<Journey, 'expect'>> & { steps?: Steps })[];
  consent?: 'auto' | { grant?: Steps; deny?: Steps; withdraw?: Steps };
  setup?: Steps;
};

/** Returns the target unchanged: for completion in an editor, and for the type checker. */
export function defineTarget<Input extends TargetInput>(target: Input): Input {
  return target;
}
