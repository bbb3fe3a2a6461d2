import {
  type Contact,
  DIAGNOSTIC_TITLES,
  type Diagnostic,
  diagnosticIn,
  eventDiagnostics,
} from '../../../src/tiktok/diagnostics.ts';
import { REST } from '../rest.ts';
import { baseCode, expect, loaded, OTHER, openAtOnce, PIXEL, test } from './support.ts';

const KNOWN: Contact = { known: true };
const SALE = { content_id: 'a', value: 1, currency: 'EUR' };

const events: [name: unknown, properties: Record<string, unknown>, codes: Diagnostic[], contact?: Contact][] =
  [
    ['Purchase', SALE, []],
    ['CompletePayment', {}, ['MISSING_CONTENT_ID', 'MISSING_VALUE_PARAMETER', 'MISSING_CURRENCY_PARAMETER']],
    ['', {}, ['EMPTY_EVENT_TYPE_NAME']],
    [' ', {}, ['EMPTY_EVENT_TYPE_NAME']],
    [null, {}, ['EMPTY_EVENT_TYPE_NAME']],
    ['undefined', {}, ['EMPTY_EVENT_TYPE_NAME']],
    ['Bought!', {}, ['MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT']],
    [' Bought', {}, ['MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT']],
    ['2 hats_bought-here', {}, []],
    ['a'.repeat(50), {}, []],
    ['a'.repeat(51), {}, ['LONG_EVENT_TYPE_NAME']],
    ['Purchase', SALE, ['MISSING_EMAIL_AND_PHONE'], { known: false }],
    ['Subscribe', {}, [], { known: false }],
    [
      'X',
      {},
      ['INVALID_EMAIL_FORMAT', 'INVALID_PHONE_NUMBER_FORMAT'],
      { known: true, email: 'format', phone: 'format' },
    ],
    [
      'X',
      {},
      ['INVALID_EMAIL_INFORMATION', 'INVALID_PHONE_NUMBER_INFORMATION'],
      { known: true, email: 'information', phone: 'information' },
    ],
    ['AddToCart', { contents: [{ content_id: 'a' }, { content_id: 'b' }] }, []],
    ['AddToCart', { contents: [] }, ['MISSING_CONTENT_ID']],
    ['AddToCart', { content_ids: ['a'] }, ['MISSING_CONTENT_ID']],
    ['ViewContent', { contents: [{ content_id: 'a' }, {}] }, ['MISSING_CONTENT_ID', 'INVALID_CONTENT_ID']],
    ['X', { content_id: ' ' }, ['INVALID_CONTENT_ID']],
    ['X', { content_id: null }, []],
    ['X', { value: '', currency: 'EUR' }, []],
    ['X', { value: null, currency: 'EUR' }, []],
    ['X', { value: 1, currency: '' }, []],
    ['X', { value: 1, currency: null }, []],
    ['X', { value: 1, currency: ['EUR'] }, ['INVALID_CURRENCY_CODE']],
    [0, {}, ['EMPTY_EVENT_TYPE_NAME', 'LONG_EVENT_TYPE_NAME']],
    [5, {}, ['LONG_EVENT_TYPE_NAME']],
    [['A'], {}, []],
    ['X', { content_type: 'book' }, ['INVALID_CONTENT_TYPE']],
    ['X', { content_type: 'flight' }, []],
    ['X', { value: '1,50', currency: 'EUR' }, ['INVALID_EVENT_PARAMETER_VALUE']],
    ['X', { value: '1.50', currency: 'EUR' }, []],
    ['X', { value: 0, currency: 'EUR' }, []],
    ['X', { value: 1 }, ['MISSING_CURRENCY_PARAMETER']],
    ['X', { currency: 'EUR' }, ['MISSING_VALUE_PARAMETER']],
    ['X', { value: 1, currency: 'XXX' }, ['INVALID_CURRENCY_CODE']],
  ];

test('what is wrong with an event', () => {
  for (const [name, properties, codes, contact = KNOWN] of events) {
    expect(eventDiagnostics(name, properties, contact), JSON.stringify([name, properties])).toEqual(codes);
  }
});

const TITLES = [
  ['EMPTY_EVENT_TYPE_NAME', 'Missing Event Name'],
  ['MISMATCHED_EVENT_TYPE_NAME_FOR_CUSTOM_EVENT', 'Invalid Event Name Format'],
  ['LONG_EVENT_TYPE_NAME', 'Event Name Too Long'],
  ['MISSING_EMAIL_AND_PHONE', 'Missing email and phone number'],
  ['INVALID_EMAIL_INFORMATION', 'Invalid email information'],
  ['INVALID_EMAIL_FORMAT', 'Incorrect email format'],
  ['INVALID_PHONE_NUMBER_INFORMATION', 'Invalid phone number information'],
  ['INVALID_PHONE_NUMBER_FORMAT', 'Incorrect phone number format'],
  ['MISSING_CONTENT_ID', "Missing 'content_id' paramter"],
  ['INVALID_CONTENT_ID', 'Missing value for content ID'],
  ['INVALID_CONTENT_TYPE', 'Invalid content type'],
  ['INVALID_EVENT_PARAMETER_VALUE', 'Invalid value parameter'],
  ['MISSING_VALUE_PARAMETER', 'Missing "value" parameter'],
  ['INVALID_CURRENCY_CODE', 'Invalid currency code'],
  ['MISSING_CURRENCY_PARAMETER', 'Missing "currency" parameter'],
  ['DUPLICATE_PIXEL_CODE', 'Duplicate Pixel ID'],
  ['INVALID_PIXEL_CODE', 'Invalid pixel ID'],
  ['MISSING_PIXEL_CODE', 'Missing pixel ID'],
];

