import { isSupportedCurrency } from './currencies.ts';
import { canonicalEvent, eventNeeds } from './event-names.ts';
import { isMissing, record } from './pixel-request.ts';
import { isAmount } from './revenue.ts';

/**
 * The SDK's console diagnostics, with the titles that it prints (measured, letter by letter). The codes are TikTok's, and are in
 * all builds of 2024 to 2026.
 */
export const DIAGNOSTIC_TITLES = {
  EMPTY_EVENT_TYPE_NAME: 'Missing Event Name',
  MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT: 'Invalid Event Name Format',
  LONG_EVENT_TYPE_NAME: 'Event Name Too Long',
  MISSING_EMAIL_AND_PHONE: 'Missing email and phone number',
  INVALID_EMAIL_INFORMATION: 'Invalid email information',
  INVALID_EMAIL_FORMAT: 'Incorrect email format',
  INVALID_PHONE_NUMBER_INFORMATION: 'Invalid phone number information',
  INVALID_PHONE_NUMBER_FORMAT: 'Incorrect phone number format',
  MISSING_CONTENT_ID: "Missing 'content_id' paramter",
  INVALID_CONTENT_ID: 'Missing value for content ID',
  INVALID_CONTENT_TYPE: 'Invalid content type',
  INVALID_EVENT_PARAMETER_VALUE: 'Invalid value parameter',
  MISSING_VALUE_PARAMETER: 'Missing "value" parameter',
  INVALID_CURRENCY_CODE: 'Invalid currency code',
  MISSING_CURRENCY_PARAMETER: 'Missing "currency" parameter',
  DUPLICATE_PIXEL_CODE: 'Duplicate Pixel ID',
  INVALID_PIXEL_CODE: 'Invalid pixel ID',
  MISSING_PIXEL_CODE: 'Missing pixel ID',
} as const;
export type Diagnostic = keyof typeof DIAGNOSTIC_TITLES;

export const DIAGNOSTICS = Object.keys(DIAGNOSTIC_TITLES) as Diagnostic[];

/** How each console line of the SDK begins. */
export const CONSOLE_PREFIX = '[TikTok Pixel] - ';

/**
 * The diagnostic in a console line; undefined if the line is not the SDK's. It is recognised by its title, or by its code, which
 * evidence of a stand-in before 2026-12 has instead. Case is ignored.
 */
export function diagnosticIn(line: string): Diagnostic | undefined {
  if (!line.startsWith(CONSOLE_PREFIX)) return undefined;
  const [title = ''] = line.slice(CONSOLE_PREFIX.length).split('\n', 1);
  const given = title.trim().toLowerCase();
  return DIAGNOSTICS.find((code) =>
    [code, DIAGNOSTIC_TITLES[code]].some((known) => known.toLowerCase() === given),
  );
}

/** What is wrong with an e-mail address or phone number: its format, or it is a placeholder such as "None". */
export type ContactProblem = 'format' | 'information';

/** How the visitor was identified when the event was sent. */
export interface Contact {
  /** Whether an e-mail address or a phone number is sent with the event. */
  known: boolean;
  email?: ContactProblem | undefined;
  phone?: ContactProblem | undefined;
}

/** Characters in an event name. */
export const LONGEST_NAME = 50;
const NAME = /^[a-zA-Z\d]([a-zA-Z_\-\d ]*[a-zA-Z_\-\d])?$/;
export const CONTENT_TYPES: readonly string[] = [
  'product',
  'product_group',
  'destination',
  'hotel',
  'flight',
  'vehicle',
];

/**
 * The SDK's diagnostics for a tracked event, in its own order. It checks the event as it is sent: with TikTok's current name, and
 * the currency in upper case. None of them stops an event.
 *
 * @param isSupported whether the build accepts a currency
 */
