import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import type { Target } from '../target/target.ts';
import { endOf, hasSent } from '../views/documents.ts';
import { perEvidenceAnd } from '../views/memo.ts';
import { refusals } from '../views/refusals.ts';
import { causesIn } from './causes.ts';
import { pathOf } from './finding.ts';
import { baseCodeParses } from './pixel/base-code-parses.ts';
import { idFormat } from './pixel/id-format.ts';
import { notBlocked } from './pixel/not-blocked.ts';
import { onEveryPage } from './pixel/on-every-page.ts';
import { sdkLoads } from './pixel/sdk-loads.ts';
import { ttqIsArray } from './pixel/ttq-is-array.ts';

/** Pages from which nothing could be sent, and the rules that tell why. */
export interface SilentPages {
  documents: DocumentRecord[];
  rules: string[];
}

/** For rules about events: what is missing from such a page is told by the rule about its pixel. */
export const silentPages = perEvidenceAnd((evidence, target: Target): SilentPages => {
  const causes = causesIn(
    [baseCodeParses, idFormat, notBlocked, sdkLoads, ttqIsArray, onEveryPage],
    evidence,
    target,
  );
  const paths = new Set([
    ...causes.map(({ finding }) => pathOf(finding.page ?? '')),
    ...refusals(evidence).map(({ document }) => pathOf(document.url)),
  ]);
  return {
    documents: evidence.documents.filter(
      (document) => paths.has(pathOf(document.url)) && !hasSent(document, evidence),
    ),
    rules: causes.map(({ rule }) => rule),
  };
});

/** Whether one of the pages was there at some time between two. */
export function isSilentBetween(
  from: number,
  to: number,
  documents: DocumentRecord[],
  evidence: Evidence,
): boolean {
  return documents.some((document) => document.at < to && endOf(document, evidence) > from);
}
