import Type from 'typebox';

/**
 * What the Events API refuses. Unknown keys and empty strings pass: real clients send both, and the service takes them.
 * `wanted` and `hashed` are ours: the words and the code of the refusal.
 */

/** Seconds since 1970; the service refuses ISO text and milliseconds. */
const EventTime = Type.Integer({
  minimum: 0,
  maximum: 99_999_999_999,
  wanted: 'not a valid Unix time in seconds',
});
const Text = Type.String({ wanted: 'not a valid string' });
const Amount = Type.Number({ wanted: 'not a valid number' });

const HASH = '^([0-9a-fA-F]{64})?$';
const Hashed = Type.Unsafe<string | string[]>({
  type: ['string', 'array', 'null'],
  pattern: HASH,
  items: { type: ['string', 'null'], pattern: HASH, hashed: true },
  hashed: true,
});

const Properties = Type.Object({
  value: Type.Optional(Amount),
  content_id: Type.Optional(Text),
  price: Type.Optional(Amount),
  contents: Type.Optional(
    Type.Array(Type.Object({ content_id: Type.Optional(Text), price: Type.Optional(Amount) }), {
      wanted: 'not a valid list',
    }),
  ),
});

export const TrackEnvelope = Type.Object({
  event_source: Type.String(),
  event_source_id: Type.String(),
  data: Type.Array(Type.Unknown(), { minItems: 1, wanted: 'must hold 1 to 1000 events' }),
});

export const TrackItem = Type.Object({
  event: Type.String({ minLength: 1, wanted: 'not a valid string' }),
  event_time: EventTime,
  event_id: Type.Optional(Text),
  user: Type.Optional(Type.Object({ email: Type.Optional(Hashed), phone: Type.Optional(Hashed) })),
  properties: Type.Optional(Properties),
});

export const LegacyEvent = Type.Object({
  pixel_code: Type.String({ minLength: 1, wanted: 'not a valid string' }),
  event: Type.String({ minLength: 1, wanted: 'not a valid string' }),
  event_id: Type.Optional(Text),
  context: Type.Optional(
    Type.Object({
      user: Type.Optional(Type.Object({ email: Type.Optional(Hashed), phone_number: Type.Optional(Hashed) })),
    }),
  ),
  properties: Type.Optional(Properties),
});

export const LegacyBatch = Type.Object({
  pixel_code: Type.String({ minLength: 1, wanted: 'not a valid string' }),
  batch: Type.Array(Type.Unknown(), { minItems: 1, wanted: 'must hold 1 to 50 events' }),
});
