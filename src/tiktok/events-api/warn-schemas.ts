import type { TSchema } from 'typebox';
import { eventsThat } from '../event-names.ts';
import { all, check, shared } from './checks.ts';
import { FIELDS, type Field, type FieldRow, fieldsIn, type LayoutName, memberOf } from './fields.ts';
import {
  CURRENCY_MISSING,
  DEVICE,
  misplaced,
  NUMBER_AS_TEXT,
  oneOrMore,
  part,
  referrer,
  VALUE_MISSING,
} from './warn-fields.ts';

/**
 * What the Events API accepts, but should not be sent: what it cannot match, does not count, or reads in another sense. One
 * document for each dialect; `warn-fields.ts` has what they share.
 */

/** TikTok's guides advise this limit; up to 1,000 are accepted. */
const MAX_ADVISED_EVENTS = 50;

const EVENT_ID_MISSING = check('event-id-missing', "the event_id of the pixel's copy");
const TIMESTAMP_MISSING = check('timestamp-missing', 'the time of the event, ISO 8601');

/** Each document describes these in its own way. */
const OWN: readonly Field[] = ['eventId', 'time', 'pixel'];
/** The documents of the other dialects leave these out. */
const ONLY_IN_TRACK: readonly Field[] = ['testEventCode', 'partnerName'];

/** One is of little use without the other: TikTok matches them together. */
const ipWithUserAgent = {
  dependentRequired: { ip: ['user_agent'], user_agent: ['ip'] },
  properties: {
    ip: check('ip-missing', 'the address that goes with user_agent'),
    user_agent: check('user-agent-missing', 'the user agent that goes with ip'),
  },
};

/** A Purchase without them is counted without revenue. */
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

