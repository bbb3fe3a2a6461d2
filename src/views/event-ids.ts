import type { Evidence } from '../evidence/evidence.ts';
import { type Customer, digestsOf, masksIn, redacted, shapeOf } from '../masking/mask.ts';
import { addressOf } from '../tiktok/address.ts';
import { type ConstantKind, constantKind } from '../tiktok/event-ids.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { type ReceivedEvent, receivedEvents, type SiteEvent, sentEvents, siteEvents } from './events.ts';
import { perEvidenceAnd } from './memo.ts';

/** An event of either side, with its event_id. */
export interface IdOf<What> {
  side: 'browser' | 'server';
  event: SiteEvent | ReceivedEvent;
  what: What;
}

/** The events of both sides whose event_id is plainly a constant. Only text is judged. */
export const constantIds = perEvidenceAnd(
  (evidence, ownPixels: readonly string[]): readonly IdOf<ConstantKind>[] => {
    const known = new Set([...ownPixels, ...sentEvents(evidence).map(({ pixel }) => pixel)]);
    const pixels = [...known].filter((id) => id !== '');
    return bothSides(evidence, ({ event, canonical, eventId }) =>
      typeof eventId === 'string'
        ? constantKind(eventId, { names: [event, canonical], pixels, day: evidence.startedAt })
        : undefined,
    );
  },
);

/** Personal data in an event_id, and its encoding there. */
export interface PersonalPart {
  what: 'an e-mail address' | 'a phone number' | 'a name';
  how: 'in clear' | 'encoded' | 'hashed';
}

/** Of a SHA-256 in hexadecimal. */
const DIGEST_LENGTH = 64;

/**
 * The events whose event_id contains personal data: something that the recorder masked, or the SHA-256 of the customer's data.
 */
export const personalIds = perEvidenceAnd(
  (
    evidence,
    { identity, baseURL }: { identity: Customer; baseURL: string },
  ): readonly IdOf<PersonalPart>[] => {
    const host = addressOf(baseURL)?.hostname ?? '';
    const { email = '', phone = '', firstName = '', lastName = '' } = identity;
    const digests: [PersonalPart['what'], ReadonlySet<string>][] = [
      ['an e-mail address', digestsOf([email])],
      ['a phone number', digestsOf([phone, phone.replace('+', '')])],
      ['a name', digestsOf([firstName, lastName])],
    ];
    return bothSides(evidence, ({ eventId }) => {
      const text = typeof eventId === 'string' ? eventId : JSON.stringify(eventId);
      const masked = maskedPart(text, host);
      if (masked) return masked;
      if (text.length < DIGEST_LENGTH) return undefined;
      const hashes =
        redacted(text)
          .toLowerCase()
          .match(/[0-9a-f]{64}/g) ?? [];
      const [what] = digests.find(([, own]) => hashes.some((hash) => own.has(hash))) ?? [];
      return what && { what, how: 'hashed' };
    });
  },
);

/** What the recorder masks, in its own words. A customer number is an id, not a name. */
const MASKED: Readonly<Record<string, PersonalPart['what']>> = {
  email: 'an e-mail address',
  phone: 'a phone number',
  name: 'a name',
};

function maskedPart(text: string, host: string): PersonalPart | undefined {
  const parts = masksIn(text).flatMap(({ kind, shape = '' }): PersonalPart[] => {
    const [word = '', encoding] = kind.split('-');
    const what = MASKED[word];
    if (!what || (!encoding && isOfHost(shape, host))) return [];
    return [{ what, how: !encoding ? 'in clear' : /md5|sha1/.test(encoding) ? 'hashed' : 'encoded' }];
  });
  return parts[0];
}

/** Mail programs make ids such as <1001.7f3a@www.shop.example>, which look like an address but belong to nobody. */
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
  const judged = (side: IdOf<What>['side'], events: readonly (SiteEvent | ReceivedEvent)[]) =>
    events.flatMap((event) => {
      const what = isMissing(event.eventId) ? undefined : judge(event);
      return what === undefined ? [] : [{ side, event, what }];
    });
  return [...judged('browser', siteEvents(evidence)), ...judged('server', receivedEvents(evidence))];
}
