import { OTHER, PIXEL, type Probe } from '../probe.ts';

const HASH = 'B94D27B9934D3E08A52E52D7DA7DABFAC484EFE37A5380EE9088F7ACE2EFCDE9';

/** An identity that is known before the only event. */
const row = (name: string, about: string, fields: string): Probe => ({
  name: `identify/${name}`,
  about,
  calls: `ttq.identify(${fields}); ttq.track('Known');`,
  steps: [{ waitFor: 'Known' }],
});

/** What the SDK does with the visitor's data. */
export const IDENTIFY: Probe[] = [
  row(
    'email',
    'An e-mail address is trimmed, put into lower case and hashed.',
    `{ email: ' Jo@Shop.Example ' }`,
  ),
  row('email-hashed', 'A hash stays unchanged.', `{ email: '${HASH}' }`),
  row('email-hashed-lower', 'So does one in lower case.', `{ email: '${HASH.toLowerCase()}' }`),
  row('email-invalid', 'Anything that is not an address is hashed, too.', `{ email: 'not an address' }`),
  row('email-placeholder', 'So is a placeholder.', `{ email: 'undefined' }`),
  row('phone', 'A phone number is hashed in E.164.', `{ phone_number: '+1 (213) 373-4253' }`),
  row(
    'phone-china',
    'For a Chinese number, the national part is hashed.',
    `{ phone_number: '+86 139 1234 5678' }`,
  ),
  row('phone-no-plus', 'Without a plus, only the digits are hashed.', `{ phone_number: '(213) 373-4253' }`),
  row('phone-hashed', 'A hash stays as it is.', `{ phone_number: '${HASH}' }`),
  row('phone-placeholder', 'A placeholder is hashed.', `{ phone_number: 'null' }`),
  row('external-id', 'The external id is sent unhashed.', `{ external_id: ' cust_ABC ' }`),
  row(
    'sha256-keys',
    'The sha256_ keys are the same fields.',
    `{ sha256_email: '${HASH}', sha256_phone_number: '${HASH}' }`,
  ),
  row(
    'names',
    'Names and zip code are hashed; city, state and country are not.',
    `{ first_name: ' Jo ', last_name: 'Doe', city: 'Berlin', state: 'BE', country: 'DE', zip_code: '10115' }`,
  ),
  row(
    'falsy',
    'Falsy and unknown values are dropped.',
    `{ email: '', phone_number: null, external_id: 0, nickname: 'x' }`,
  ),
  row('email-base64', 'A hash in Base64 is hashed as it is.', `{ email: btoa('${HASH}') }`),
  row('phone-extension', 'An extension is left out.', `{ phone_number: '+12133734253 ext 5' }`),
  row('empty', 'An empty identify has no effect.', '{}'),
  row('scalar', 'A text counts as the external id.', `'cust_1'`),
  row('list', 'A list has no effect.', `['a']`),
  {
    name: 'identify/merge',
    about: 'Later calls add to earlier ones.',
    steps: [
      { until: 'ttq.initialize' },
      {
        run: `ttq.identify({ external_id: 'a', city: 'Berlin' }); ttq.identify({ external_id: 'b' }); ttq.track('Known')`,
      },
      { waitFor: 'Known' },
    ],
  },
  {
    name: 'identify/blank',
    about: 'Blanks replace what was known; an empty text does not.',
    steps: [
      { until: 'ttq.initialize' },
      { run: `ttq.identify({ email: 'jo@shop.example', phone_number: '+12133734253' }); ttq.track('Known')` },
      { waitFor: 'Known' },
      { run: `ttq.identify({ email: '' }); ttq.track('Kept')` },
      { waitFor: 'Kept' },
      { run: `ttq.identify({ email: '   ', phone_number: '   ' }); ttq.track('Blank')` },
      { waitFor: 'Blank' },
    ],
  },
  {
    name: 'identify/one-tick',
    about: 'If several are made in one tick, all events after the first carry the last one.',
    steps: [
      { until: 'ttq.initialize' },
      {
        run: `for (const id of ['one', 'two']) { ttq.identify({ external_id: id }); ttq.track('After_' + id) }`,
      },
      { waitFor: 'After_two' },
    ],
  },
  {
    name: 'identify/instance',
    about: 'What an instance identifies is known to its pixel only.',
    load: `ttq.load('${PIXEL}'); ttq.load('${OTHER}');`,
    steps: [
      { until: 'ttq.initialize && ttq.instances().length === 2' },
      { run: `void ttq.instance('${PIXEL}').identify({ external_id: 'own' }); ttq.track('Known')` },
      { waitFor: 'Known', count: 2 },
      { run: `ttq.identify({ external_id: 'common' }); ttq.track('Common')` },
      { waitFor: 'Common', count: 2 },
    ],
  },
];
