import type { TSchema } from 'typebox';
import { all, check } from './checks.ts';
import { fieldsIn, type LayoutName } from './fields.ts';
import { DIGITS_IN_TEXT, MAX_UNIX_SECONDS } from './time.ts';

/**
 * What the Events API refuses. Source: TikTok's Events API reference and recorded answers.
 *
 * Unknown keys and empty texts pass, as real clients send both and the service accepts them. Numbers as text pass, too, as no
 * answer to them was recorded. So do null for an optional member, and an empty list for an object, as some languages write
 * an empty map. Nothing shows that the service refuses them, and a refusal that TikTok would not make is the worse mistake.
 * `warn-schemas.ts` reports them.
 *
 * The title of a check is the name of its code in `codes.ts`.
 */

/** With more events, the whole request is refused. */
const MAX_EVENTS = 1000;
const MAX_LEGACY_BATCH = 50;

const HASHED = 'SHA-256, 64 hexadecimal digits';
/** TikTok's client and others send an empty text for a person they know nothing about. */
const HASH = { pattern: '^([0-9a-fA-F]{64})?$' };

const requiredText = check('param-error', 'a valid string', { type: 'string', minLength: 1 });
const text = check('param-error', 'a valid string', { type: ['string', 'null'] });
/** Nothing shows that the service refuses numbers as text. */
const amount = check('param-error', 'a valid number', {
  type: ['number', 'string', 'null'],
  pattern: DIGITS_IN_TEXT,
});

const seconds = 'a valid integer of Unix seconds';
const eventTime = check('param-error', seconds, {
  type: ['integer', 'string'],
  minimum: 0,
  maximum: MAX_UNIX_SECONDS,
  pattern: '^\\d{1,10}$',
});

const hashed = all(
  check('param-error', 'a valid string or list of strings', {
    type: ['string', 'array', 'null'],
    items: check('param-error', 'a valid string', { type: ['string', 'null'] }),
  }),
  check('pii-not-hashed', HASHED, { ...HASH, items: check('pii-not-hashed', HASHED, HASH) }),
);

/** An object, or what clients send instead if they have none. */
function part(properties: Record<string, TSchema>): TSchema {
  return check('param-error', 'a valid object', {
    type: ['object', 'array', 'string', 'null'],
    maxItems: 0,
    maxLength: 0,
    properties,
  });
}

const properties = part({
  content_id: text,
  value: amount,
  price: amount,
  contents: check('param-error', 'a valid list', {
    type: ['array', 'string', 'null'],
    maxLength: 0,
    items: check('param-error', 'a valid object', {
      type: 'object',
      properties: { content_id: text, price: amount },
    }),
  }),
});

function item(properties: Record<string, TSchema>, required: readonly string[]): TSchema {
  return check('param-error', 'a valid object', { type: 'object', required, properties });
}

const trackEvent = item(
  {
    event: requiredText,
    event_time: eventTime,
    event_id: text,
    user: part(digestsIn('track', 'user')),
    properties,
  },
  ['event', 'event_time'],
);

const legacyMembers = {
  event: requiredText,
  event_id: text,
  context: part({ user: part(digestsIn('legacy', 'context/user')) }),
  properties,
};

/** The members of a part that are refused unless they are digests. */
function digestsIn(layout: LayoutName, container: string): Record<string, TSchema> {
  const refused = fieldsIn(layout, container).filter(({ row }) => row.digest === 'refused');
  return Object.fromEntries(refused.map(({ member }) => [member, hashed]));
}

/** A list of 1 to `most` events; too many have their own code. */
function events(item: TSchema, most: number): TSchema {
  return check('param-error', `a valid list of 1 to ${most} events`, {
    type: 'array',
    minItems: 1,
    allOf: [check('batch-size', `a list of at most ${most} events`, { maxItems: most })],
    items: item,
  });
}

function body(properties: Record<string, TSchema>, required: readonly string[]): TSchema {
  return check('invalid-params', 'a JSON object', { type: 'object', required, properties });
}

export const EVENT_TRACK_REJECT = body(
  {
    event_source: check('param-error', 'web, app, offline or crm', {
      enum: ['web', 'app', 'offline', 'crm'],
    }),
    event_source_id: requiredText,
    data: events(trackEvent, MAX_EVENTS),
  },
  ['event_source', 'event_source_id', 'data'],
);

export const PIXEL_TRACK_REJECT = body({ pixel_code: requiredText, ...legacyMembers }, [
  'pixel_code',
  'event',
]);

export const PIXEL_BATCH_REJECT = body(
  {
    pixel_code: requiredText,
    batch: events(item({ pixel_code: text, ...legacyMembers }, ['event']), MAX_LEGACY_BATCH),
  },
  ['pixel_code', 'batch'],
);
