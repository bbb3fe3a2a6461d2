import type { Evidence } from './evidence.ts';

/**
 * A view of the evidence that is made once for each visit, since many rules ask for the same ones. Evidence is never changed once
 * it is made. What a recording holds so far is not whole evidence, so that the type checker refuses it here: the recorder calls
 * functions that take single lists, such as `sentIn`, and they are made anew each time.
 *
 * @param make pure; what it returns is shared, so that it has to be read-only
 */
export function perEvidence<View>(make: (evidence: Evidence) => View): (evidence: Evidence) => View {
  const made = new WeakMap<Evidence, { view: View }>();
  return (evidence) => {
    const known = made.get(evidence) ?? { view: make(evidence) };
    made.set(evidence, known);
    return known.view;
  };
}
