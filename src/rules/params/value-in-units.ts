import { hundredths, pricedContents } from '../../tiktok/order-value.ts';
import { propertiesOf, type ReceivedEvent, siteEvents } from '../../views/events.ts';
import { sidesOf } from '../../views/pairs.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { wantedValues } from '../wanted-values.ts';

const messages = {
  contents: ({ event, value, right }: Args<'event' | 'value' | 'right'>) =>
    `${event} carries the value ${value}, a hundred times what its contents cost: ${right}`,
  target: ({ event, value, right }: Args<'event' | 'value' | 'right'>) =>
    `${event} carries the value ${value}, a hundred times what the target expects: ${right}`,
  server: ({ event, value, right }: Args<'event' | 'value' | 'right'>) =>
    `${event} carries the value ${value} from the browser, a hundred times the ${right} from the server`,
  'server-in-cents': ({ event, value, right }: Args<'event' | 'value' | 'right'>) =>
    `${event} carries the value ${value} from the server, a hundred times the ${right} from the browser`,
  prices: ({ event, value, sum }: Args<'event' | 'value' | 'sum'>) =>
    `${event} carries contents whose prices add up to ${sum}, a hundred times its value of ${value}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const valueInUnits = defineRule({
  id: 'params/value-in-units',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  needsToPass: ['server'],
  title: 'Amounts are in units of the currency, not in cents',
  why: 'TikTok reads 5998 as 5,998 dollars: revenue and return on ad spend are a hundred times too high.',
  fix: 'If a shop system or payment service gives amounts in cents, divide by 100 once, where the properties are built.',
  source: 'TikTok help centre, "Parameters": value and price in units of the currency',
  messages,
  check(evidence, target) {
    const events = siteEvents(evidence).map((event) => ({
      event,
      value: hundredths(propertiesOf(event).value),
    }));
    if (!events.some(({ value }) => value)) return { inapplicable: 'No event carried a value' };
    const copies = new Map(
      sidesOf(evidence).flatMap(({ matched }) =>
        matched.map(({ browser, server }) => [browser.place, server]),
      ),
    );
    const hasArrived = (name: string, right: number) =>
      events.some(({ event, value }) => event.canonical === name && value === right);
    return events.flatMap(({ event: one, value }): Found[] => {
      if (!value || value < 0) return [];
      const { event, canonical, page, place } = one;
      const sum = pricedContents(propertiesOf(one))?.sum;
      const wanted = wantedValues(canonical, evidence, target);
      const server = copies.get(place) ?? [];
      const isCents = (right: number | undefined) =>
        right !== undefined && right > 0 && value === right * 100;
      const told = <const Code extends string>(code: Code, right: number) => [
        finding(code, place, {
          args: { event, value: value / 100, right: right / 100 },
          event,
          page,
          about: { parameter: 'value' },
        }),
      ];
      if (isCents(sum)) return told('contents', sum!);
      // The contents may be in cents like the value. If one event has the expected value, another may rightly have more.
      const expected = wanted.some((right) => hasArrived(canonical, right))
        ? undefined
        : wanted.find(isCents);
      if (expected) return told('target', expected);
      const right = server.map(amountIn).find(isCents);
      if (right) return told('server', right);
      if (sum === value * 100 && !isPriceOfOne(propertiesOf(one), value))
        return [
          finding('prices', place, {
            args: { event, value: value / 100, sum: sum / 100 },
            event,
            page,
            about: { parameter: 'value' },
          }),
        ];
      return server
        .filter((copy) => amountIn(copy) === value * 100)
        .map((copy) =>
          finding('server-in-cents', copy.places.properties ?? copy.place, {
            args: { event: copy.event, value, right: value / 100 },
            event: copy.event,
            page: copy.page,
            about: { parameter: 'value' },
          }),
        );
    });
  },
});

function amountIn({ properties }: ReceivedEvent): number | undefined {
  return hundredths(properties.value);
}

/** A hundred of one item, with its unit price as the value: left to params/value-is-order-total. */
function isPriceOfOne(properties: Record<string, unknown>, value: number): boolean {
  return pricedContents(properties)?.lines.some(({ price }) => price === value) ?? false;
}
