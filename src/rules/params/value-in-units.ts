import { decimalsOf } from '../../tiktok/currencies.ts';
import { hundredths, pricedContents } from '../../tiktok/order-value.ts';
import { propertiesOf, type ReceivedEvent, siteEvents } from '../../views/events.ts';
import { sidesOf } from '../../views/pairs.ts';
import { finding } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { PIXEL_RUNS } from '../scenarios.ts';
import { wantedValues } from '../wanted-values.ts';

const messages = {
  contents: ({ event, value, right, times }: Args<'event' | 'value' | 'right', 'times'>) =>
    `${event} carries the value ${value}, ${often(times)} what its contents cost: ${right}`,
  target: ({ event, value, right, times }: Args<'event' | 'value' | 'right', 'times'>) =>
    `${event} carries the value ${value}, ${often(times)} what the target expects: ${right}`,
  server: ({ event, value, right, times }: Args<'event' | 'value' | 'right', 'times'>) =>
    `${event} carries the value ${value} from the browser, ${often(times)} the ${right} from the server`,
  'server-in-cents': ({ event, value, right, times }: Args<'event' | 'value' | 'right', 'times'>) =>
    `${event} carries the value ${value} from the server, ${often(times)} the ${right} from the browser`,
  prices: ({ event, value, sum, times }: Args<'event' | 'value' | 'sum', 'times'>) =>
    `${event} carries contents whose prices add up to ${sum}, ${often(times)} its value of ${value}`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const valueInUnits = defineRule({
  id: 'params/value-in-units',
  severity: 'critical',
  scenarios: PIXEL_RUNS,
  needs: ['messages'],
  needsToPass: ['server'],
  title: 'Amounts are in units of the currency, not in cents',
  why: 'TikTok reads 5998 as 5,998 dollars: revenue and return on ad spend are a hundred times too high, or a thousand times in a currency such as KWD.',
  fix: 'If a shop system or payment service gives amounts in cents, divide by 100 once (by 1000 where the currency has three decimals), where the properties are built.',
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
      const times = timesOf(propertiesOf(one).currency);
      const isCents = (right: number | undefined) => timesTooMuch(value, right, times) !== undefined;
      const told = <const Code extends string>(code: Code, right: number) => [
        finding(code, place, {
          args: {
            event,
            value: value / 100,
            right: right / 100,
            ...inArgs(timesTooMuch(value, right, times)),
          },
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
      const sumTimes = timesTooMuch(sum, value, times);
      if (sumTimes !== undefined && !isPriceOfOne(propertiesOf(one), value))
        return [
          finding('prices', place, {
            args: { event, value: value / 100, sum: sum! / 100, ...inArgs(sumTimes) },
            event,
            page,
            about: { parameter: 'value' },
          }),
        ];
      return server.flatMap((copy): Found[] => {
        const tooMuch = timesTooMuch(amountIn(copy), value, times);
        if (tooMuch === undefined) return [];
        return [
          finding('server-in-cents', copy.places.properties ?? copy.place, {
            args: {
              event: copy.event,
              value: amountIn(copy)! / 100,
              right: value / 100,
              ...inArgs(tooMuch),
            },
            event: copy.event,
            page: copy.page,
            about: { parameter: 'value' },
          }),
        ];
      });
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

/** By which factors an amount may be too high: the currency's own, or 100, by code that knows only cents. */
function timesOf(currency: unknown): readonly number[] {
  return decimalsOf(String(currency)) === 3 ? [100, 1000] : [100];
}

/** By which of these factors an amount is too high; undefined if by none. Both amounts are in hundredths, and rounded. */
function timesTooMuch(
  amount: number | undefined,
  right: number | undefined,
  times: readonly number[],
): number | undefined {
  if (amount === undefined || right === undefined || right <= 0) return undefined;
  return times.find((one) =>
    one === 100 ? amount === right * one : Math.abs(amount - right * one) <= one / 2,
  );
}

/** The messages say "a hundred times" by default. */
function inArgs(times: number | undefined): { times?: number } {
  return times === undefined || times === 100 ? {} : { times };
}

function often(times: string | number | undefined): string {
  return times === undefined ? 'a hundred times' : 'a thousand times';
}
