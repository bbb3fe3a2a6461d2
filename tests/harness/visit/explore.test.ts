import { expect, type Page } from '@playwright/test';
import { Session } from '../../../src/recorder/session.ts';
import {
  findInMarkup,
  findNamed,
  findOption,
  findOptionsBefore,
  findProduct,
  findSize,
} from '../../../src/visit/explore/find.ts';
import { formSteps } from '../../../src/visit/explore/form.ts';
import { ADD_IN_MARKUP, ADD_TO_CART } from '../../../src/visit/explore/words.ts';
import { oneOfMany } from '../rest.ts';
import { test as base, type Lasting } from '../test.ts';

/** What is found on pages of many kinds of shops. */

const SESSION: Lasting<Session> = { open: () => Session.open(), close: (session) => session.close() };

const test = base.extend<{ open: (html: string) => Promise<Page> }>({
  open: async ({ shared }, use) => {
    const context = await (await (await shared.get(SESSION)).browser()).newContext();
    const page = await context.newPage();
    await use(async (html) => {
      await page.route('**', (route) =>
        route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }),
      );
      await page.goto('http://www.shop.example/');
      return page;
    });
    await context.close();
  },
});

const OFF = 'style="position:absolute;clip:rect(0 0 0 0);width:1px;height:1px"';

