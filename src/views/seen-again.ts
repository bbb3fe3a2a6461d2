import type { Evidence, StepRecord } from '../evidence/evidence.ts';
import { samePath } from '../tiktok/address.ts';
import { isConversion, mayComeAgain } from '../tiktok/event-names.ts';
import { type SiteEvent, siteEvents } from './events.ts';
import { perEvidence } from './memo.ts';
import { type View, viewsOf } from './page-views.ts';
import { ACTS, isOneOf } from './steps.ts';

/** A conversion that was first tracked when its page was shown again without an action of the visitor. */
export interface TrackedLate {
  event: SiteEvent;
  by: 'reload' | 'return';
}

/** The conversions that came only when the visitor reloaded their page or came back to it. */
export const trackedLate = perEvidence((evidence): readonly TrackedLate[] => {
  const events = siteEvents(evidence);
  return events.flatMap((event, index): TrackedLate[] => {
    if (!isConversion(event.event) || mayComeAgain(event.event)) return [];
    if (events.slice(0, index).some(({ canonical }) => canonical === event.canonical)) return [];
    const by = shownAgainBy(event, evidence);
    return by ? [{ event, by }] : [];
  });
});

/** How the page of an event came to be shown again, if the visitor has not acted on it since; undefined for a first view. */
function shownAgainBy({ call }: SiteEvent, evidence: Evidence): TrackedLate['by'] | undefined {
  const views = viewsOf(evidence);
  const again = call && views.find((view) => view.document === call.document && isIn(view, call.at));
  const step = again && lastActAt(again.at, evidence);
  if (!step || !isOneOf(step, 'reload', 'back', 'forward', 'goto')) return undefined;
  // What was done on the page since may have caused the conversion.
  if (lastActAt(call.at, evidence) !== step) return undefined;
  const tab = tabOf(again, evidence);
  const before = views.findLast(
    (view) => view.until <= again.at && tabOf(view, evidence) === tab && samePath(view.url, again.url),
  );
  // Without consent on the first view, the page may not have been allowed to track.
  if (!before || evidence.consent.some(({ at }) => at > before.at && at < call.at)) return undefined;
  const isReload = isOneOf(step, 'reload', 'goto');
  // Opening a page again may be part of another way through the site.
  if (isReload && before.until < step.at) return undefined;
  if (!hadTime(before, step, call.at - again.at, evidence)) return undefined;
  return isReload ? 'reload' : 'return';
}

/**
 * Whether the page was first left undisturbed for twice the time that the event took when it was shown again: leaving sooner may
 * abort a request that the page makes before it tracks.
 */
function hadTime({ at, until }: View, step: StepRecord, took: number, { steps }: Evidence): boolean {
  const end = Math.min(until, step.at);
  const acts = steps.filter((one) => one.at >= at && one.at < end && isOneOf(one, ...ACTS));
  // Nothing had to come before the step that left the page.
  const followed = until < step.at ? acts.slice(0, -1) : acts;
  const since = followed.at(-1)?.at ?? at;
  return end - since >= 2 * took;
}

/** The last step by which the visitor acted. */
function lastActAt(at: number, { steps }: Evidence): StepRecord | undefined {
  return steps.findLast((step) => step.at <= at && !isOneOf(step, 'waitFor', 'wait'));
}

function isIn({ at, until }: View, time: number): boolean {
  return time >= at && time < until;
}

function tabOf({ document }: View, { documents }: Evidence): number | undefined {
  return documents.find(({ id }) => id === document)?.tab;
}
