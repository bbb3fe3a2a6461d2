import type { TSchema } from 'typebox';
import { eventsThat } from '../event-names.ts';
import { all, check, shared } from './checks.ts';
import { CURRENCY_MISSING, misplaced, oneOrMore, part, VALUE_MISSING } from './warn-fields.ts';

/**
 * What the Events API takes, yet a careful engineer would not send: what it cannot match, does not count, or
 * reads otherwise than was meant. One document for each dialect; what they share stands in `warn-fields.ts`.
 */

/** Advice of TikTok's guides; up to 1,000 are taken. */
const MAX_ADVISED_EVENTS = 50;

const EVENT_ID_MISSING = check('event-id-missing', "the event_id of the pixel's copy");
const TIMESTAMP_MISSING = check('timestamp-missing', 'the time of the event, ISO 8601');

/** Members of the user that have the same name in every dialect. */
const userMembers: Record<string, TSchema> = {
  email: oneOrMore('hash'),
  external_id: oneOrMore('hashOnly'),
  ttp: shared('ttp'),
  locale: shared('locale'),
  first_name: shared('hashOnly'),
  last_name: shared('hashOnly'),
  zip_code: shared('hashOnly'),
  city: shared('plain'),
  state: shared('plain'),
  country: shared('plain'),
};

/** Either is worth little without the other: TikTok matches them together. */
const ipWithUserAgent = {
  dependentRequired: { ip: ['user_agent'], user_agent: ['ip'] },
  properties: {
    ip: check('ip-missing', 'the address that goes with user_agent'),
    user_agent: check('user-agent-missing', 'the user agent that goes with ip'),
  },
};

/** A Purchase without them counts as nothing. */
const purchaseNeedsRevenue = {
  if: {
    required: ['event'],
    properties: { event: { enum: eventsThat(({ needs }) => needs.includes('revenue')) } },
  },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: {
    required: ['properties'],
    properties: {
      properties: check('value-missing', 'value and currency of the purchase', {
        required: ['value', 'currency'],
        properties: { value: VALUE_MISSING, currency: CURRENCY_MISSING },
      }),
    },
  },
};