const FORMS: Record<string, { html: string; steps: object[]; unknown?: string[] }> = {
  'names, labels and placeholders': {
    html: `<label>Straße und Hausnummer* <input name="s" required></label><label>Población <input name="p"></label>
      <input placeholder="Postal code"><label for="q7">Nom</label><input id="q7"><label>NIF * <input name="n"></label>`,
    steps: [
      { fill: 'input[name="s"]', with: '1 Test Street' },
      { fill: 'input[name="p"]', with: 'Berlin' },
      { fill: 'input[placeholder="Postal code"]', with: '10115' },
      { fill: '#q7', with: '{lastName}' },
      { fill: 'input[name="n"]', with: '12345678Z' },
    ],
  },
  'a label that is a part of another one': {
    html: '<label>E-mail address<input></label><label>Address<input></label>',
    steps: [
      { fill: 'internal:label="E-mail address"i', with: '{email}' },
      { fill: 'internal:label="Address"s', with: '1 Test Street' },
    ],
  },
  'names in other languages': {
    html: `<label>Imię<input name="a"></label><label>Nazwisko<input name="b"></label><label>Kod pocztowy<input name="c" pattern="[0-9]{2}-[0-9]{3}"></label>
      <label>E-postadress<input name="d"></label><label>Nome completo<input name="e"></label><label>CPF<input name="f"></label><label>Postnr.<input name="g"></label>`,
    steps: [
      { fill: 'input[name="a"]', with: '{firstName}' },
      { fill: 'input[name="b"]', with: '{lastName}' },
      { fill: 'input[name="c"]', with: '00-001' },
      { fill: 'input[name="d"]', with: '{email}' },
      { fill: 'input[name="e"]', with: '{firstName} {lastName}' },
      { fill: 'input[name="f"]', with: '52998224725' },
      { fill: 'input[name="g"]', with: '10115' },
    ],
  },
  'a whole checkout in a frame': {
    html: `<iframe id="co" srcdoc="<input type='email' name='m'><input name='name'><select name='c'><option value=''>-</option><option>DE</option></select>"></iframe>`,
    steps: [
      { fill: 'input[name="m"]', with: '{email}', frame: 'iframe[id="co"]' },
      { fill: 'input[name="name"]', with: '{firstName} {lastName}', frame: 'iframe[id="co"]' },
      { select: 'select[name="c"]', with: 'DE', frame: 'iframe[id="co"]' },
    ],
  },
  'a postal code of a certain form': {
    html: '<input name="postcode" pattern="[0-9]{4} ?[A-Z]{2}"><input name="zip" pattern="[">',
    steps: [
      { fill: 'input[name="postcode"]', with: '1012 AB' },
      { fill: 'input[name="zip"]', with: '10115' },
    ],
  },
  'dates, and what is required and not known': {
    html: '<label>Delivery<input type="date" name="d"></label><label>Date of birth<input type="date" name="b"></label><input name="zz" aria-required="true">',
    steps: [
      { fill: 'input[name="d"]', with: '2030-01-15' },
      { fill: 'input[name="b"]', with: '1990-01-15' },
    ],
    unknown: ['input[name="zz"]'],
  },
  'a second line of the address is left alone, unless it is required': {
    html: '<input name="address1"><input name="address2">',
    steps: [{ fill: 'input[name="address1"]', with: '1 Test Street' }],
  },
  'one of several choices, none of which is chosen': {
    html: `<label><input type="radio" name="a" value="1">A</label><label><input type="radio" name="a" value="2">B</label>
      <label><input type="radio" name="b" value="1">A</label><label><input type="radio" name="b" checked>B</label>`,
    steps: [{ check: 'input[name="a"]' }],
  },
  'a box that its label stands for': {
    html: `<input ${OFF} type="radio" name="size" id="s1" value="S"><label for="s1">S</label>`,
    steps: [{ click: 'label[for="s1"]' }],
  },
  'terms, whether or not they are required; no newsletter': {
    html: '<label><input type="checkbox" name="t"> I agree to the terms</label><label><input type="checkbox" name="n"> Send me news</label>',
    steps: [{ check: 'input[name="t"]' }],
  },
  'no login, and no newsletter': {
    html: `<form><input name="mail" type="email"><input name="pw" type="password"><button>Log in</button></form>
      <form>Newsletter <input name="email" type="email"><button>Go</button></form><input name="nl_email" type="email">
      <form><input name="email" type="email" id="buyer"><button>Next</button></form>`,
    steps: [{ fill: '#buyer', with: '{email}' }],
  },
  'elements that only say what they are': {
    html: `<button role="combobox" aria-label="Country *">Select…</button><button role="combobox" aria-label="Sort by">Name</button>
      <div role="checkbox" aria-checked="false" aria-label="I accept the terms">x</div>
      <div role="radiogroup"><div role="radio" aria-checked="false" aria-label="Express">E</div></div>`,
    steps: [
      { click: 'role=combobox[name="Country *"]' },
      { click: 'role=option >> nth=0' },
      { click: 'role=checkbox[name="I accept the terms"]' },
      { click: 'role=radio[name="Express"]' },
    ],
  },
  'a payment in a frame': {
    html: `<iframe title="Secure payment" name="frame1234" srcdoc="<input name='cardnumber'><input type='checkbox' required>"></iframe>`,
    steps: [
      { fill: 'input[name="cardnumber"]', with: '4242424242424242', frame: 'iframe[title="Secure payment"]' },
    ],
  },
};

for (const [index, [what, { html, steps, unknown = [] }]] of Object.entries(FORMS).entries())
  test(`a form: ${what}`, oneOfMany(index), async ({ open }) => {
    expect(await formSteps(await open(html))).toEqual({ steps, unknown });
  });

const MENU =
  '<header><a href="/wine/red"><img src="data:,"></a></header><nav><ul><li><a href="/x">X</a></li></ul></nav>';

const PRODUCTS: Record<string, { html: string; selector: string | undefined }> = {
  'by its path': {
    html: '<a href="/about">A</a><a href="/products/1">P</a>',
    selector: 'a[href="/products/1"]',
  },
  'by the route in its hash': { html: '<a href="#/item/1">P</a>', selector: 'a[href="#/item/1"]' },
  'by its picture': {
    html: '<div><a href="/wine/red"><img width="9" height="9"></a></div>',
    selector: 'a[href="/wine/red"]',
  },
  'beside its picture': {
    html: '<main><div><h6><a href="/menu/1a">P</a></h6><img></div></main>',
    selector: 'a[href="/menu/1a"]',
  },
  'in a table': {
    html: '<table><tr><td><a href="/book.go?id=1">P</a></td></tr></table>',
    selector: 'a[href="/book.go?id=1"]',
  },
  'by its number': {
    html: '<p><a href="/jackets/rain-1001.html">P</a></p>',
    selector: 'a[href="/jackets/rain-1001.html"]',
  },
  'by its name, where its picture has no size': {
    html: '<article><a href="/detail/1"><img></a><a href="/detail/1">P</a></article>',
    selector: 'a[href="/detail/1"] >> visible=true',
  },
  'by its role': {
    html: '<div role="link" aria-label="Mug"><img width="9" height="9"></div>',
    selector: 'role=link[name="Mug"]',
  },
  'not of a menu, a list or a policy': {
    html: '<ul><li><a href="/kategorie/a">K</a></li><li><a href="/privacy.html">P</a></li></ul>',
    selector: undefined,
  },
};