export function eventDiagnostics(
  event: unknown,
  properties: Record<string, unknown>,
  contact: Contact,
  isSupported = isSupportedCurrency,
): Diagnostic[] {
  const name = canonicalEvent(String(event));
  return [
    ...nameDiagnostics(typeof event === 'string' ? name : event),
    ...contactDiagnostics(eventNeeds(name, 'contact'), contact),
    ...contentDiagnostics(eventNeeds(name, 'content'), properties),
    ...revenueDiagnostics(eventNeeds(name, 'revenue'), properties, isSupported),
  ];
}

/** The SDK's diagnostic when `identify` is called: at most one. */
export function identifyDiagnostic({ email, phone }: Omit<Contact, 'known'>): Diagnostic | undefined {
  if (email === 'format') return 'INVALID_EMAIL_FORMAT';
  if (phone === 'format') return 'INVALID_PHONE_NUMBER_FORMAT';
  if (email === 'information') return 'INVALID_EMAIL_INFORMATION';
  return phone === 'information' ? 'INVALID_PHONE_NUMBER_INFORMATION' : undefined;
}

/**
 * The SDK's diagnostics for the name of a tracked event. A name without a length, such as a number, counts as too long
 * (measured).
 */
export function nameDiagnostics(name: unknown): Diagnostic[] {
  const isEmpty = !name || ['', 'null', 'undefined'].includes(String(name).trim());
  const { length } = Object(name) as { length?: unknown };
  return found({
    EMPTY_EVENT_TYPE_NAME: isEmpty,
    MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT: !isEmpty && !NAME.test(String(name)),
    LONG_EVENT_TYPE_NAME: name != null && !(Number(length) <= LONGEST_NAME),
  });
}

function contactDiagnostics(needed: boolean, { known, email, phone }: Contact): Diagnostic[] {
  return found({
    MISSING_EMAIL_AND_PHONE: needed && !known,
    INVALID_EMAIL_INFORMATION: email === 'information',
    INVALID_EMAIL_FORMAT: email === 'format',
    INVALID_PHONE_NUMBER_INFORMATION: phone === 'information',
    INVALID_PHONE_NUMBER_FORMAT: phone === 'format',
  });
}

/** The SDK's diagnostics for an event's content ids and content type; `needed`: whether the event needs content ids. */
export function contentDiagnostics(needed: boolean, properties: Record<string, unknown>): Diagnostic[] {
  const { content_id: id, contents, content_type: type } = properties;
  const items = Array.isArray(contents) ? contents.map(record) : [];
  const named = items.length > 0 && items.every((item) => 'content_id' in item);
  return found({
    // content_ids alone does not count; if contents is given, only it counts.
    MISSING_CONTENT_ID: needed && (contents === undefined ? id === undefined : !named),
    INVALID_CONTENT_ID: (id !== null && isBlank(id)) || items.some((item) => isBlank(item.content_id ?? '')),
    INVALID_CONTENT_TYPE: Boolean(type) && !CONTENT_TYPES.includes(String(type)),
  });
}

function revenueDiagnostics(
  needed: boolean,
  properties: Record<string, unknown>,
  isSupported: (code: string) => boolean,
): Diagnostic[] {
  const { value, currency } = properties;
  return found({
    INVALID_EVENT_PARAMETER_VALUE: Boolean(value) && !isAmount(value),
    // For an empty text or null, the SDK prints nothing (measured).
    MISSING_VALUE_PARAMETER: value === undefined && (needed || !isMissing(currency)),
    INVALID_CURRENCY_CODE: Boolean(currency) && !(typeof currency === 'string' && isSupported(currency)),
    MISSING_CURRENCY_PARAMETER: currency === undefined && (needed || !isMissing(value)),
  });
}

function isBlank(id: unknown): boolean {
  return id !== undefined && String(id ?? '').trim() === '';
}

function found(checks: { [code in Diagnostic]?: boolean }): Diagnostic[] {
  return (Object.keys(checks) as Diagnostic[]).filter((code) => checks[code]);
}
