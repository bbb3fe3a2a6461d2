/**
 * What there is to say of a field of an event: the decoder, the schemas, masking and docs go by it.
 *
 * A path that starts with a slash starts at the body, any other at the event. Where there are several, the
 * first that holds something counts. A layout names a second spelling only where its request is refused
 * anyway: a 2.0 event without event_source_id, and anything in the flat layout. Elsewhere the service ignores
 * a misplaced field, and so does the decoder: rules would pass over a field that TikTok never reads.
 */
export interface FieldRow {
  /** Where event/track 2.0 keeps it. */
  track: readonly string[];
  /** The same in pixel/track, and in one item of pixel/batch. */
  legacy: readonly string[];
  /** The same for the legacy fields on the event/track URL. */
  flat: readonly string[];
  /** The shared schema that its value is advised to fit, a name of the `$defs`; null where nothing is advised. */
  advice: Advice | null;
  /** Whether a list of values may stand for one. */
  many: boolean;
  /** refused: TikTok takes it as SHA-256 only. matched: in clear it is taken, but matched as SHA-256 only. */
  digest: 'refused' | 'matched' | null;
  /** What its content is masked as by its name; null where it is no secret of a person's, or cannot be told by the name. */
  mask: 'email' | 'phone' | 'external-id' | 'name' | 'address' | 'ip' | null;
  /** Whether a message about the contract may quote what was found in it. */
  quoted: boolean;
  /** What people call it. */
  called: string;
}

/** The names of the shared schemas of `warn-fields.ts`. */
export type Advice =
  | 'text'
  | 'plain'
  | 'hash'
  | 'hashOnly'
  | 'ip'
  | 'locale'
  | 'clickId'
  | 'ttp'
  | 'pixel'
  | 'url'
  | 'time'
  | 'event'
  | 'limitedDataUse'
  | 'properties';

/** Flat: with the user at the top, in the context, or both. */
const anywhere = (member: string) => [`user/${member}`, `context/user/${member}`, member];

/** A member of the user that has one name in every dialect. */
const ofUser = (member: string) => ({
  track: [`user/${member}`],
  legacy: [`context/user/${member}`],
  flat: anywhere(member),
});

/** A member of the event itself that has one name in every dialect. */
const ofEvent = (member: string) => ({ track: [member], legacy: [member], flat: [member] });

/** A member that 2.0 has beside the events. */
const ofBody = (member: string) => ({
  track: [`/${member}`],
  legacy: [member, `/${member}`],
  flat: [member, `/${member}`],
});

const OPEN = { many: false, digest: null, mask: null, quoted: true } as const;
const PERSONAL = { many: false, digest: null, quoted: false } as const;

