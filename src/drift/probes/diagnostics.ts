import { PIXEL, type Probe, UNKNOWN } from '../probe.ts';

/** A call on the mounted SDK that the console comments on. */
const warned = (name: string, about: string, run: string): Probe => ({
  name: `diagnostic/${name}`,
  about,
  steps: [{ until: 'ttq.initialize' }, { run }],
});

const identified = `ttq.identify({ email: 'jo@shop.example' });`;
const paid = (properties: string) => `${identified} ttq.track('Purchase', ${properties})`;
const GOOD = `content_id: 'a', content_type: 'product', value: 1, currency: 'USD'`;

/** The 18 diagnostics of the console. */
export const DIAGNOSTICS: Probe[] = [
  warned('none', 'A correct event causes no message.', paid(`{ ${GOOD} }`)),
  warned('event-empty', 'EMPTY_EVENT_TYPE_NAME', `ttq.track('  ')`),
  warned('event-undefined', 'EMPTY_EVENT_TYPE_NAME', `ttq.track('undefined')`),
  warned('event-name', 'MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT', `ttq.track('what?')`),
  warned('event-long', 'LONG_EVENT_TYPE_NAME', `ttq.track('A'.repeat(51))`),
  warned('no-identity', 'MISSING_EMAIL_AND_PHONE', `ttq.track('Purchase', { ${GOOD} })`),
  warned('email-format', 'INVALID_EMAIL_FORMAT', `ttq.identify({ email: 'not an address' })`),
  warned('phone-format', 'INVALID_PHONE_NUMBER_FORMAT', `ttq.identify({ phone_number: '12' })`),
  warned('email-placeholder', 'INVALID_EMAIL_INFORMATION', `ttq.identify({ email: 'None' })`),
  warned('phone-placeholder', 'INVALID_PHONE_NUMBER_INFORMATION', `ttq.identify({ phone_number: 'None' })`),
  warned('no-content-id', 'MISSING_CONTENT_ID', `ttq.track('ViewContent', {})`),
  warned('content-ids-only', 'MISSING_CONTENT_ID', `ttq.track('AddToCart', { content_ids: ['a'] })`),
  warned('contents-without-id', 'MISSING_CONTENT_ID', `ttq.track('AddToCart', { contents: [{ price: 1 }] })`),
  warned(
    'contents-good',
    'There is no message.',
    `ttq.track('AddToCart', { contents: [{ content_id: 'a' }] })`,
  ),
  warned('content-id-blank', 'INVALID_CONTENT_ID', `ttq.track('ViewContent', { content_id: ' ' })`),
  warned(
    'content-type',
    'INVALID_CONTENT_TYPE',
    `ttq.track('ViewContent', { content_id: 'a', content_type: 'shoe' })`,
  ),
  warned(
    'value',
    'INVALID_EVENT_PARAMETER_VALUE',
    `ttq.track('ViewContent', { content_id: 'a', value: '1,99', currency: 'USD' })`,
  ),
  warned(
    'value-text',
    'A number as text causes no message.',
    `ttq.track('ViewContent', { content_id: 'a', value: '1.99', currency: 'USD' })`,
  ),
  warned(
    'no-value',
    'MISSING_VALUE_PARAMETER',
    paid(`{ content_id: 'a', content_type: 'product', currency: 'USD' }`),
  ),
  warned('currency-alone', 'MISSING_VALUE_PARAMETER', `ttq.track('Custom', { currency: 'USD' })`),
  warned(
    'no-currency',
    'MISSING_CURRENCY_PARAMETER',
    paid(`{ content_id: 'a', content_type: 'product', value: 1 }`),
  ),
  warned('value-alone', 'MISSING_CURRENCY_PARAMETER', `ttq.track('Custom', { value: 1 })`),
  warned('currency', 'INVALID_CURRENCY_CODE', `ttq.track('Custom', { value: 1, currency: 'XXX' })`),
  warned(
    'currency-lower',
    'There is no message: it is checked in upper case.',
    `ttq.track('Custom', { value: 1, currency: 'usd' })`,
  ),
  warned('pixel-again', 'DUPLICATE_PIXEL_CODE', `ttq.loadPixel('${PIXEL}')`),
  warned(
    'pixel-code-unknown',
    'A pixel_code that was never loaded causes no message.',
    `ttq.track('Custom', {}, { pixel_code: '${UNKNOWN}' })`,
  ),
  {
    name: 'diagnostic/pixel-unknown',
    about: 'INVALID_PIXEL_CODE',
    load: `ttq.load('nonsense');`,
    end: 'mounted',
    unknownPixel: true,
  },
  {
    ...warned(
      'switched-off',
      'diagnostics: false silences the console.',
      `ttq.track('ViewContent', { value: 'x' })`,
    ),
    options: '{ diagnostics: false }',
  },
];
