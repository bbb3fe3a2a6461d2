import Type, { type Static } from 'typebox';
import { type Evidence, PARTS, type StepRecord } from '../evidence/evidence.ts';
import {
  type AnyMask,
  digestOf as digestOfMask,
  digestsOf,
  explainMask,
  maskText,
  placeholderIn,
  readMask,
} from '../masking/mask.ts';
import { isFinalConversion } from '../tiktok/event-names.ts';
import { type Identity, placeholderWith } from '../tiktok/hashing.ts';
import { isMissing } from '../tiktok/pixel-request.ts';
import { receivedEvents, type SiteEvent, siteEvents } from './events.ts';
import { fromKeptPages } from './kept-pages.ts';
import { perEvidenceAnd } from './memo.ts';
import { sentMembers } from './pixel-identity.ts';
import { isDigest } from './server-identity.ts';
import { isOneOf } from './steps.ts';
import { worthOf } from './worth.ts';

/**
 * What rules over a whole run read of a visit: small enough to be stored with its verdicts, so that `merge` needs no evidence. It
 * holds only what is compared between visits, and nothing personal: ids as masked in the evidence, and hashes.
 */
const closed = { additionalProperties: false };
const Side = Type.Enum(['browser', 'server']);
const Place = Type.String({ description: "JSON Pointer into the visit's evidence" });

const DigestedEvent = Type.Object(
  {
    side: Side,
    event: Type.String(),
    id: Type.String({ description: 'Its event_id as text, masked' }),
    place: Place,
    page: Type.Optional(Type.String({ description: 'URL of its page' })),
    worth: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Of a final conversion: its value as exact decimal text, by currency',
      }),
    ),
    kept: Type.Optional(
      Type.Enum(['service-worker', 'http'], {
        description: 'A page from this cache in the browser sent it again with this id',
      }),
    ),
    loose: Type.Optional(
      Type.Literal(true, {
        description:
          'For the server: nothing in it belongs to this visit, so another visit may have left it in a queue',
      }),
    ),
  },
  { ...closed, description: 'An event with an event_id; of several equal ones, the first' },
);

const DigestedId = Type.Object(
  {
    side: Side,
    hash: Type.String({ description: 'The value if it is a hash, otherwise what its mask has in its place' }),
    nobody: Type.Optional(
      Type.String({ description: 'The placeholder or sample that it is, or is the hash of' }),
    ),
    sealed: Type.Optional(
      Type.Literal(true, { description: 'Whether it was sent in clear text, and its mask is sealed' }),
    ),
    event: Type.String({ description: 'Empty if the SDK sent it without being called' }),
    place: Place,
  },
  {
    ...closed,
    description:
      'An external_id that was sent before the visitor typed anything, and is not the identity of the target; of several equal ones, the first',
  },
);

const UntiedCall = Type.Object(
  {
    at: Type.Number({ description: 'Epoch milliseconds' }),
    events: Type.Array(Type.String(), { description: 'Each with its event_id' }),
    reason: Type.Enum(['no-visit', 'several-visits']),
    place: Place,
  },
  { ...closed, description: "A call of the site's server during the visit that could be tied to none" },
);

export const Digest = Type.Object(
  {
    startedAt: Type.String({ description: 'Of the visit: distinguishes one recording from another' }),
    seal: Type.Optional(
      Type.String({
        description: 'Identifies the key of its masks: only masks with the same key can be compared',
      }),
    ),
    unseen: Type.Optional(
      Type.Array(Type.Enum([...PARTS]), {
        description: 'Parts of the visit that the evidence does not show',
      }),
    ),
    serverCalls: Type.Integer({ description: "How many calls of the site's server belong to the visit" }),
    events: Type.Array(DigestedEvent),
    externalIds: Type.Array(DigestedId),
    untied: Type.Array(UntiedCall),
    repeated: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'From evidence of version 2 or 3: event_ids that, according to it, another visit of its run also sent',
      }),
    ),
  },
  { ...closed, description: 'What rules over a whole run read of the visit' },
);

export type Digest = Static<typeof Digest>;
export type DigestedEvent = Static<typeof DigestedEvent>;
export type UntiedCall = Static<typeof UntiedCall>;

/** What is read of a target: its test identity, which every visit shares. */
interface Known {
  identity: Identity;
}

