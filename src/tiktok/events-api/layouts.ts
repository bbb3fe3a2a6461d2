/**
 * Where each dialect of the Events API keeps each field of an event.
 *
 * A path that starts with a slash starts at the body, any other at the event. Where there are several, the
 * first that holds something counts. A layout names a second spelling only where its request is refused
 * anyway: a 2.0 event without event_source_id, and anything in the flat layout. Elsewhere the service ignores
 * a misplaced field, and so does the decoder: rules would pass over a field that TikTok never reads.
 */
export type Layout = Record<Field, readonly string[]>;

export type Field =
  | 'event'
  | 'eventId'
  | 'time'
  | 'pixel'
  | 'source'
  | 'email'
  | 'phone'
  | 'externalId'
  | 'clickId'
  | 'ttp'
  | 'ip'
  | 'userAgent'
  | 'locale'
  | 'firstName'
  | 'lastName'
  | 'zip'
  | 'city'
  | 'state'
  | 'country'
  | 'page'
  | 'referrer'
  | 'properties'
  | 'limitedDataUse'
  | 'testEventCode'
  | 'partnerName';

/** event/track 2.0. */
export const TRACK_LAYOUT: Layout = {
  event: ['event'],
  eventId: ['event_id'],
  time: ['event_time', 'timestamp'],
  pixel: ['/event_source_id', '/pixel_code', 'pixel_code'],
  source: ['/event_source'],
  email: ['user/email'],
  phone: ['user/phone'],
  externalId: ['user/external_id'],
  clickId: ['user/ttclid'],
  ttp: ['user/ttp'],
  ip: ['user/ip'],
  userAgent: ['user/user_agent'],
  locale: ['user/locale'],
  firstName: ['user/first_name'],
  lastName: ['user/last_name'],
  zip: ['user/zip_code'],
  city: ['user/city'],
  state: ['user/state'],
  country: ['user/country'],
  page: ['page/url'],
  referrer: ['page/referrer'],
  properties: ['properties'],
  limitedDataUse: ['limited_data_use'],
  testEventCode: ['/test_event_code'],
  partnerName: ['/partner_name'],
};

/** pixel/track, and one item of pixel/batch. */
export const LEGACY_LAYOUT: Layout = {
  event: ['event'],
  eventId: ['event_id'],
  time: ['timestamp'],
  pixel: ['pixel_code', '/pixel_code', '/event_source_id'],
  source: ['/event_source'],
  email: ['context/user/email'],
  phone: ['context/user/phone_number'],
  externalId: ['context/user/external_id'],
  clickId: ['context/ad/callback'],
  ttp: ['context/user/ttp'],
  ip: ['context/ip'],
  userAgent: ['context/user_agent'],
  locale: ['context/user/locale'],
  firstName: ['context/user/first_name'],
  lastName: ['context/user/last_name'],
  zip: ['context/user/zip_code'],
  city: ['context/user/city'],
  state: ['context/user/state'],
  country: ['context/user/country'],
  page: ['context/page/url'],
  referrer: ['context/page/referrer'],
  properties: ['properties'],
  limitedDataUse: ['limited_data_use'],
  testEventCode: ['test_event_code', '/test_event_code'],
  partnerName: ['partner_name', '/partner_name'],
};

/** The legacy fields on the event/track URL, with the user at the top, in the context, or both. */
export const FLAT_LAYOUT: Layout = {
  event: ['event'],
  eventId: ['event_id'],
  time: ['timestamp', 'event_time'],
  pixel: ['pixel_code', '/pixel_code', '/event_source_id'],
  source: ['/event_source'],
  email: anywhere('email'),
  phone: [...anywhere('phone'), ...anywhere('phone_number')],
  externalId: anywhere('external_id'),
  clickId: ['context/ad/callback', ...anywhere('ttclid')],
  ttp: anywhere('ttp'),
  ip: ['context/ip', ...anywhere('ip')],
  userAgent: ['context/user_agent', ...anywhere('user_agent')],
  locale: anywhere('locale'),
  firstName: anywhere('first_name'),
  lastName: anywhere('last_name'),
  zip: anywhere('zip_code'),
  city: anywhere('city'),
  state: anywhere('state'),
  country: anywhere('country'),
  page: ['context/page/url', 'page/url'],
  referrer: ['context/page/referrer', 'page/referrer'],
  properties: ['properties'],
  limitedDataUse: ['limited_data_use'],
  testEventCode: ['test_event_code', '/test_event_code'],
  partnerName: ['partner_name', '/partner_name'],
};

function anywhere(member: string): string[] {
  return [`user/${member}`, `context/user/${member}`, member];
}
