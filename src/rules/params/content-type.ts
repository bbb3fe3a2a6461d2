import { itemsOf } from '../../tiktok/contents-shape.ts';
import { CONTENT_TYPES } from '../../tiktok/diagnostics.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { propertiesOf, siteEvents } from '../../views/events.ts';
import { finding, shown } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const contentType = defineRule({
  id: 'params/content-type',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'content_type is a type that TikTok knows',
  why: 'The type says whether TikTok looks the ids up among products or product groups; with any other type it finds nothing.',
  fix: `Use product if the ids are those of variants, product_group if they are those of groups, otherwise one of ${CONTENT_TYPES.slice(2).join(', ')}.`,
  source: 'SDK diagnostic INVALID_CONTENT_TYPE, measured on builds of 2024 to 2026',
  messages: {
    unknown: ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries the content_type ${found}, which TikTok does not know`,
  },
  check(evidence) {
    const typed = siteEvents(evidence).map((event) => ({ event, types: typesOf(propertiesOf(event)) }));
    if (typed.every(({ types }) => types.length === 0))
      return { inapplicable: 'No event carried a content_type' };
    return typed.flatMap(({ event: { event, page, place }, types }) => {
      const unknown = types.filter((type) => !CONTENT_TYPES.includes(String(type)));
      if (unknown.length === 0) return [];
      return [finding('unknown', place, { args: { event, found: shown(unknown[0]) }, event, page })];
    });
  },
});

/** The event's own, then those of its contents. */
function typesOf(properties: Record<string, unknown>): unknown[] {
  return [properties, ...itemsOf(properties)]
    .map(({ content_type: type }) => type)
    .filter((type) => !isMissing(type));
}