/** The events of a website alone have a page and a pixel. */
const webNeedsPage = {
  if: { required: ['event_source'], properties: { event_source: { const: 'web' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: {
    properties: {
      event_source_id: shared('pixel'),
      data: {
        items: { required: ['page'], properties: { page: pageWithUrl() } },
      },
    },
  },
};

const trackEvent = part({
  required: ['event_id'],
  allOf: [purchaseNeedsRevenue, { properties: { event_id: shared('text') } }],
  properties: {
    event: shared('event'),
    event_id: EVENT_ID_MISSING,
    user: part({
      allOf: [ipWithUserAgent],
      properties: {
        ...userMembers,
        phone: oneOrMore('hash'),
        ttclid: shared('clickId'),
        ip: shared('ip'),
        user_agent: shared('plain'),
        phone_number: misplaced('phone'),
      },
    }),
    page: part({ properties: { url: shared('url'), referrer: shared('text') } }),
    properties: shared('properties'),
    limited_data_use: shared('limitedDataUse'),
    ...misplacedMembers({
      pixel_code: 'event_source_id of the body',
      event_source: 'the body, beside data',
      event_source_id: 'the body, beside data',
      test_event_code: 'the body, beside data',
      partner_name: 'the body, beside data',
      timestamp: 'event_time, in Unix seconds',
      context: 'user and page',
      email: 'user.email',
      phone: 'user.phone',
      external_id: 'user.external_id',
      ttclid: 'user.ttclid',
      ttp: 'user.ttp',
      ip: 'user.ip',
      user_agent: 'user.user_agent',
      value: 'properties.value',
      currency: 'properties.currency',
      contents: 'properties.contents',
    }),
  },
});

export const EVENT_TRACK_WARN = {
  allOf: [webNeedsPage],
  properties: {
    data: {
      allOf: [
        check('batch-over-50', `at most ${MAX_ADVISED_EVENTS} events in a request`, {
          maxItems: MAX_ADVISED_EVENTS,
        }),
      ],
      items: trackEvent,
    },
    test_event_code: shared('text'),
    partner_name: shared('text'),
    ...misplacedMembers({
      pixel_code: 'event_source_id',
      event: 'data[0].event',
      event_id: 'data[0].event_id',
      event_time: 'data[0].event_time',
      timestamp: 'data[0].event_time, in Unix seconds',
      context: 'data[0].user and data[0].page',
      user: 'data[0].user',
      page: 'data[0].page',
      properties: 'data[0].properties',
      limited_data_use: 'data[0].limited_data_use',
    }),
  },
};

const LEGACY_REQUIRED = ['event_id', 'timestamp'];
const legacyChecks = [
  purchaseNeedsRevenue,
  { properties: { event_id: shared('text'), timestamp: shared('time') } },
  {
    required: ['context'],
    properties: { context: withPageUrl({ required: ['page'], properties: { page: pageWithUrl() } }) },
  },
];
const legacyMembers = {
  event: shared('event'),
  event_id: EVENT_ID_MISSING,
  timestamp: TIMESTAMP_MISSING,
  context: part({
    allOf: [ipWithUserAgent],
    properties: {
      page: part({ properties: { url: shared('url'), referrer: shared('text') } }),
      ad: part({ properties: { callback: shared('clickId') } }),
      user: part({
        properties: {
          ...userMembers,
          phone_number: oneOrMore('hash'),
          ...misplacedMembers({
            phone: 'phone_number',
            ttclid: 'context.ad.callback',
            ip: 'context.ip',
            user_agent: 'context.user_agent',
          }),
        },
      }),
      ip: shared('ip'),
      user_agent: shared('plain'),
    },
  }),
  properties: shared('properties'),
  limited_data_use: shared('limitedDataUse'),
  ...misplacedMembers({
    event_time: 'timestamp, ISO 8601',
    user: 'context.user',
    page: 'context.page',
    event_source: 'a request to event/track',
    event_source_id: 'pixel_code',
  }),
};

export const PIXEL_TRACK_WARN = {
  required: LEGACY_REQUIRED,
  allOf: legacyChecks,
  properties: { pixel_code: shared('pixel'), ...legacyMembers },
};

export const PIXEL_BATCH_WARN = {
  properties: {
    pixel_code: shared('pixel'),
    batch: {
      items: part({
        required: [...LEGACY_REQUIRED, 'type'],
        allOf: legacyChecks,
        properties: {
          type: check('item-type', 'the word track', { const: 'track' }),
          pixel_code: shared('pixel'),
          ...legacyMembers,
        },
      }),
    },
  },
};

/** Of a body that is refused for its layout nobody has said yet that its e-mail address stands in clear. */
const flatUser = {
  ...userMembers,
  email: oneOrMore('hashOnly'),
  phone: oneOrMore('hashOnly'),
  phone_number: oneOrMore('hashOnly'),
  ttclid: shared('clickId'),
  ip: shared('ip'),
  user_agent: shared('plain'),
};
const pageMembers = { url: shared('url'), referrer: shared('text') };

/** Every field of the flat layout is out of its place, and is looked at nevertheless. */
export const FLAT_WARN = {
  required: ['event_id'],
  allOf: [purchaseNeedsRevenue, { properties: { event_id: moved('event_id', shared('text')) } }],
  properties: {
    pixel_code: all(misplaced('event_source_id'), shared('pixel')),
    event: moved('event', shared('event')),
    event_id: EVENT_ID_MISSING,
    timestamp: misplaced('data[0].event_time, in Unix seconds'),
    event_time: misplaced('data[0].event_time'),
    user: part({ properties: movedMembers('user', flatUser) }),
    page: part({ properties: movedMembers('page', pageMembers) }),
    context: part({
      properties: {
        ad: part({ properties: { callback: moved('user.ttclid', shared('clickId')) } }),
        page: part({ properties: movedMembers('page', pageMembers) }),
        user: part({ properties: movedMembers('user', flatUser) }),
        ip: moved('user.ip', shared('ip')),
        user_agent: moved('user.user_agent', shared('plain')),
      },
    }),
    properties: moved('properties', shared('properties')),
    limited_data_use: moved('limited_data_use', shared('limitedDataUse')),
    batch: misplaced('data'),
  },
};

function pageWithUrl(): TSchema {
  return withPageUrl({ required: ['url'], properties: { url: withPageUrl({}) } });
}

function withPageUrl(assertion: object): TSchema {
  return check('page-url-missing', 'the URL of the page where the event happened', assertion);
}

/** A legacy field on event/track, and where 2.0 has it. */
function moved(where: string, schema: TSchema): TSchema {
  return all(misplaced(`data[0].${where}`), schema);
}

function movedMembers(part: string, properties: Record<string, TSchema>): Record<string, TSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      moved(`${part}.${name === 'phone_number' ? 'phone' : name}`, schema),
    ]),
  );
}

function misplacedMembers(members: Record<string, string>): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(members).map(([name, where]) => [name, misplaced(where)]));
}
