import type { Evidence, StepRecord } from '../evidence/evidence.ts';
import { contentsOf } from '../tiktok/event-contents.ts';
import { isFinalConversion, shopPartOf } from '../tiktok/event-names.ts';
import { propertiesOf, type SiteEvent, siteEvents } from './events.ts';
import { perEvidence } from './memo.ts';
import { type View, viewsOf } from './page-views.ts';
import { isOneOf } from './steps.ts';

/** An event of a button or form that was tracked as its page opened. */
export interface TrackedOnLoad {
  event: SiteEvent;
  kind: 'form' | 'button';
}

/** Events of a button or form, which the visitor has to act for. */
export function isEarnedByAct({ canonical }: SiteEvent): boolean {
  return isFinalConversion(canonical) || shopPartOf(canonical) === 'button';
}

/** Those that came before the visitor had acted. */
export const trackedOnLoad = perEvidence((evidence): readonly TrackedOnLoad[] => {
  const events = siteEvents(evidence);
  return events.filter(isEarnedByAct).flatMap((event) => {
    const kind = problemOf(event, events, evidence);
    return kind ? [{ event, kind }] : [];
  });
});

function problemOf(
  one: SiteEvent,
  events: readonly SiteEvent[],
  evidence: Evidence,
): TrackedOnLoad['kind'] | undefined {
  const { call, canonical } = one;
  const view = call && viewsOf(evidence).find((view) => view.document === call.document && isIn(view, call));
  if (!view) return undefined;
  const acts = evidence.steps.filter((step) =>
    isOneOf(step, 'click', 'fill', 'type', 'select', 'check', 'press', 'run'),
  );
  const here = acts.filter((step) => isIn(view, step));
  const later = here.filter(({ at }) => at > call.at);
  if (later.length < here.length) return undefined;
  if (shopPartOf(canonical) === 'button')
    return later.some((step) => isOneOf(step, 'click', 'run')) && isShownFirst(one, view, events)
      ? 'button'
      : undefined;
  // A page that follows a filled-in form is its thank-you page, even if it has another form.
  const isTyped = ({ typed }: StepRecord) => typed !== undefined;
  const hadForm = acts.some((step) => step.at < call.at && isTyped(step));
  return !hadForm && later.some(isTyped) ? 'form' : undefined;
}

/**
 * Whether the same view shows the product for the first time in the visit. On a page to which the visitor was sent back, or on
 * the next one, a site may report a button that was clicked before.
 */
function isShownFirst(one: SiteEvent, view: View, events: readonly SiteEvent[]): boolean {
  const ids = new Set(idsOf(one));
  const first = events.find(
    (event) => event.canonical === 'ViewContent' && idsOf(event).some((id) => ids.has(id)),
  );
  return first?.call?.document === view.document && isIn(view, first.call);
}

function idsOf(event: SiteEvent): string[] {
  return contentsOf(propertiesOf(event)).flatMap(({ id }) => (id === '' ? [] : [id]));
}

function isIn({ at, until }: View, one: { at: number }): boolean {
  return one.at >= at && one.at < until;
}
