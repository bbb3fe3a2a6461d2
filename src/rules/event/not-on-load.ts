import type { Evidence, StepRecord } from '../../evidence/evidence.ts';
import { contentsOf } from '../../tiktok/event-contents.ts';
import { canonicalEvent, isFinalConversion, shopPartOf } from '../../tiktok/event-names.ts';
import { propertiesOf, type SiteEvent, siteEvents } from '../../views/events.ts';
import { type View, viewsOf } from '../../views/page-views.ts';
import { causesIn } from '../causes.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { unexpected } from './unexpected.ts';

export const notOnLoad = defineRule({
  id: 'event/not-on-load',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['calls', 'steps', 'messages'],
  title: 'A conversion is tracked when the visitor does it, not when its page opens',
  why: 'Everyone who only opens the page counts: the campaign looks for people who look, and pays for conversions that nobody made.',
  mend: 'Track it in the handler of the button or form, where the visitor has done it, or on the page that follows when it has worked.',
  source: 'TikTok help centre, "Supported standard events": each is defined by what the visitor does',
  messages: {
    form: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked when ${page} opened, before the visitor had said who it is`,
    button: ({ event, page }: Args<'event' | 'page'>) =>
      `${event} was tracked when ${page} opened to show the product, before the visitor had clicked anything there`,
  },
  check(evidence, target) {
    const events = siteEvents(evidence);
    const judged = events.filter(
      ({ canonical }) => isFinalConversion(canonical) || shopPartOf(canonical) === 'button',
    );
    if (judged.length === 0) return { inapplicable: 'No event was one of a button or a form' };
    const unearned = causesIn([unexpected], evidence, target).map(({ finding }) => finding.event ?? '');
    return judged
      .filter(({ canonical }) => !unearned.some((event) => canonicalEvent(event) === canonical))
      .flatMap((one) => {
        const { event, page, place } = one;
        const code = problemOf(one, events, evidence);
        return code ? [finding(code, place, { args: { event, page: pathOf(page) }, event, page })] : [];
      });
  },
});

function problemOf(
  one: SiteEvent,
  events: readonly SiteEvent[],
  evidence: Evidence,
): 'form' | 'button' | undefined {
  const { call, canonical } = one;
  const view = call && viewsOf(evidence).find((view) => view.document === call.document && isIn(view, call));
  if (!view) return undefined;
  const acts = evidence.steps.filter(({ text }) => /^\{"(click|fill|select|press)"/.test(text));
  const here = acts.filter((step) => isIn(view, step));
  const later = here.filter(({ at }) => at > call.at);
  if (later.length < here.length) return undefined;
  if (shopPartOf(canonical) === 'button')
    return later.some(isClick) && isShownFirst(one, view, events) ? 'button' : undefined;
  // What follows a form that was filled in before is its thank-you page, though it may hold another form.
  const isTyped = ({ typed }: StepRecord) => typed !== undefined;
  const hadForm = acts.some((step) => step.at < call.at && isTyped(step));
  return !hadForm && later.some(isTyped) ? 'form' : undefined;
}

/**
 * Whether the same view shows the product, for the first time in the visit. On a page to which the visitor was sent back, or on
 * the next one, a site can tell of a button that was clicked before.
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

function isClick({ text }: StepRecord): boolean {
  return text.startsWith('{"click"');
}

function isIn({ at, until }: View, one: { at: number }): boolean {
  return one.at >= at && one.at < until;
}
