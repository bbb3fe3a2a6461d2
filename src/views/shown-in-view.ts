import type { Evidence } from '../evidence/evidence.ts';
import { arrivalDocuments } from './documents.ts';
import { isAct } from './steps.ts';

/** The URL that the landing page shows until the visitor does something: a router or a script may have changed it. */
export function shownOnLanding(evidence: Evidence): string | undefined {
  const landing = arrivalDocuments(evidence).at(-1);
  const acted = evidence.steps.find(isAct)?.at ?? Number.POSITIVE_INFINITY;
  return landing && (landing.routes?.findLast(({ at }) => at < acted)?.url ?? landing.url);
}
