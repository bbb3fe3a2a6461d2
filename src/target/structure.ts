import { type Refusal, refusal } from './refusal.ts';

/** Far more than any target needs; later code walks a target recursively. */
const DEEPEST = 100;

/** Problems in the structure of a document, whatever its content, that later code need not handle. */
export function structureProblems(value: unknown, path = '', depth = 0): Refusal[] {
  if (typeof value !== 'object' || value === null) return [];
  if (depth === DEEPEST) return [refusal('too-deep', { deepest: DEEPEST }, path)];
  if (Array.isArray(value)) return firstOf(value.entries(), path, depth);
  if (Object.hasOwn(value, '__proto__')) return [refusal('reserved-key', {}, `${path}/__proto__`)];
  return firstOf(Object.entries(value), path, depth);
}

/** One is enough: a list of a thousand deep members would have as many, each as long. */
function firstOf(members: Iterable<[string | number, unknown]>, path: string, depth: number): Refusal[] {
  for (const [key, member] of members) {
    const problems = structureProblems(member, `${path}/${key}`, depth + 1);
    if (problems.length > 0) return problems;
  }
  return [];
}
