import type { Evidence } from '../../evidence/evidence.ts';
import type { Target } from '../../target/target.ts';
import { isOrder, isSubscription } from '../../tiktok/event-names.ts';
import { hundredths, pricedContents } from '../../tiktok/order-value.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { eventKey, propertiesOf, receivedEvents, type SentEvent, siteEvents } from '../../views/events.ts';
import { finding, shown } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { wantedValues } from '../wanted-values.ts';

export const valueNotZero = defineRule({
  id: 'params/value-not-zero',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'A purchase has a value above 0',
  why: 'A purchase with value 0 counts as one without revenue: return on ad spend is reported as 0, and bidding learns that buyers are worth nothing.',
  fix:
    'Read the total from the saved order, not from a cart that is already empty. If the order is free, send prices of 0 in its ' +
    'contents, or have the target expect that value. A refund is not a purchase, and TikTok has no event for it: send nothing.',
  source: 'TikTok help centre, "Parameters": value is the total of the order',
  messages: {
    zero: ({ event, found, sum = '' }: Args<'event' | 'found', 'sum'>) =>
      `${event} carries the value ${found}${sum ? `, though its contents cost ${sum}` : ''}`,
    negative: ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries the value ${found}, which is below 0`,
  },
  check(evidence, target) {
    const sales = salesIn(evidence);
    if (sales.length === 0) return { inapplicable: 'Nothing was bought' };
    return sales.flatMap((sale) => {
      const { event, page, place, properties } = sale;
      const value = hundredths(properties.value);
      if (value === undefined || value > 0 || isFree(sale, evidence, target)) return [];
      const sum = pricedContents(properties)?.sum;
      const args = {
        event,
        found: shown(properties.value),
        ...(sum && value === 0 ? { sum: sum / 100 } : {}),
      };
      return [
        finding(value < 0 ? 'negative' : 'zero', place, { args, event, page, about: { parameter: 'value' } }),
      ];
    });
  },
});

type Sale = Pick<SentEvent, 'canonical' | 'event' | 'eventId' | 'page' | 'place' | 'properties'>;

/** The sales of the browser, and those of the server that the browser did not send: other copies are compared with the browser's. */
function salesIn(evidence: Evidence): Sale[] {
  const browser = siteEvents(evidence).map((event) => ({ ...event, properties: propertiesOf(event) }));
  const known = new Set(browser.map(eventKey));
  const server = receivedEvents(evidence).filter(
    (event) => !isMissing(event.eventId) && !known.has(eventKey(event)),
  );
  return [...browser, ...server].filter(isSale);
}

function isSale({ canonical, properties }: Sale): boolean {
  if (isOrder(canonical)) return true;
  return isSubscription(canonical) && (pricedContents(properties)?.sum ?? 0) > 0;
}

function isFree({ canonical, properties }: Sale, evidence: Evidence, target: Target): boolean {
  return pricedContents(properties)?.sum === 0 || wantedValues(canonical, evidence, target).includes(0);
}
