import { CONSOLE_PREFIX, DIAGNOSTIC_TITLES, type Diagnostic } from '../../tiktok/diagnostics.ts';

/** What is wrong, and what to do. */
const SENTENCES: Record<Diagnostic, [issue: string, suggestion: string]> = {
  EMPTY_EVENT_TYPE_NAME: ['The event has no name.', 'Give track a name.'],
  MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT: [
    "The event's name has characters in it that are not allowed.",
    'Use letters, digits, dashes, underscores and blanks, and begin with a letter or digit.',
  ],
  LONG_EVENT_TYPE_NAME: ["The event's name is too long.", 'Use 50 characters at most.'],
  MISSING_EMAIL_AND_PHONE: [
    'A purchase was sent without e-mail address and phone number.',
    'Call identify with one of them before the event.',
  ],
  INVALID_EMAIL_FORMAT: ['The e-mail address is not valid.', 'Pass an address, or its SHA-256 hash.'],
  INVALID_PHONE_NUMBER_FORMAT: [
    'The phone number is not valid.',
    'Pass the number with a plus and the country code, or the SHA-256 hash of that.',
  ],
  INVALID_EMAIL_INFORMATION: ['The e-mail address is a placeholder.', 'Leave it out if it is not known.'],
  INVALID_PHONE_NUMBER_INFORMATION: [
    'The phone number is a placeholder.',
    'Leave it out if it is not known.',
  ],
  MISSING_CONTENT_ID: ['The event names no product.', 'Give every item of contents a content_id.'],
  INVALID_CONTENT_ID: ['A content_id is empty.', 'Use the ids of your catalog.'],
  INVALID_CONTENT_TYPE: ['The content_type is unknown.', 'Use product or product_group.'],
  INVALID_EVENT_PARAMETER_VALUE: ['The value is not a number.', 'Use digits and a decimal point.'],
  MISSING_VALUE_PARAMETER: ['The event has no value.', 'Send value together with currency.'],
  MISSING_CURRENCY_PARAMETER: ['The event has no currency.', 'Send currency together with value.'],
  INVALID_CURRENCY_CODE: ['The currency is not supported.', 'Use a code of ISO 4217 that TikTok supports.'],
  DUPLICATE_PIXEL_CODE: ['The pixel was loaded again.', 'Load each pixel once on a page.'],
  INVALID_PIXEL_CODE: ['There is no such pixel.', 'Copy the id from Events Manager.'],
  MISSING_PIXEL_CODE: [
    'The script was requested without a pixel id.',
    'Copy the base code from Events Manager.',
  ],
};

/** Prints a diagnostic under TikTok's own title, each time again. Diagnostics never block an event. */
export function diagnose(code: Diagnostic): void {
  const [issue, suggestion] = SENTENCES[code];
  console.warn(`${CONSOLE_PREFIX}${DIAGNOSTIC_TITLES[code]}\nIssue: ${issue}\nSuggestion: ${suggestion}`);
}

/** Wraps a function so that it never throws into the page; it then returns an empty object, as the real ones do. */
export function guarded<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R | object {
  return (...args) => {
    try {
      return run(...args);
    } catch {
      return {};
    }
  };
}
