import type { Evidence, StepRecord } from '../evidence/evidence.ts';
import { samePath } from '../tiktok/address.ts';
import { isConversion, mayComeAgain } from '../tiktok/event-names.ts';
import { type SiteEvent, siteEvents } from './events.ts';
import { perEvidence } from './memo.ts';
import { type View, viewsOf } from './page-views.ts';
import { ACTS, isOneOf } from './steps.ts';

/** A conversion that was tracked for the first time when its page was shown again, and nothing was done there. */
export interface TrackedLate {
  event: SiteEvent;
  by: 'reload' | 'return';
}

/** The conversions that came only when the visitor reloaded their page, or came back to it. */
export const trackedLate = perEvidence((evidence): readonly TrackedLate[] => {
  const events = siteEvents(evidence);
  return events.flatMap((event, index): TrackedLate[] => {
    if (!isConversion(event.event) || mayComeAgain(event.event)) return [];
    if (events.slice(0, index).some(({ canonical }) => canonical === event.canonical)) return [];
    const by = shownAgainBy(event, evidence);
    return by ? [{ event, by }] : [];
  });
});

/** How the page of an event came to be shown again, where the visitor has done nothing on it since; undefined for a first view. */
function shownAgainBy({ call }: SiteEvent, evidence: Evidence): TrackedLate['by'] | undefined {
  const views = viewsOf(evidence);
  const again = call && views.find((view) => view.document === call.document && isIn(view, call.at));
  const step = again && lastActAt(again.at, evidence);
  if (!step || !isOneOf(step, 'reload', 'back', 'forward', 'goto')) return undefined;
  // What was done on the page since may be what the conversion was made by.
  if (lastActAt(call.at, evidence) !== step) return undefined;
  const tab = tabOf(again, evidence);
  const before = views.findLast(
    (view) => view.until <= again.at && tabOf(view, evidence) === tab && samePath(view.url, again.url),
  );
  // A page that the visitor has not agreed on may not track.
  if (!before || evidence.consent.some(({ at }) => at > before.at && at < call.at)) return undefined;
  const isReload = isOneOf(step, 'reload', 'goto');
  // To open a page anew may be a part of another way through the site.
  if (isReload && before.until < step.at) return undefined;
  if (!hadTime(before, step, call.at - again.at, evidence)) return undefined;
  return isReload ? 'reload' : 'return';
}

/**
 * Whether a page was left in peace twice as long as the event took to come when it was shown again: what a page asks its server
 * for first may be cut off by whoever leaves it sooner.
 */
function hadTime({ at, until }: View, step: StepRecord, took: number, { steps }: Evidence): boolean {
  const end = Math.min(until, step.at);
  const acts = steps.filter((one) => one.at >= at && one.at < end && isOneOf(one, ...ACTS));
  // The one by which it was left is none that it had to follow.
  const followed = until < step.at ? acts.slice(0, -1) : acts;
  const since = followed.at(-1)?.at ?? at;
  return end - since >= 2 * took;
}

/** The step by which the visitor last did something. */
function lastActAt(at: number, { steps }: Evidence): StepRecord | undefined {
  return steps.findLast((step) => step.at <= at && !isOneOf(step, 'waitFor', 'wait'));
}

function isIn({ at, until }: View, time: number): boolean {
  return time >= at && time < until;
}

function tabOf({ document }: View, { documents }: Evidence): number | undefined {
  return documents.find(({ id }) => id === document)?.tab;
}
