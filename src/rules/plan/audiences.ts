import type { AdPlan } from '../../target/target.ts';
import { eventDiagnostics } from '../../tiktok/diagnostics.ts';
import { canonicalEvent, PAGEVIEW, STANDARD_EVENTS } from '../../tiktok/event-names.ts';
import { isMissing, record } from '../../tiktok/pixel-request.ts';
import { type SiteEvent, siteEvents } from '../../views/events.ts';
import { finding, pathOf } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { WHOLE_JOURNEY } from '../scenarios.ts';

/** Agencies' advice; no text of TikTok's own was found. */
const LONGEST = 180;

const messages = {
  days: ({ audience, days }: Args<'audience' | 'days'>) =>
    `The audience ${audience} lasts ${days} days; wanted 1 to ${LONGEST}`,
  name: ({ audience, event }: Args<'audience' | 'event'>) =>
    `The audience ${audience} uses "${event}", which is not an event name`,
  spelling: ({ audience, event, meant }: Args<'audience' | 'event' | 'meant'>) =>
    `The audience ${audience} uses ${event}, which is a different event from ${meant}`,
  'no-content-ids': ({ audience, event, page }: Args<'audience' | 'event' | 'page'>) =>
    `The audience ${audience} selects by product, but ${event} was sent from ${page} without a content id`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const audiences = defineRule({
  id: 'plan/audiences',
  severity: 'minor',
  scenarios: WHOLE_JOURNEY,
  needs: ['messages'],
  title:
    'Audiences last 1 to 180 days, use events that exist, and select by product only if the event names one',
  why: 'An audience of an event that nobody sends stays empty, and an audience by product needs content ids.',
  fix: 'Spell the event as the pages send it, choose 1 to 180 days, and send contents with a content_id for each product.',
  source: 'The target file: plan.audiences; advice: TikTok has no public text on the 180 days',
  messages,
  check(evidence, { plan }) {
    if (plan.audiences === undefined) return { inapplicable: 'The target names no audiences' };
    const events = siteEvents(evidence).filter(({ sent }) => sent.length > 0);
    return plan.audiences.flatMap((audience) => judge(audience, events));
  },
});

type Audience = NonNullable<AdPlan['audiences']>[number];

/** Whether an event that the journey must cause is sent at all is left to event/expected. */
function judge({ name, event, days, contentIds = false }: Audience, events: readonly SiteEvent[]): Found[] {
  const args = { audience: name, event };
  const findings: Found[] = [];
  if (days < 1 || days > LONGEST) findings.push(finding('days', '/target', { args: { ...args, days } }));
  const meant = otherSpelling(event, events);
  if (!isName(event)) findings.push(finding('name', '/target', { args }));
  else if (meant) findings.push(finding('spelling', '/target', { args: { ...args, meant } }));
  const bare = contentIds && events.find((one) => isOf(event, one) && !hasContentId(one));
  if (!bare) return findings;
  const details = { args: { ...args, page: pathOf(bare.page) }, event, page: bare.page };
  return [...findings, finding('no-content-ids', bare.place, details)];
}

function isOf(event: string, { canonical }: SiteEvent): boolean {
  return canonical === canonicalEvent(event);
}

/** By the SDK's criteria for a name. */
function isName(event: string): boolean {
  return !eventDiagnostics(event, {}, { known: true }).some((code) => code.includes('EVENT_TYPE_NAME'));
}

/** A standard event, or one that was sent, whose name differs only in letter case or punctuation. */
function otherSpelling(event: string, events: readonly SiteEvent[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const known = new Set([PAGEVIEW, ...STANDARD_EVENTS, ...events.map(({ canonical }) => canonical)]);
  if (known.has(canonicalEvent(event)) || events.some((one) => one.event === event)) return undefined;
  return [...known].find((name) => plain(name) === plain(event));
}

/** Events for which TikTok itself requires a content id are judged by the rules of params/. */
function hasContentId({ event, properties }: SiteEvent): boolean {
  const diagnostics = eventDiagnostics(event, properties, { known: true });
  if (diagnostics.some((code) => code.endsWith('_CONTENT_ID'))) return true;
  const { content_id: id, content_ids: ids, contents } = properties;
  const items = Array.isArray(contents) ? contents.map(record) : [];
  return (
    !isMissing(id) ||
    (Array.isArray(ids) ? ids.length > 0 : !isMissing(ids)) ||
    items.some((item) => !isMissing(item.content_id))
  );
}
