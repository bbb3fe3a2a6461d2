import type { Evidence } from '../evidence/evidence.ts';
import { isExcluded } from '../target/exclude.ts';
import type { Target } from '../target/target.ts';

/** The evidence with excluded documents marked, by the target as it is now and not as it was at the recording. */
export function markExcluded(evidence: Evidence, target: Pick<Target, 'baseURL' | 'exclude'>): Evidence {
  if (target.exclude.length === 0 && !evidence.documents.some(({ excluded }) => excluded)) return evidence;
  const documents = evidence.documents.map(({ excluded: _, ...document }) => ({
    ...document,
    ...(isExcluded(document.url, target) ? { excluded: true as const } : {}),
  }));
  return { ...evidence, documents };
}
