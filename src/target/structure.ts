import { type Refusal, refusal } from './refusal.ts';

/** Far more than any target needs; what follows walks a target by calling itself for each level. */
const DEEPEST = 100;

/** What is wrong with the build of a document, whatever stands in it: what no program should have to expect of its input. */
export function structureProblems(value: unknown, path = '', depth = 0): Refusal[] {
  if (typeof value !== 'object' || value === null) return [];
  if (depth === DEEPEST) return [refusal('too-deep', { deepest: DEEPEST }, path)];
  if (Array.isArray(value)) return firstOf(value.entries(), path, depth);
  if (Object.hasOwn(value, '__proto__')) return [refusal('reserved-key', {}, `${path}/__proto__`)];
  return firstOf(Object.entries(value), path, depth);
}

/** One is enough: a list of a thousand deep ones would have as many, each as long. */
function firstOf(members: Iterable<[string | number, unknown]>, path: string, depth: number): Refusal[] {
  for (const [key, member] of members) {
    const problems = structureProblems(member, `${path}/${key}`, depth + 1);
    if (problems.length > 0) return problems;
  }
  return [];
}
