import { shapeProblems } from '../../tiktok/contents-shape.ts';
import { isMissing } from '../../tiktok/pixel-request.ts';
import { propertiesOf, siteEvents } from '../../views/events.ts';
import { finding, shown } from '../finding.ts';
import { type Args, defineRule } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';

const LONGEST = 80;

export const contentsShape = defineRule({
  id: 'params/contents-shape',
  severity: 'normal',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  title: 'contents is a list of objects with numbers, content_ids a list of ids',
  why: 'The pixel sends what it is given. From any other form TikTok reads no products, quantities or prices.',
  fix: "Pass JavaScript values, not JSON text: contents: [{ content_id: 'SKU-1', quantity: 2, price: 29.99 }], where price is the price of one item.",
  source: 'TikTok Events API reference, "contents"; SDK diagnostic MISSING_CONTENT_ID',
  messages: {
    contents: ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries contents that are not a list: ${found}`,
    item: ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries contents with an item that is not an object: ${found}`,
    quantity: ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries the quantity ${found}, which is not a whole number`,
    price: ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries the price ${found}, which is not a number`,
    'content-ids': ({ event, found }: Args<'event' | 'found'>) =>
      `${event} carries content_ids that are not a list of texts: ${found}`,
  },
  check(evidence) {
    const events = siteEvents(evidence).map((event) => ({ event, properties: propertiesOf(event) }));
    const isGiven = ({ contents, content_ids: ids }: Record<string, unknown>) =>
      !isMissing(contents) || !isMissing(ids);
    if (!events.some(({ properties }) => isGiven(properties)))
      return { inapplicable: 'No event carried contents' };
    return events.flatMap(({ event: { event, page, place }, properties }) =>
      shapeProblems(properties).map(({ kind, found }) =>
        finding(kind, place, {
          args: { event, found: short(shown(found)) },
          event,
          page,
          about: { parameter: 'contents' },
        }),
      ),
    );
  },
});

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