const codesOf = (warnings: string[]) => warnings.map(diagnosticIn);

test('a diagnostic is recognised by its title, and by the code in older evidence', () => {
  expect(diagnosticIn("[TikTok Pixel] - Missing 'content_id' paramter\nIssue: …")).toBe('MISSING_CONTENT_ID');
  expect(diagnosticIn('[TikTok Pixel] - MISSING_CONTENT_ID\nIssue: …')).toBe('MISSING_CONTENT_ID');
  expect(diagnosticIn('[TikTok Pixel] - Something new')).toBeUndefined();
  expect(diagnosticIn('Invalid pixel ID')).toBeUndefined();
});

test('every title is the one that was measured, and is read back', () => {
  expect(Object.entries(DIAGNOSTIC_TITLES)).toEqual(TITLES);
  for (const [code, title] of TITLES) expect(diagnosticIn(`[TikTok Pixel] - ${title}\nIssue: …`)).toBe(code);
});

test('is printed to the console, once for all pixels, and blocks nothing', async ({
  page,
  shop,
  wire,
  scripts,
  warnings,
}) => {
  const both = `ttq.load('${PIXEL}'); ttq.load('${OTHER}');`;
  const calls = `ttq.page({ value: 'x' }); ttq.track('Purchase', { currency: 'eur' });`;
  await openAtOnce(page, scripts, shop.write(baseCode(`${both} ${calls}`)));
  await wire.expectEvents('Purchase', 2);
  await wire.expectEvents('Pageview', 2);
  await expect
    .poll(() => codesOf(warnings))
    .toEqual(['MISSING_EMAIL_AND_PHONE', 'MISSING_CONTENT_ID', 'MISSING_VALUE_PARAMETER']);
  expect(warnings[0]).toMatch(
    /^\[TikTok Pixel\] - Missing email and phone number\nIssue: .+\nSuggestion: .+$/,
  );
});

const contacts: [fields: object, code: string | undefined][] = [
  [{ email: 'no mail' }, 'INVALID_EMAIL_FORMAT'],
  [{ email: 'undefined' }, 'INVALID_EMAIL_FORMAT'],
  [{ email: 'NA' }, 'INVALID_EMAIL_INFORMATION'],
  [{ email: '   ' }, 'INVALID_EMAIL_INFORMATION'],
  [
    { sha256_email: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    'INVALID_EMAIL_INFORMATION',
  ],
  [{ phone_number: '15550100199' }, 'INVALID_PHONE_NUMBER_FORMAT'],
  [{ phone_number: 'not set' }, 'INVALID_PHONE_NUMBER_INFORMATION'],
  [{ email: 'no', phone_number: '15550100199' }, 'INVALID_PHONE_NUMBER_FORMAT'],
  [{ email: 'a@b.com', phone_number: '+15550100199' }, undefined],
  [{ email: 'A'.repeat(64) }, undefined],
];

test(
  'an identify prints one diagnostic at most, and each event prints it again',
  REST,
  async ({ page, shop, wire, warnings }) => {
    await page.goto(shop.write(loaded(`ttq.track('Start');`)));
    await wire.expectEvent('Start');
    for (const [index, [fields, code]] of contacts.entries()) {
      const identify = `ttq.identify(${JSON.stringify(fields)});`;
      // Each has its own instance, so that they do not add up.
      shop.write(loaded(`${identify} ttq.track('I${index}');`), `/${index}`);
      warnings.length = 0;
      await page.goto(`http://www.shop.example/${index}`);
      await wire.expectEvent(`I${index}`);
      await page.evaluate(`console.warn('end')`);
      await expect.poll(() => warnings.at(-1)).toBe('end');
      expect(codesOf(warnings)[0], JSON.stringify(fields)).toBe(code);
      if (code) expect(codesOf(warnings).filter((each) => each === code).length).toBeGreaterThan(1);
    }
  },
);

test('diagnostics: false of one pixel silences the page', async ({ page, shop, wire, scripts, warnings }) => {
  const both = `ttq.load('${PIXEL}'); ttq.load('${OTHER}', { diagnostics: false });`;
  const calls = `ttq.identify({ email: 'no' }); ttq.track('Purchase');`;
  await openAtOnce(page, scripts, shop.write(baseCode(`${both} ${calls}`)));
  await wire.expectEvents('Purchase', 2);
  await page.evaluate(`console.warn('end')`);
  await expect.poll(() => warnings).toContain('end');
  expect(warnings).toEqual(['end']);
});