for (const [index, [what, { html, selector }]] of Object.entries(PRODUCTS).entries())
  test(`a product is found ${what}`, oneOfMany(index), async ({ open }) => {
    expect(await findProduct(await open(MENU + html))).toBe(selector);
  });

test('a size is chosen by a button of a group, or one named so, but not by a quantity button', async ({
  open,
}) => {
  const group = (...names: string[]) => names.map((name) => `<button>${name}</button>`).join('');
  const page = await open(`<div role="group">${group('-', '+')}</div>${group('Menu', '42', 'Add to cart')}`);
  expect(await findOption(page)).toBe('role=button[name="42"]');
  expect(await findNamed(page, ['button'], [ADD_TO_CART])).toBe('role=button[name="Add to cart"]');
  await page.setContent(`<fieldset>${group('Oak', 'Pine')}</fieldset>`);
  expect(await findOption(page)).toBe('role=button[name="Oak"]');
});

const BUTTONS: Record<string, { html: string; found: string | undefined }> = {
  'what has no role is clicked by its text': {
    html: '<div class="cc-btn" onclick="">Got it!</div>',
    found: 'div:text-is("Got it!")',
  },
  'what is not a button, or is hidden, is not': {
    html: '<p>Got it!</p><a hidden>Got it!</a><div class="btn">Got it!<button hidden>x</button></div>',
    found: undefined,
  },
};

for (const [index, [what, { html, found }]] of Object.entries(BUTTONS).entries())
  test(`a button: ${what}`, oneOfMany(index), async ({ open }) => {
    expect(await findNamed(await open(html), ['button'], [/^got it/i])).toBe(found);
  });

test('a button whose label is not known is found by its markup, or by that of its form', async ({ open }) => {
  const page = await open('<form action="/search"><button>A</button></form><button id="x">B</button>');
  expect(await findInMarkup(page, ADD_IN_MARKUP)).toBeUndefined();
  await page.setContent('<button>A</button><button class="single_add_to_cart_button">B</button>');
  expect(await findInMarkup(page, ADD_IN_MARKUP)).toBe('role=button[name="B"]');
  await page.setContent('<form action="/cart/add"><button>C</button></form>');
  expect(await findInMarkup(page, ADD_IN_MARKUP)).toBe('role=button[name="C"]');
});

test('plain buttons in front of the one that waits for a choice may be the choices', async ({ open }) => {
  const page = await open(
    `<header><button>Menu</button></header><button>+</button><button>rood</button><button hidden>groen</button><button>blauw</button>
    <button disabled>In winkelwagen</button><button>Delen</button>`,
  );
  expect(await findOptionsBefore(page.getByText('In winkelwagen'))).toEqual([
    'role=button[name="rood"]',
    'role=button[name="blauw"]',
  ]);
});

test('a size is chosen where several are offered and none is chosen yet', async ({ open }) => {
  const page = await open('<button>P</button><button>M</button><button>Add to cart</button>');
  expect(await findSize(page)).toBe('role=button[name="P"]');
  await page.setContent('<button>S</button><button aria-pressed="true">M</button>');
  expect(await findSize(page)).toBeUndefined();
  await page.setContent('<button>M</button><button>Menu</button>');
  expect(await findSize(page)).toBeUndefined();
});
