import { type Evidence, STEP_ACTIONS } from '../evidence/evidence.ts';
import { type Problem, problem } from '../evidence/problem.ts';
import type { Step, Target } from '../target/target.ts';
import { blindSpot } from './blind.ts';

/**
 * What is missing from evidence that calls itself complete, so that absence proves nothing; undefined if nothing is missing.
 * Parts that it declares as not shown do not count.
 */
export function lackOf(evidence: Evidence, { journeys }: Pick<Target, 'journeys'>): Problem | undefined {
  if (evidence.outcome !== 'complete') return undefined;
  if (evidence.documents.length === 0 && !blindSpot(evidence, 'pages')) return problem('lacks-documents', {});
  const planned = journeys.find(({ name }) => name === evidence.journey)?.steps ?? [];
  if (planned.length === 0 || blindSpot(evidence, 'steps')) return undefined;
  const found = inOrder(planned, evidence);
  return found < planned.length ? problem('lacks-steps', { found, wanted: planned.length }) : undefined;
}

/** How many of the journey's steps are there, in order. A scenario adds its own steps before and after. */
function inOrder(planned: readonly Step[], { steps }: Evidence): number {
  let found = 0;
  for (const { action } of steps) {
    const next = planned[found];
    if (next && action === STEP_ACTIONS.find((name) => name in next)) found += 1;
  }
  return found;
}
