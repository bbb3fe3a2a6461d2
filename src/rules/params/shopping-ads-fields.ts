import type { Target } from '../../target/target.ts';
import { itemsOf } from '../../tiktok/contents-shape.ts';
import { isOfCatalogue, shopPartOf } from '../../tiktok/event-names.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { needsRevenue } from '../../tiktok/revenue.ts';
import { propertiesOf, type SiteEvent, siteEvents } from '../../views/events.ts';
import { finding, listed } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

export const shoppingAdsFields = defineRule({
  id: 'params/shopping-ads-fields',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  // If the contents themselves are missing or unreadable.
  yieldsTo: [
    { rule: 'params/content-id', sharing: ['place'] },
    { rule: 'params/contents-shape', sharing: ['place'] },
  ],
  title: 'Product events carry all fields that catalogue ads need',
  why: 'Video shopping ads show products to people who looked at them. For this they need ids with their type, quantity, price and value.',
  fix:
    'With ViewContent, AddToCart and Purchase send contents (content_id, quantity and price for each item), content_type product or ' +
    'product_group, value and currency. A site without a catalogue can ignore this.',
  source: 'TikTok help centre, "Video Shopping Ads: events and parameters"',
  messages: {
    lacks: ({ event, missing }: Args<'event' | 'missing'>) =>
      `${event} lacks fields that catalogue ads need: ${missing}`,
  },
  check(evidence, target) {
    const all = siteEvents(evidence);
    const events = all.filter(({ canonical }) => isOfCatalogue(canonical));
    if (events.length === 0) return { inapplicable: 'No event was of a kind that catalogue ads use' };
    if (!isShop(all, target))
      return { inapplicable: 'Nothing is sold, so what is viewed need not be in a catalogue' };
    return events.flatMap((one) => {
      const { event, canonical, page, place } = one;
      const missing = missingIn(canonical, propertiesOf(one));
      return missing.length === 0
        ? []
        : [finding('lacks', place, { args: { event, missing: listed(missing) }, event, page })];
    });
  },
});

/** If an event of a shop is sent, or expected by any journey, things are sold; otherwise what is viewed may be an article. */
function isShop(events: readonly SiteEvent[], { journeys }: Target): boolean {
  const expected = journeys.flatMap(({ expect }) => expect.map(({ event }) => event));
  return [...expected, ...events.map(({ canonical }) => canonical)].some((name) => shopPartOf(name) !== null);
}

/**
 * Missing content ids are left to params/content-id; a missing value or currency to params/value-and-currency, if only one is
 * missing or the event is a purchase.
 */
function missingIn(canonical: string, properties: Record<string, unknown>): string[] {
  const items = itemsOf(properties);
  const lacks = (member: string) => items.some((item) => isMissing(item[member]));
  const isTyped = !isMissing(properties.content_type) || (items.length > 0 && !lacks('content_type'));
  return [
    ...(isTyped ? [] : ['content_type']),
    ...['quantity', 'price'].filter(lacks).map((member) => `${member} in contents`),
    ...(needsRevenue(canonical, properties) ? [] : ['value', 'currency']),
  ];
}
