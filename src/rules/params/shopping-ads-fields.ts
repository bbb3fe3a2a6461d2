import { propertiesOf, siteEvents } from '../../evidence/events.ts';
import { itemsOf } from '../../tiktok/contents-shape.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { needsRevenue } from '../../tiktok/revenue.ts';
import { causesIn, isAbout } from '../causes.ts';
import { finding, listed } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { contentId } from './content-id.ts';
import { contentsShape } from './contents-shape.ts';

/** The events that catalogue ads are made of, by TikTok's current names. */
const CATALOGUE_EVENTS = new Set(['ViewContent', 'AddToCart', 'Purchase', 'PlaceAnOrder']);

export const shoppingAdsFields: Rule = {
  id: 'params/shopping-ads-fields',
  severity: 'minor',
  scenarios: PIXEL_RUNS,
  title: 'Product events carry all that catalogue ads are chosen and paid by',
  why: 'Video shopping ads show products to those who looked at them, and need ids with their type, quantity, price and value for it.',
  mend:
    'Send with ViewContent, AddToCart and Purchase: contents with content_id, quantity and price each, content_type product or ' +
    'product_group, value and currency. A site without a catalogue can let this be.',
  source: 'TikTok help centre, "Video Shopping Ads: events and parameters"',
  messages: {
    lacks: ({ event, missing }) => `${event} lacks for catalogue ads: ${missing}`,
  },
  check(evidence, target) {
    const causes = causesIn([contentId, contentsShape], evidence, target);
    const events = siteEvents(evidence).filter(({ canonical }) => CATALOGUE_EVENTS.has(canonical));
    if (events.length === 0) return { inapplicable: 'No event was one of those that catalogue ads need' };
    return events.flatMap((one) => {
      const { event, canonical, page, place } = one;
      // Where the contents themselves are missing or unreadable, that is told.
      if (causes.some(({ finding }) => isAbout(finding, [place]))) return [];
      const missing = missingIn(canonical, propertiesOf(one));
      return missing.length === 0
        ? []
        : [finding('lacks', place, { args: { event, missing: listed(missing) }, event, page })];
    });
  },
};

/**
 * Content ids that are missing are a finding of params/content-id, a value or currency that is missing where the other is not,
 * or of a purchase, is one of params/value-and-currency.
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
