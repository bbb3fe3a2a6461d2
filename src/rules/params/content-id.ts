import { itemsOf, shapeProblems } from '../../tiktok/contents-shape.ts';
import { contentDiagnostics } from '../../tiktok/diagnostics.ts';
import { eventNeeds } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { propertiesOf, siteEvents } from '../../views/events.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const messages = {
  missing: ({ event }: Args<'event'>) => `${event} carries no content id`,
  'only-ids': ({ event }: Args<'event'>) =>
    `${event} carries content_ids, but neither contents nor content_id, which is where the pixel looks`,
  'item-without': ({ event }: Args<'event'>) =>
    `${event} carries contents with an item that has no content_id`,
  blank: ({ event }: Args<'event'>) => `${event} carries a blank content_id`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const contentId = defineRule({
  id: 'params/content-id',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'Events about products carry their content ids',
  why: "Without the ids TikTok cannot match the event with the catalogue, and the pixel's own diagnostics warn about every such event.",
  fix: "Name each product: { contents: [{ content_id: 'SKU-1', quantity: 1, price: 29.99 }] }, with the ids used in the catalogue.",
  source: 'SDK diagnostics MISSING_CONTENT_ID, INVALID_CONTENT_ID, measured on builds of 2024 to 2026',
  messages,
  check(evidence) {
    const events = siteEvents(evidence);
    const findings = events.flatMap((one) => {
      const { event, canonical, page, place } = one;
      const code = problemOf(eventNeeds(canonical, 'content'), propertiesOf(one));
      return code ? [finding(code, place, { args: { event }, event, page })] : [];
    });
    const isAsked = events.some(({ canonical }) => eventNeeds(canonical, 'content'));
    return findings.length > 0 || isAsked
      ? findings
      : { inapplicable: 'No event is of a kind for which TikTok asks for content ids' };
  },
});

function problemOf(isNeeded: boolean, properties: Record<string, unknown>): Found['code'] | undefined {
  // Contents that are not a list of objects are left to params/contents-shape.
  if (shapeProblems(properties).some(({ kind }) => kind === 'contents' || kind === 'item')) return undefined;
  const found = contentDiagnostics(isNeeded, properties);
  // The SDK calls an item without an id blank, too, and accepts null, which names no product either.
  if (found.includes('INVALID_CONTENT_ID') || properties.content_id === null)
    return hasBlank(properties) ? 'blank' : 'item-without';
  if (!found.includes('MISSING_CONTENT_ID')) return undefined;
  return Array.isArray(properties.content_ids) && properties.content_ids.length > 0 ? 'only-ids' : 'missing';
}

function hasBlank(properties: Record<string, unknown>): boolean {
  return [properties, ...itemsOf(properties)].some(
    ({ content_id: id }) => id !== undefined && (isMissing(id) || String(id).trim() === ''),
  );
}
