import { createHash } from 'node:crypto';
import { REST } from '../rest.ts';
import { baseCode, expect, loaded, mounted, OTHER, PIXEL, test } from './support.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const HASH = 'A'.repeat(64);
const MAIL = sha256('ann@shop.example');

/** Each is a separate identify, on a page that knows nobody yet. */
const identities: [fields: Record<string, unknown>, wire: Record<string, string>][] = [
  [{ email: '  Ann@Shop.Example ' }, { email: MAIL }],
  [
    { email: HASH, phone_number: HASH },
    { email: HASH, phone_number: HASH },
  ],
  [{ email: 'undefined' }, { email: sha256('undefined') }],
  [{ email: 'null' }, { email: sha256('null') }],
  [{ email: 'No Mail' }, { email: sha256('no mail') }],
  [
    { sha256_email: HASH, sha256_phone_number: HASH },
    { email: HASH, phone_number: HASH },
  ],
  [{ email: 'other@shop.example', sha256_email: 'Ann@Shop.Example' }, { email: MAIL }],
  [{ sha256_email: 'No Mail' }, { email: sha256('No Mail') }],
  // Not decoded.
  [{ email: btoa(MAIL) }, { email: sha256(btoa(MAIL).toLowerCase()) }],
  [{ email: '   ' }, { email: '' }],
  [{ phone_number: '+15550100199 ext 5' }, { phone_number: sha256('+15550100199') }],
  [{ phone_number: ' +1 (555) 010-0199' }, { phone_number: sha256('+15550100199') }],
  [{ phone_number: '+44 (0)20 7946 0958' }, { phone_number: sha256('+442079460958') }],
  [{ phone_number: '1 (555) 010-0199' }, { phone_number: sha256('15550100199') }],
  [{ phone_number: '+999 123 4567' }, { phone_number: sha256('9991234567') }],
  [{ phone_number: 'none' }, { phone_number: sha256('none') }],
  [{ phone_number: '+86 138 0013 8000' }, { phone_number: sha256('13800138000') }],
  [{ external_id: ' cust_ABC ' }, { external_id: 'cust_ABC' }],
  [
    { city: 'Oslo', state: 'OS', country: 'NO', first_name: ' Ann', last_name: 'Lee', zip_code: '0150' },
    {
      city: 'Oslo',
      state: 'OS',
      country: 'NO',
      first_name: sha256('Ann'),
      last_name: sha256('Lee'),
      zip_code: sha256('0150'),
    },
  ],
  [
    { zip_code: '94105-1234', country: 'us', city: 'x'.repeat(81) },
    { zip_code: sha256('94105'), country: 'us', city: 'x'.repeat(80) },
  ],
  [{ email: '', phone_number: null, external_id: 0, city: '  ', unknown: 'x' }, {}],
];

test('what is sent for what was passed in', async ({ page, shop, wire }) => {
  for (const [index, [fields]] of identities.entries()) {
    shop.write(loaded(`ttq.identify(${JSON.stringify(fields)}); ttq.track('I${index}');`), `/${index}`);
  }
  const frames = identities.map((_, index) => `<iframe src="/${index}"></iframe>`);
  await page.goto(shop.write('', '/', frames.join('')));
  for (const [index, [fields, expected]] of identities.entries()) {
    const { anonymous_id: _id, ...user } = (await wire.expectEvent(`I${index}`)).context.user;
    expect(user, JSON.stringify(fields)).toEqual(expected);
  }
});

test('identities merge, and end with the page', REST, async ({ page, shop, wire }) => {
  const url = shop.write(loaded(`ttq.track('First')`));
  await page.goto(url);
  await mounted(page);
  await page.evaluate(`
      var mine = { city: 'Rome', external_id: '' };
      ttq.identify('u');
      ttq.identify({ city: 'Oslo', email: 'ann@shop.example' });
      ttq.identify(mine, { state: 'RM' });
      ttq.identify(['no']);
      ttq.identify(null);
      ttq.track('Merged');
    `);
  const { context, _inspection, signal_diagnostic_labels: labels } = await wire.expectEvent('Merged');
  expect(context.user).toMatchObject({ external_id: 'u', city: 'Rome', state: 'RM', email: MAIL });
  expect(_inspection.identity_params).toEqual({
    email_is_hashed: ['plain_email', 'plain_mdn_email'],
    sha256_email: ['empty_value'],
    phone_is_hashed: ['empty_value'],
    sha256_phone: ['empty_value'],
    zip_code: ['empty_value'],
  });
  expect([labels.raw_email, labels.hashed_email]).toEqual([{ label: 'valid' }, { label: 'missing' }]);
  expect(await page.evaluate('mine')).toEqual({ city: 'Rome', external_id: '', state: 'RM' });
  await page.reload();
  const [, second] = await wire.expectEvents('First', 2);
  expect(Object.keys(second.context.user)).toEqual(['anonymous_id']);
  expect(second._inspection).not.toHaveProperty('identity_params');
});

test(
  "an identity passed to one pixel's instance stays with that pixel",
  REST,
  async ({ page, shop, wire }) => {
    await page.goto(shop.write(baseCode(`ttq.load('${PIXEL}'); ttq.load('${OTHER}'); ttq.track('Start');`)));
    await wire.expectEvents('Start', 2);
    const known = async (event: string) => {
      const events = await wire.expectEvents(event, 2);
      const of = (pixel: string) =>
        events.find(({ context }) => context.pixel.code === pixel)?.context.user.city;
      return [of(PIXEL), of(OTHER)];
    };
    await page.evaluate(`ttq.instance('${OTHER}').identify({ city: 'Oslo' }); ttq.track('A')`);
    expect(await known('A')).toEqual([undefined, 'Oslo']);
    await page.evaluate(`ttq.identify({ city: 'Rome' }); ttq.track('B')`);
    expect(await known('B')).toEqual(['Rome', 'Rome']);
  },
);

test.describe('automatic advanced matching', () => {
  test.use({ sdk: { automaticMatching: true } });
  const form = `<form onsubmit="return false">
    <input name="billing" value="private@shop.example"><input name="mail" value=" Ann@Shop.Example ">
    <input type="tel" value="+1 (555) 010-0199"><i id="text">text</i>
    <button id="cancel" class="cancel-button">no</button><button id="go"><b>go</b></button></form>`;

  test('reads the form when a button is clicked', async ({ page, shop, wire }) => {
    await page.goto(shop.write(loaded(`ttq.track('Start');`), '/', form));
    await wire.expectEvent('Start');
    for (const id of ['text', 'cancel']) await page.click(`#${id}`);
    await page.evaluate(`ttq.track('Before')`);
    expect(Object.keys((await wire.expectEvent('Before')).context.user)).toEqual(['anonymous_id']);
    for (let clicks = 0; clicks < 2; clicks += 1) await page.click('#go b');
    await page.evaluate(`ttq.track('After')`);
    expect((await wire.expectEvent('After')).context.user).toMatchObject({
      auto_email: MAIL,
      auto_phone_number: sha256('+15550100199'),
    });
    await wire.expectEvents('EnrichAM', 1);
  });
});

test('without the switch no form is read', async ({ page, shop, wire }) => {
  const form = '<input value="a@shop.example"><button>go</button>';
  await page.goto(shop.write(loaded(`ttq.track('Start');`), '/', form));
  await wire.expectEvent('Start');
  await page.click('button');
  await page.evaluate(`ttq.track('After')`);
  expect(Object.keys((await wire.expectEvent('After')).context.user)).toEqual(['anonymous_id']);
});