/** Source: TikTok's Events API reference. */
export const FIELDS = {
  event: { ...ofEvent('event'), ...OPEN, advice: 'event', called: 'name of the event' },
  eventId: { ...ofEvent('event_id'), ...OPEN, advice: 'text', called: 'event_id' },
  time: {
    track: ['event_time', 'timestamp'],
    legacy: ['timestamp'],
    flat: ['timestamp', 'event_time'],
    ...OPEN,
    advice: 'time',
    called: 'time of the event',
  },
  pixel: {
    track: ['/event_source_id', '/pixel_code', 'pixel_code'],
    legacy: ['pixel_code', '/pixel_code', '/event_source_id'],
    flat: ['pixel_code', '/pixel_code', '/event_source_id'],
    ...OPEN,
    advice: 'pixel',
    called: 'pixel id',
  },
  source: {
    track: ['/event_source'],
    legacy: ['/event_source'],
    flat: ['/event_source'],
    ...OPEN,
    advice: null,
    called: 'kind of source',
  },
  email: {
    ...ofUser('email'),
    ...PERSONAL,
    many: true,
    digest: 'refused',
    advice: 'hash',
    mask: 'email',
    called: 'e-mail address',
  },
  phone: {
    track: ['user/phone'],
    legacy: ['context/user/phone_number'],
    flat: [...anywhere('phone'), ...anywhere('phone_number')],
    ...PERSONAL,
    many: true,
    digest: 'refused',
    advice: 'hash',
    mask: 'phone',
    called: 'phone number',
  },
  externalId: {
    ...ofUser('external_id'),
    ...PERSONAL,
    many: true,
    digest: 'matched',
    advice: 'hashOnly',
    mask: 'external-id',
    called: 'external id',
  },
  clickId: {
    track: ['user/ttclid'],
    legacy: ['context/ad/callback'],
    flat: ['context/ad/callback', ...anywhere('ttclid')],
    ...OPEN,
    advice: 'clickId',
    called: 'click id',
  },
  ttp: { ...ofUser('ttp'), ...OPEN, advice: 'ttp', called: 'value of the _ttp cookie' },
  ip: {
    track: ['user/ip'],
    legacy: ['context/ip'],
    flat: ['context/ip', ...anywhere('ip')],
    ...PERSONAL,
    advice: 'ip',
    mask: 'ip',
    called: 'IP address',
  },
  userAgent: {
    track: ['user/user_agent'],
    legacy: ['context/user_agent'],
    flat: ['context/user_agent', ...anywhere('user_agent')],
    ...PERSONAL,
    advice: 'plain',
    mask: null,
    called: 'user agent',
  },
  locale: { ...ofUser('locale'), ...OPEN, advice: 'locale', called: 'language' },
  firstName: {
    ...ofUser('first_name'),
    ...PERSONAL,
    digest: 'matched',
    advice: 'hashOnly',
    mask: 'name',
    called: 'first name',
  },
  lastName: {
    ...ofUser('last_name'),
    ...PERSONAL,
    digest: 'matched',
    advice: 'hashOnly',
    mask: 'name',
    called: 'last name',
  },
  zip: {
    ...ofUser('zip_code'),
    ...PERSONAL,
    digest: 'matched',
    advice: 'hashOnly',
    mask: 'address',
    called: 'postal code',
  },
  city: { ...ofUser('city'), ...PERSONAL, advice: 'plain', mask: 'address', called: 'city' },
  state: { ...ofUser('state'), ...PERSONAL, advice: 'plain', mask: 'address', called: 'state' },
  country: { ...ofUser('country'), ...PERSONAL, advice: 'plain', mask: null, called: 'country' },
  page: {
    track: ['page/url'],
    legacy: ['context/page/url'],
    flat: ['context/page/url', 'page/url'],
    ...OPEN,
    advice: 'url',
    called: 'URL of the page',
  },
  referrer: {
    track: ['page/referrer'],
    legacy: ['context/page/referrer'],
    flat: ['context/page/referrer', 'page/referrer'],
    ...OPEN,
    advice: 'text',
    called: 'referrer',
  },
  properties: { ...ofEvent('properties'), ...OPEN, advice: 'properties', called: 'properties' },
  limitedDataUse: {
    ...ofEvent('limited_data_use'),
    ...OPEN,
    advice: 'limitedDataUse',
    called: 'limited data use',
  },
  testEventCode: { ...ofBody('test_event_code'), ...OPEN, advice: 'text', called: 'test event code' },
  partnerName: { ...ofBody('partner_name'), ...OPEN, advice: 'text', called: 'name of the partner' },
} as const satisfies Record<string, FieldRow>;

export type Field = keyof typeof FIELDS;

/** Those that TikTok matches by their SHA-256. */
export type DigestField = { [F in Field]: (typeof FIELDS)[F]['digest'] extends null ? never : F }[Field];

/** The columns by which a dialect's paths are found. */
export type LayoutName = 'track' | 'legacy' | 'flat';

/** Every field with its row, as the general type. */
export const FIELD_ROWS: readonly (readonly [Field, FieldRow])[] = Object.entries(FIELDS) as [
  Field,
  FieldRow,
][];

/** The names that a field has in any dialect. */
export function membersOf({ track, legacy, flat }: FieldRow): string[] {
  return [...new Set([...track, ...legacy, ...flat].map(memberOf))];
}

/** A field as a member of what contains it. */
export interface Member {
  field: Field;
  row: FieldRow;
  member: string;
}

/**
 * The members of a part of the event, such as `context/user`; of the event itself for an empty text, of the body for a slash.
 * Of a dialect that TikTok takes, a field's second spellings are none.
 */
export function fieldsIn(layout: LayoutName, container: string): Member[] {
  return FIELD_ROWS.flatMap(([field, row]) =>
    (layout === 'flat' ? row.flat : row[layout].slice(0, 1))
      .filter((path) => containerOf(path) === container)
      .map((path) => ({ field, row, member: memberOf(path) })),
  );
}

/** The last name of a path: `email` of `context/user/email`. */
export function memberOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function containerOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === 0 ? '/' : path.slice(0, Math.max(end, 0));
}
