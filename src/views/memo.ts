import type { Evidence } from '../evidence/evidence.ts';

/** The views of each visit, by the function that makes them. */
const made = new WeakMap<Evidence, Map<unknown, unknown>>();

/**
 * A view that is made once for each visit, as many rules ask for the same ones. Evidence never changes once it is made. A
 * recording in progress is not complete evidence, and the type checker refuses it here: the recorder calls functions that take
 * single lists, such as `sentIn`, which are evaluated each time.
 *
 * @param make pure; its result is shared, so it must be read-only
 */
export function perEvidence<View>(make: (evidence: Evidence) => View): (evidence: Evidence) => View {
  return (evidence) => {
    const views = made.get(evidence) ?? newMap(evidence);
    const known = views.get(make);
    if (known !== undefined || views.has(make)) return known as View;
    const view = make(evidence);
    views.set(make, view);
    return view;
  };
}

function newMap(evidence: Evidence): Map<unknown, unknown> {
  const views = new Map<unknown, unknown>();
  made.set(evidence, views);
  return views;
}

/**
 * The same for a view that also depends on something else that never changes, such as the target: made once for the pair.
 *
 * @param make pure; its result is shared, so it must be read-only
 */
export function perEvidenceAnd<Other extends object, View>(
  make: (evidence: Evidence, other: Other) => View,
): (evidence: Evidence, other: Other) => View {
  const viewsOf = perEvidence(() => new Map<Other, View>());
  return (evidence, other) => {
    const views = viewsOf(evidence);
    const known = views.get(other);
    if (known !== undefined || views.has(other)) return known as View;
    const view = make(evidence, other);
    views.set(other, view);
    return view;
  };
}
