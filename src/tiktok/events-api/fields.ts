/**
 * The properties of an event field, from which the decoder, the schemas, masking and docs are derived.
 *
 * A path that starts with a slash starts at the body, any other at the event. Of several, the first that is not empty counts. A
 * layout has a second spelling only where its request is refused anyway: a 2.0 event without event_source_id, and anything in the
 * flat layout. Elsewhere the service ignores a misplaced field, and so does the decoder, as rules would otherwise accept a field
 * that TikTok never reads.
 */
export interface FieldRow {
  /** Its place in event/track 2.0. */
  track: readonly string[];
  /** Its place in pixel/track, and in one item of pixel/batch. */
  legacy: readonly string[];
  /** Its place among the legacy fields on the event/track URL. */
  flat: readonly string[];
  /** The shared schema that its value should fit, a name in `$defs`; null if there is no advice. */
  advice: Advice | null;
  /** Whether a list of values is allowed. */
  many: boolean;
  /** refused: TikTok accepts only SHA-256. matched: it accepts clear text, but matches only SHA-256. */
  digest: 'refused' | 'matched' | null;
  /** How its content is masked; null if it is not personal, or cannot be recognised by the name. */
  mask: 'email' | 'phone' | 'external-id' | 'name' | 'address' | 'ip' | null;
  /** Whether a message about the contract may quote its value. */
  quoted: boolean;
  /**
   * Other names for it: of other vendors, of TikTok's own pixel, or in another case. The service accepts these and reads none of
   * them. Paths of event/track; the other dialects have the same names in their own places.
   */
  misnamed: readonly string[];
  /** Its name in messages. */
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

/** A member of the user that has the same name in every dialect. */
const ofUser = (member: string) => ({
  track: [`user/${member}`],
  legacy: [`context/user/${member}`],
  flat: anywhere(member),
});

/** A member of the event itself that has the same name in every dialect. */
const ofEvent = (member: string) => ({ track: [member], legacy: [member], flat: [member] });

/** A member that 2.0 keeps beside the events. */
const ofBody = (member: string) => ({
  track: [`/${member}`],
  legacy: [member, `/${member}`],
  flat: [member, `/${member}`],
});

const OPEN = { many: false, digest: null, mask: null, quoted: true, misnamed: [] } as const;
const PERSONAL = { many: false, digest: null, quoted: false, misnamed: [] } as const;

/** Other names for a member of the user. */
const user = (names: string) => names.split(' ').map((name) => `user/${name}`);

/** Source: TikTok's Events API reference. */
export const FIELDS = {
  event: {
    ...ofEvent('event'),
    ...OPEN,
    advice: 'event',
    misnamed: ['event_name', 'eventName'],
    called: 'name of the event',
  },
  eventId: {
    ...ofEvent('event_id'),
    ...OPEN,
    advice: 'text',
    misnamed: ['eventId', 'eventID'],
    called: 'event_id',
  },
  time: {
    track: ['event_time', 'timestamp'],
    legacy: ['timestamp'],
    flat: ['timestamp', 'event_time'],
    ...OPEN,
    advice: 'time',
    misnamed: ['eventTime'],
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
    misnamed: user('em emails email_address emailAddress hashed_email sha256_email mail'),
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
    misnamed: user('ph phones phoneNumber hashed_phone sha256_phone_number tel'),
    called: 'phone number',
  },
  externalId: {
    ...ofUser('external_id'),
    ...PERSONAL,
    many: true,
    digest: 'matched',
    advice: 'hashOnly',
    mask: 'external-id',
    misnamed: user('externalId external_ids user_id userId uid'),
    called: 'external id',
  },
  clickId: {
    track: ['user/ttclid'],
    legacy: ['context/ad/callback'],
    flat: ['context/ad/callback', ...anywhere('ttclid')],
    ...OPEN,
    advice: 'clickId',
    misnamed: user('click_id clickid tt_clid tiktok_click_id'),
    called: 'click id',
  },
  ttp: {
    ...ofUser('ttp'),
    ...OPEN,
    advice: 'ttp',
    misnamed: user('_ttp ttp_id'),
    called: 'value of the _ttp cookie',
  },
  ip: {
    track: ['user/ip'],
    legacy: ['context/ip'],
    flat: ['context/ip', ...anywhere('ip')],
    ...PERSONAL,
    advice: 'ip',
    mask: 'ip',
    misnamed: user('client_ip_address client_ip ip_address ipAddress'),
    called: 'IP address',
  },
  userAgent: {
    track: ['user/user_agent'],
    legacy: ['context/user_agent'],
    flat: ['context/user_agent', ...anywhere('user_agent')],
    ...PERSONAL,
    advice: 'plain',
    mask: null,
    misnamed: user('client_user_agent ua userAgent useragent'),
    called: 'user agent',
  },
  locale: { ...ofUser('locale'), ...OPEN, advice: 'locale', called: 'language' },
  firstName: {
    ...ofUser('first_name'),
    ...PERSONAL,
    digest: 'matched',
    advice: 'hashOnly',
    mask: 'name',
    misnamed: user('fn firstName'),
    called: 'first name',
  },
  lastName: {
    ...ofUser('last_name'),
    ...PERSONAL,
    digest: 'matched',
    advice: 'hashOnly',
    mask: 'name',
    misnamed: user('ln lastName'),
    called: 'last name',
  },
  zip: {
    ...ofUser('zip_code'),
    ...PERSONAL,
    digest: 'matched',
    advice: 'hashOnly',
    mask: 'address',
    misnamed: user('zp zip zipcode zipCode postal_code postcode'),
    called: 'postal code',
  },
  city: {
    ...ofUser('city'),
    ...PERSONAL,
    advice: 'plain',
    mask: 'address',
    misnamed: user('ct'),
    called: 'city',
  },
  state: {
    ...ofUser('state'),
    ...PERSONAL,
    advice: 'plain',
    mask: 'address',
    misnamed: user('st'),
    called: 'state',
  },
  country: {
    ...ofUser('country'),
    ...PERSONAL,
    advice: 'plain',
    mask: null,
    misnamed: user('country_code'),
    called: 'country',
  },
  page: {
    track: ['page/url'],
    legacy: ['context/page/url'],
    flat: ['context/page/url', 'page/url'],
    ...OPEN,
    advice: 'url',
    misnamed: ['url', 'page_url', 'event_source_url', 'page/page_url', 'page/location', 'page/href'],
    called: 'URL of the page',
  },
  referrer: {
    track: ['page/referrer'],
    legacy: ['context/page/referrer'],
    flat: ['context/page/referrer', 'page/referrer'],
    ...OPEN,
    advice: 'text',
    misnamed: ['referrer', 'referrer_url', 'page/referer'],
    called: 'referrer',
  },
  properties: {
    ...ofEvent('properties'),
    ...OPEN,
    advice: 'properties',
    misnamed: ['custom_data'],
    called: 'properties',
  },
  limitedDataUse: {
    ...ofEvent('limited_data_use'),
    ...OPEN,
    advice: 'limitedDataUse',
    called: 'limited data use',
  },
  testEventCode: {
    ...ofBody('test_event_code'),
    ...OPEN,
    advice: 'text',
    misnamed: ['testEventCode'],
    called: 'test event code',
  },
  partnerName: { ...ofBody('partner_name'), ...OPEN, advice: 'text', called: 'name of the partner' },
} as const satisfies Record<string, FieldRow>;

export type Field = keyof typeof FIELDS;

/** Fields that TikTok matches by their SHA-256. */
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

/** Every name in a body that is read as this field: the service reads some of them, and not everywhere. */
export function spellingsOf(row: FieldRow): string[] {
  return [...new Set([...membersOf(row), ...row.misnamed.map(memberOf)])];
}

/** A field as a member of its container. */
export interface Member {
  field: Field;
  row: FieldRow;
  member: string;
}

/**
 * The members of a part of the event, such as `context/user`; of the event itself for an empty text, of the body for a slash. In
 * a dialect that TikTok accepts, a field's second spellings are left out.
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

export function containerOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === 0 ? '/' : path.slice(0, Math.max(end, 0));
}