/** What events of one source need that others do not, and which members of the body go with them. */
function ofSource(source: string, event: object, body: Record<string, TSchema> = {}): object {
  return {
    if: { required: ['event_source'], properties: { event_source: { const: source } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { ...body, data: { items: event } } },
  };
}

/** Only the events of a website have a page, a pixel, and an event_id shared with the pixel's copy. */
const web = ofSource(
  'web',
  {
    required: ['page', 'event_id'],
    properties: { page: pageWithUrl(), event_id: EVENT_ID_MISSING },
  },
  { event_source_id: shared('pixel') },
);

/** Documented as required. The service's answer to an event without it was never recorded. */
function needing(part: string, member: string, code: string, what: string): object {
  const missing = check(code, `${what}, which the reference requires`, {
    required: [member],
    properties: { [member]: check(code, `${what}, which the reference requires`) },
  });
  return { required: [part], properties: { [part]: missing } };
}

const crm = ofSource('crm', needing('lead', 'lead_id', 'lead-id-missing', 'the lead_id of the lead'));
const app = ofSource('app', needing('app', 'app_id', 'app-id-missing', 'the app_id of the app'));

const trackEvent = part({
  allOf: [purchaseNeedsRevenue],
  properties: {
    ...advised('track', ''),
    event_id: shared('text'),
    event_time: NUMBER_AS_TEXT,
    user: part({
      allOf: [ipWithUserAgent],
      properties: {
        ...advised('track', 'user'),
        ...DEVICE,
        ...ofOther('track', 'user', 'legacy', 'context/user'),
      },
    }),
    page: part({ properties: { ...advised('track', 'page'), referrer } }),
    ...misplacedMembers({
      pixel_code: 'event_source_id of the body',
      event_source: 'the body, beside data',
      event_source_id: 'the body, beside data',
      test_event_code: 'the body, beside data',
      partner_name: 'the body, beside data',
      timestamp: 'event_time, in Unix seconds',
      context: 'user and page',
      ...placesOf(['email', 'phone', 'externalId', 'clickId', 'ttp', 'ip', 'userAgent']),
      value: 'properties.value',
      currency: 'properties.currency',
      contents: 'properties.contents',
    }),
  },
});

export const EVENT_TRACK_WARN = {
  allOf: [web, crm, app],
  properties: {
    data: {
      allOf: [
        check('batch-over-50', `at most ${MAX_ADVISED_EVENTS} events in a request`, {
          maxItems: MAX_ADVISED_EVENTS,
        }),
      ],
      items: trackEvent,
    },
    ...advised('track', '/'),
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
  ...advised('legacy', ''),
  event_id: EVENT_ID_MISSING,
  timestamp: TIMESTAMP_MISSING,
  context: part({
    allOf: [ipWithUserAgent],
    properties: {
      ...advised('legacy', 'context'),
      page: part({
        properties: { ...advised('legacy', 'context/page'), referrer },
      }),
      ad: part({ properties: advised('legacy', 'context/ad') }),
      user: part({
        properties: {
          ...advised('legacy', 'context/user'),
          ...DEVICE,
          ...ofOther('legacy', 'context/user', 'track', 'user'),
        },
      }),
    },
  }),
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

/** Every field of the flat layout is misplaced, and is checked nevertheless. */
export const FLAT_WARN = {
  required: ['event_id'],
  allOf: [purchaseNeedsRevenue, { properties: { event_id: moved('event_id', shared('text')) } }],
  properties: {
    pixel_code: all(misplaced('event_source_id'), shared('pixel')),
    ...advised('flat', ''),
    event_id: EVENT_ID_MISSING,
    timestamp: misplaced('data[0].event_time, in Unix seconds'),
    event_time: misplaced('data[0].event_time'),
    user: part({ properties: advised('flat', 'user') }),
    page: part({ properties: advised('flat', 'page') }),
    context: part({
      properties: {
        ...advised('flat', 'context'),
        ad: part({ properties: advised('flat', 'context/ad') }),
        page: part({ properties: advised('flat', 'context/page') }),
        user: part({ properties: advised('flat', 'context/user') }),
      },
    }),
    batch: misplaced('data'),
  },
};

function pageWithUrl(): TSchema {
  return withPageUrl({ required: ['url'], properties: { url: withPageUrl({}) } });
}

function withPageUrl(assertion: object): TSchema {
  return check('page-url-missing', 'the URL of the page where the event happened', assertion);
}

/** A legacy field on event/track, and its place in 2.0. */
function moved(where: string, schema: TSchema): TSchema {
  return all(misplaced(`data[0].${where}`), schema);
}

/** The members of a part of the event, each with its advice. In the flat layout each is misplaced, too. */
function advised(layout: LayoutName, container: string): Record<string, TSchema> {
  return Object.fromEntries(
    fieldsIn(layout, container).flatMap(({ field, row, member }): [string, TSchema][] => {
      const advice = adviceOf(row, layout);
      if (!advice || OWN.includes(field) || (layout !== 'track' && ONLY_IN_TRACK.includes(field))) return [];
      // The decoder finds a member of the user here, too; nothing more is reported about it.
      if (layout === 'flat' && container === '' && row.track[0]!.includes('/')) return [];
      return [[member, layout === 'flat' ? moved(placeOf(row, 'track'), advice) : advice]];
    }),
  );
}

function adviceOf({ advice, digest, many }: FieldRow, layout: LayoutName): TSchema | undefined {
  if (advice === null) return undefined;
  // If a body is refused for its layout, nothing has reported yet that its e-mail address is not hashed.
  const name = layout === 'flat' && digest === 'refused' ? 'hashOnly' : advice;
  return many ? oneOrMore(name) : shared(name);
}

/** Members of a part under the names of the other dialect, where they differ from its own. */
function ofOther(
  layout: 'track' | 'legacy',
  container: string,
  other: 'track' | 'legacy',
  otherContainer: string,
): Record<string, TSchema> {
  const own = new Set(fieldsIn(layout, container).map(({ member }) => member));
  const strays = fieldsIn(other, otherContainer).filter(({ member }) => !own.has(member));
  return misplacedMembers(
    Object.fromEntries(strays.map(({ row, member }) => [member, placeOf(row, layout, container)])),
  );
}

/** Where fields belong that are in a 2.0 event itself, by their names there. */
function placesOf(fields: readonly Field[]): Record<string, string> {
  const rows = fields.map((field): FieldRow => FIELDS[field]);
  return Object.fromEntries(rows.map((row) => [memberOf(row.track[0]!), placeOf(row, 'track')]));
}

/** A field's place in a dialect, in words; relative to a part of the event. */
function placeOf(row: FieldRow, layout: LayoutName, from = ''): string {
  const path = row[layout][0]!;
  const isInside = path.startsWith(`${from}/`);
  return (isInside ? path.slice(from.length + 1) : path).replaceAll('/', '.');
}

function misplacedMembers(members: Record<string, string>): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(members).map(([name, where]) => [name, misplaced(where)]));
}
