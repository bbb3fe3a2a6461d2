import type { DocumentRecord, Evidence } from '../evidence/evidence.ts';
import { withoutMasks } from '../masking/mask.ts';
import { alwaysLoads, isRun, type SnippetProblem, snippetProblem } from '../tiktok/base-code.ts';
import { blindSpot } from './blind.ts';
import { endOf, hasPixel } from './documents.ts';
import { perEvidence } from './memo.ts';

/** A base code that cannot run, with its place. */
export interface SpoiltSnippet {
  document: DocumentRecord;
  place: string;
  text: string;
  problem: SnippetProblem;
}

/** Characters kept of a snippet: one of this length may continue. */
const KEPT = 8_000;

/** Whether the whole text of a snippet was kept. */
export function isWhole({ text }: { text: string }): boolean {
  return text.length < KEPT;
}

/** The base codes of all pages that cannot run as written. */
export const spoiltSnippets = perEvidence((evidence): readonly SpoiltSnippet[] => {
  return evidence.documents.flatMap((document, index) =>
    (document.snippets ?? []).flatMap(({ text, type }, number) => {
      if (!isWhole({ text })) return [];
      const problem = snippetProblem(withoutMasks(text), type);
      // A leftover of the old loader does no harm beside a pixel that runs.
      if (!problem || (problem.kind === 'dead' && hasOther(document, evidence))) return [];
      return [{ document, place: `/documents/${index}/snippets/${number}`, text, problem }];
    }),
  );
});

function hasOther(document: DocumentRecord, evidence: Evidence): boolean {
  return document.mountedAt !== undefined || evidence.calls.some((call) => call.document === document.id);
}

/**
 * The type that keeps a document's base code from running, as consent tools set it until the visitor agrees; empty if none does.
 */
export function inertType(document: DocumentRecord, evidence: Evidence): string {
  return hasPixel(document, evidence) ? '' : heldType(document);
}

/** The same, even if something on the page ran it later, as plugins do that delay scripts until the visitor's first touch. */
export function heldType({ snippets = [] }: DocumentRecord): string {
  const types = snippets.map(({ type = '' }) => type);
  return types.length > 0 && types.every((type) => !isRun(type)) ? types[0]! : '';
}

/**
 * Whether a document has a base code that was never run though nothing else prevented it: browsers do not run a script that was
 * inserted by innerHTML.
 */
export function isNeverRun(document: DocumentRecord, evidence: Evidence): boolean {
  if (blindSpot(evidence, 'calls') || blindSpot(evidence, 'console') || hasPixel(document, evidence))
    return false;
  const { snippets = [], id, at } = document;
  const isCalled = evidence.calls.some((call) => call.document === id);
  // An error may have stopped it.
  const hasError = evidence.errors.some((error) => error.at >= at && error.at < endOf(document, evidence));
  if (isCalled || hasError) return false;
  return snippets.some(
    ({ text, type }) => isRun(type) && isWhole({ text }) && alwaysLoads(withoutMasks(text)),
  );
}
