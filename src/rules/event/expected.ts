import { sdkRan } from '../../evidence/documents.ts';
import { type SiteEvent, siteEvents } from '../../evidence/events.ts';
import type { Expectation, Target } from '../../target/target.ts';
import { canonicalEvent } from '../../tiktok/event-names.ts';
import { absent, finding } from '../finding.ts';
import type { Finding, Rule } from '../rule.ts';

export const expected: Rule = {
  id: 'event/expected',
  severity: 'blocker',
  title:
    'The events that the journey must cause reach TikTok, as often and with the properties that the target says',
  why: 'A campaign is optimised and billed by these events.',
  mend: 'Call ttq.track for the event where the visitor earns it, once, with the properties of what was really done.',
  source: 'The target file: journeys[].expect',
  messages: {
    missing: ({ event, called }) =>
      called
        ? `ttq.track('${event}') was called, but the event did not reach TikTok`
        : `${event} was never tracked`,
    count: ({ event, wanted, found, pixel }) =>
      `${event} reached pixel ${pixel} ${found} times; wanted ${wanted}`,
    params: ({ event, name, wanted, found }) => `${event} carries ${name} ${found}; wanted ${wanted}`,
  },
  check(evidence, target) {
    const expectations = target.journeys.find(({ name }) => name === evidence.journey)?.expect ?? [];
    if (expectations.length === 0) return { inapplicable: 'The journey expects no event' };
    if (!sdkRan(evidence))
      return { inconclusive: 'The SDK did not run, so nothing could be sent: see pixel/sdk-loads' };
    const events = siteEvents(evidence);
    return expectations.flatMap((expectation) =>
      judge(
        expectation,
        events.filter(({ canonical }) => canonical === canonicalEvent(expectation.event)),
        target,
      ),
    );
  },
};

function judge({ event, count, params = {} }: Expectation, events: SiteEvent[], target: Target): Finding[] {
  const sent = events.filter((one) => one.sent.length > 0);
  if (sent.length === 0) {
    const [called] = events;
    if (count === 0) return [];
    return [
      absent('missing', called?.place ?? '/requests', {
        args: { event, called: called ? 1 : 0 },
        event,
        ...pageOf(called),
      }),
    ];
  }
  return [
    ...(count === undefined ? [] : judgeCount(event, count, sent, target)),
    ...judgeParams(event, params, sent),
  ];
}

/** Each pixel gets a copy of every event, so the count is taken for each by itself. */
function judgeCount(event: string, wanted: number, sent: SiteEvent[], target: Target): Finding[] {
  const perPixel = Map.groupBy(
    sent.flatMap((one) => one.sent),
    ({ pixel }) => pixel,
  );
  return [...perPixel].flatMap(([pixel, copies]) => {
    const found = copies.length;
    if (found === wanted || (!target.pixels.includes(pixel) && perPixel.size > 1)) return [];
    const last = copies.at(-1)!;
    const details = { args: { event, wanted, found, pixel }, event, page: last.page };
    return [found < wanted ? absent('count', last.place, details) : finding('count', last.place, details)];
  });
}

/** One of the events must carry what is wanted; where none does, the last one shows what it carries instead. */
function judgeParams(event: string, params: Record<string, unknown>, sent: SiteEvent[]): Finding[] {
  const wrong = (one: SiteEvent) =>
    Object.entries(params).filter(([name, value]) => !isEqual(one.sent[0]!.properties[name], value));
  if (sent.some((one) => wrong(one).length === 0)) return [];
  const last = sent.at(-1)!;
  return wrong(last).map(([name, value]) => {
    const found = last.sent[0]!.properties[name];
    const args = { event, name, wanted: JSON.stringify(value), found: JSON.stringify(found) ?? 'nothing' };
    return finding('params', `${last.sent[0]!.place}/body/properties/${name}`, {
      args,
      event,
      page: last.page,
    });
  });
}

/** Whether two JSON values are the same; of an object, what the target names must be there. */
function isEqual(found: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return found === wanted;
  if (typeof found !== 'object' || found === null) return false;
  return Object.entries(wanted).every(([key, value]) =>
    isEqual((found as Record<string, unknown>)[key], value),
  );
}

function pageOf(event: SiteEvent | undefined) {
  return event ? { page: event.page } : {};
}