export const digestOf = perEvidenceAnd((evidence: Evidence, { identity }: Known): Digest => {
  const { startedAt, recorder, server } = evidence;
  return {
    startedAt,
    ...(recorder.seal === undefined ? {} : { seal: recorder.seal }),
    ...(recorder.blind ? { unseen: recorder.blind.map(({ part }) => part) } : {}),
    serverCalls: server.requests.length,
    events: digestedEvents(evidence),
    externalIds: externalIds(evidence, identity),
    untied: (server.unattributed ?? []).map(({ at, events, reason }, index) => ({
      at: Math.round(Date.parse(startedAt) + at),
      events,
      reason,
      place: `/server/unattributed/${index}`,
    })),
  };
});

function digestedEvents(evidence: Evidence): DigestedEvent[] {
  const kept = new Map(fromKeptPages(evidence).map(({ first, cache }) => [first, cache]));
  const browser = siteEvents(evidence).flatMap((event): DigestedEvent[] => {
    const cache = kept.get(event);
    return rowsOf('browser', event).map((row) => (cache ? { ...row, kept: cache } : row));
  });
  const ids = new Set(browser.map(({ id }) => id));
  const clickIds = [evidence.clickId, evidence.earlierClickId].filter((id) => id !== undefined);
  const ttps = new Set(evidence.cookies.filter(({ name }) => name === '_ttp').map(({ value }) => value));
  const server = receivedEvents(evidence).flatMap((event): DigestedEvent[] => {
    const isOwn = clickIds.includes(event.user.clickId) || ttps.has(event.user.ttp);
    return rowsOf('server', event).map((row) => (isOwn || ids.has(row.id) ? row : { ...row, loose: true }));
  });
  return firstOfEach([...browser, ...server], ({ side, event, id }) => [side, event, id]);
}

function rowsOf(
  side: DigestedEvent['side'],
  {
    event,
    eventId,
    page,
    place,
    properties,
  }: Pick<SiteEvent, 'event' | 'eventId' | 'page' | 'place' | 'properties'>,
): DigestedEvent[] {
  if (isMissing(eventId) || typeof eventId === 'object') return [];
  const worth = isFinalConversion(event) ? worthOf(properties) : {};
  return [
    {
      side,
      event,
      id: String(eventId),
      place,
      ...(page ? { page } : {}),
      ...(Object.keys(worth).length > 0 ? { worth } : {}),
    },
  ];
}

/**
 * A visitor who has typed something may have identified themselves, and is then known by one id in every visit, like the test
 * identity. Ids sent before that are anonymous, unless the target names them.
 */
function externalIds(evidence: Evidence, identity: Identity): Digest['externalIds'] {
  const until = evidence.steps.find(isTyped)?.at ?? Number.POSITIVE_INFINITY;
  const { email = '', phone = '', externalId = '' } = identity;
  const own = digestsOf([email, phone, phone.replace('+', ''), externalId]);
  const isOwn = (mask: AnyMask) =>
    'sha256' in mask
      ? own.has(mask.sha256)
      : !['unknown', 'placeholder'].includes(explainMask(mask, 'externalId', identity));
  const pixel = sentMembers(evidence, ['external_id']).map(({ value, ...one }) => ({
    ...one,
    side: 'browser' as const,
    values: [value],
  }));
  const server = receivedEvents(evidence).map(({ at, event, user: { externalId: sent }, places, place }) => ({
    at,
    event,
    place: places.externalId ?? place,
    side: 'server' as const,
    values: Array.isArray(sent) ? sent : [sent],
  }));
  const rows = [...pixel, ...server]
    .filter(({ at }) => at < until)
    .flatMap(({ values, side, event, place }) =>
      values
        .filter((value) => typeof value === 'string' && !isMissing(value.trim()))
        .flatMap((value) => {
          if (isDigest(value)) {
            const hash = value.toLowerCase();
            return own.has(hash) ? [] : [{ side, hash, ...nobody(placeholderWith(hash)), event, place }];
          }
          const mask = readMask(value) ?? readMask(maskText(value, 'external-id'))!;
          const sealed = 'hmac' in mask ? { sealed: true as const } : {};
          return isOwn(mask)
            ? []
            : [{ side, hash: digestOfMask(mask), ...nobody(placeholderIn(mask)), ...sealed, event, place }];
        }),
    );
  return firstOfEach(rows, ({ side, hash }) => [side, hash]);
}

function isTyped(step: StepRecord): boolean {
  return isOneOf(step, 'fill', 'type');
}

function nobody(known: { text: string } | undefined): { nobody?: string } {
  return known ? { nobody: known.text } : {};
}

function firstOfEach<T>(items: readonly T[], key: (item: T) => readonly string[]): T[] {
  return [...Map.groupBy(items, (item) => JSON.stringify(key(item))).values()].map(([first]) => first!);
}
