import { type ConstantKind, constantKind } from '../tiktok/event-ids.ts';
import { type Customer, type PersonalPart, personalPart } from '../tiktok/personal-ids.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { type ReceivedEvent, receivedEvents, type SiteEvent, sentEvents, siteEvents } from './events.ts';
import type { Evidence } from './evidence.ts';
import { masksIn, shapeOf } from './mask.ts';

/** An event of either side, and what its event_id is. */
export interface IdOf<What> {
  side: 'browser' | 'server';
  event: SiteEvent | ReceivedEvent;
  what: What;
}

/** Those events of both sides whose event_id is plainly a constant. Only text is judged. */
export function constantIds(evidence: Evidence, ownPixels: readonly string[]): IdOf<ConstantKind>[] {
  const pixels = [...ownPixels, ...sentEvents(evidence).map(({ pixel }) => pixel)].filter((id) => id !== '');
  return bothSides(evidence, ({ event, canonical, eventId }) =>
    typeof eventId === 'string'
      ? constantKind(eventId, { names: [event, canonical], pixels, day: evidence.startedAt })
      : undefined,
  );
}

/** Those whose event_id holds personal data: what the recorder masked in it, or another writing of the customer's. */
export function personalIds(
  evidence: Evidence,
  { identity, baseURL }: { identity: Customer; baseURL: string },
): IdOf<PersonalPart>[] {
  const host = URL.parse(baseURL)?.hostname ?? '';
  return bothSides(evidence, ({ eventId }) => {
    const text = typeof eventId === 'string' ? eventId : JSON.stringify(eventId);
    return maskedPart(text, host) ?? personalPart(text, identity);
  });
}

/** What the recorder masks, by its own words for it. A customer's number is an id, no name. */
const MASKED: Readonly<Record<string, PersonalPart['what']>> = {
  email: 'an e-mail address',
  phone: 'a phone number',
  name: 'a name',
};

function maskedPart(text: string, host: string): PersonalPart | undefined {
  const masks = masksIn(text).filter(({ shape }) => !isOfHost(shape, host));
  const what = masks.map(({ kind }) => MASKED[kind]).find((one) => one !== undefined);
  return what && { what, how: 'in clear' };
}

/** Mail programs make ids such as <1001.7f3a@www.shop.example>: they look like an address and are nobody's. */
function isOfHost(shape: string, host: string): boolean {
  const domains = host.split('.').map((_, index, labels) => labels.slice(index).join('.'));
  return (
    /9/.test(shape.split('@')[0]!) &&
    domains.some((domain) => domain.includes('.') && shape.endsWith(`@${shapeOf(domain)}`))
  );
}

function bothSides<What>(
  evidence: Evidence,
  judge: (event: SiteEvent | ReceivedEvent) => What | undefined,
): IdOf<What>[] {
  const judged = (side: IdOf<What>['side'], events: (SiteEvent | ReceivedEvent)[]) =>
    events.flatMap((event) => {
      const what = isMissing(event.eventId) ? undefined : judge(event);
      return what === undefined ? [] : [{ side, event, what }];
    });
  return [...judged('browser', siteEvents(evidence)), ...judged('server', receivedEvents(evidence))];
}
