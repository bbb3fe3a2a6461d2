import type { Evidence } from '../../evidence/evidence.ts';
import { holdsMask, masksIn, redacted } from '../../masking/mask.ts';
import { unseenNames } from '../../views/blind.ts';
import { receivedEvents, siteEvents } from '../../views/events.ts';
import { type Leaf, leavesOf, personalDataOf } from '../../views/personal.ts';
import { finding, listed } from '../finding.ts';
import { type Args, defineRule, type FindingOf, type Messages } from '../rule.ts';
import { ALL } from '../scenarios.ts';

const messages = {
  holds: ({ property, events, what }: Args<'property' | 'events' | 'what'>) =>
    `The property ${property} of ${events} contains the visitor's ${what}`,
  stranger: ({ property, events }: Args<'property' | 'events'>) =>
    `The property ${property} of ${events} contains an e-mail address`,
} satisfies Messages;

type Found = FindingOf<typeof messages>;

export const propertiesClean = defineRule({
  id: 'privacy/properties-clean',
  severity: 'critical',
  scenarios: ALL,
  needs: ['messages'],
  title: 'No property of an event contains personal data, hashed or not',
  why: 'Properties describe what was done. TikTok stores them unchanged, shows them in reports, and does not match anybody by them.',
  fix: 'Pass the e-mail address and phone number only to ttq.identify, or in the user of the server event.',
  source:
    'TikTok Business Products Terms: contact information only in the fields made for it; measured: properties pass through unchanged',
  messages,
  check(evidence, target) {
    const properties = propertiesOf(evidence);
    if (properties.length === 0) return { inapplicable: 'There was no event' };
    const find = personalDataOf(evidence, target);
    const found = properties.flatMap((one): Held[] => {
      const own = find(one.text, { digests: true }).map((what) => ({ ...one, code: 'holds' as const, what }));
      return own.length > 0 || !isStranger(one) ? own : [{ ...one, code: 'stranger' as const, what: '' }];
    });
    const groups = Map.groupBy(found, ({ code, property, what }) => `${code} ${property} ${what}`);
    const findings = [...groups.values()].map((same) => {
      const { code, property, what, place, event, page } = same[0]!;
      const args = { property, what, events: listed(same.map((one) => one.event)) };
      return finding(code, place, { args, event, page });
    });
    return findings.length === 0 ? (unseenNames(evidence, target) ?? []) : findings;
  },
});

/** In hexadecimal. */
const DIGEST_LENGTH = 64;

interface Held extends Property {
  code: Found['code'];
  what: string;
}

interface Property extends Leaf {
  property: string;
  event: string;
  page: string;
}

/** Those that were sent; for an event that was not sent, those of the call. */
function propertiesOf(evidence: Evidence): Property[] {
  const browser = siteEvents(evidence).flatMap(({ event, page, properties, sent, call }) => {
    const wholes =
      sent.length > 0
        ? sent.map((one) => ({ value: one.properties, place: `${one.place}/body/properties` }))
        : [{ value: properties, place: `${call?.place}/args/${call?.event === 'Pageview' ? 0 : 1}` }];
    return wholes.map((whole) => ({ ...whole, event, page }));
  });
  const server = receivedEvents(evidence).map(({ event, page, properties, places, place }) => ({
    value: properties,
    place: places.properties ?? place,
    event,
    page,
  }));
  return [...browser, ...server].flatMap(({ value, place: whole, event, page }) => [
    { place: '', text: '', property: '', event, page },
    ...leavesOf(value, whole, (leaf) => holdsMask(leaf) || leaf.length >= DIGEST_LENGTH)
      // The SDK takes an event_id out of the properties: see event-id/not-personal-data.
      .filter(({ place }) => !/^\/event_?id$/i.test(place.slice(whole.length)))
      .map((leaf) => ({ ...leaf, property: nameOf(leaf.place), event, page })),
  ]);
}

/** The name of the member, without list indexes. */
function nameOf(place: string): string {
  const names = place.split('/').filter((part) => !/^\d+$/.test(part));
  return redacted(names.at(-1) ?? '')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}

/** A property named as an e-mail address that is one. A Contact event may well say whom to write to. */
function isStranger({ property, text, event }: Property): boolean {
  return (
    event !== 'Contact' &&
    /e-?mail/i.test(property) &&
    masksIn(text).some(({ kind, shape = '' }) => kind === 'email' && shape.includes('@'))
  );
}
