import { isSupportedCurrency } from './currencies.ts';
import { canonicalEvent, eventNeeds } from './event-names.ts';
import { isMissing, record } from './pixel-request.ts';
import { isAmount } from './revenue.ts';

/** What the SDK complains of on the console. The codes are TikTok's and stand in all builds of 2024 to 2026. */
export const DIAGNOSTICS = [
  'EMPTY_EVENT_TYPE_NAME',
  'MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT',
  'LONG_EVENT_TYPE_NAME',
  'MISSING_EMAIL_AND_PHONE',
  'INVALID_EMAIL_INFORMATION',
  'INVALID_EMAIL_FORMAT',
  'INVALID_PHONE_NUMBER_INFORMATION',
  'INVALID_PHONE_NUMBER_FORMAT',
  'MISSING_CONTENT_ID',
  'INVALID_CONTENT_ID',
  'INVALID_CONTENT_TYPE',
  'INVALID_EVENT_PARAMETER_VALUE',
  'MISSING_VALUE_PARAMETER',
  'INVALID_CURRENCY_CODE',
  'MISSING_CURRENCY_PARAMETER',
  'DUPLICATE_PIXEL_CODE',
  'INVALID_PIXEL_CODE',
  'MISSING_PIXEL_CODE',
] as const;
export type Diagnostic = (typeof DIAGNOSTICS)[number];

/** What is wrong with an e-mail address or phone number: it is none, or a placeholder such as "None". */
export type ContactProblem = 'format' | 'information';

/** What the visitor was identified with when the event was sent. */
export interface Contact {
  /** Whether an e-mail address or a phone number goes out with the event. */
  known: boolean;
  email?: ContactProblem | undefined;
  phone?: ContactProblem | undefined;
}

/** Characters of an event's name. */
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
 * What the SDK finds wrong with a tracked event, in its own order. It looks at the event as it goes out: TikTok's current
 * name, the currency in upper case. None of this keeps an event back.
 */
export function eventDiagnostics(
  event: unknown,
  properties: Record<string, unknown>,
  contact: Contact,
): Diagnostic[] {
  const name = canonicalEvent(String(event));
  return [
    ...nameDiagnostics(name),
    ...contactDiagnostics(eventNeeds(name, 'contact'), contact),
    ...contentDiagnostics(eventNeeds(name, 'content'), properties),
    ...revenueDiagnostics(eventNeeds(name, 'revenue'), properties),
  ];
}

/** What the SDK says when `identify` is called: at most one. */
export function identifyDiagnostic({ email, phone }: Omit<Contact, 'known'>): Diagnostic | undefined {
  if (email === 'format') return 'INVALID_EMAIL_FORMAT';
  if (phone === 'format') return 'INVALID_PHONE_NUMBER_FORMAT';
  if (email === 'information') return 'INVALID_EMAIL_INFORMATION';
  return phone === 'information' ? 'INVALID_PHONE_NUMBER_INFORMATION' : undefined;
}

/** What the SDK finds wrong with the name of a tracked event. */
export function nameDiagnostics(name: string): Diagnostic[] {
  if (['', 'null', 'undefined'].includes(name.trim())) return ['EMPTY_EVENT_TYPE_NAME'];
  return found({
    MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT: !NAME.test(name),
    LONG_EVENT_TYPE_NAME: name.length > LONGEST_NAME,
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

/** What the SDK says of an event's content ids and content type; `needed`: whether it asks the event for content ids. */
export function contentDiagnostics(needed: boolean, properties: Record<string, unknown>): Diagnostic[] {
  const { content_id: id, contents, content_type: type } = properties;
  const items = Array.isArray(contents) ? contents.map(record) : [];
  const named = items.length > 0 && items.every((item) => 'content_id' in item);
  return found({
    // content_ids alone does not count; contents that is given decides alone.
    MISSING_CONTENT_ID: needed && (contents === undefined ? id === undefined : !named),
    INVALID_CONTENT_ID: isBlank(id) || items.some((item) => isBlank(item.content_id ?? '')),
    INVALID_CONTENT_TYPE: Boolean(type) && !CONTENT_TYPES.includes(String(type)),
  });
}

function revenueDiagnostics(needed: boolean, properties: Record<string, unknown>): Diagnostic[] {
  const { value, currency } = properties;
  return found({
    INVALID_EVENT_PARAMETER_VALUE: Boolean(value) && !isAmount(value),
    MISSING_VALUE_PARAMETER: isMissing(value) && (needed || !isMissing(currency)),
    INVALID_CURRENCY_CODE: Boolean(currency) && !isSupportedCurrency(String(currency)),
    MISSING_CURRENCY_PARAMETER: isMissing(currency) && (needed || !isMissing(value)),
  });
}

function isBlank(id: unknown): boolean {
  return id !== undefined && String(id ?? '').trim() === '';
}

function found(checks: { [code in Diagnostic]?: boolean }): Diagnostic[] {
  return (Object.keys(checks) as Diagnostic[]).filter((code) => checks[code]);
}
