import type { Locator, Page } from '@playwright/test';
import type { Step } from '../../target/target.ts';

/** What is typed into a field, by its names; the first that fits. */
const TEXTS: readonly [RegExp, string][] = [
  [/e-?mail/i, '{email}'],
  [/phone|mobile|\btel\b|telefon|tel[ée]fono/i, '{phone}'],
  [/first.?name|given.?name|fname|vorname|pr[ée]nom|nombre/i, '{firstName}'],
  [/last.?name|family.?name|surname|lname|nachname|apellido|cognome|achternaam/i, '{lastName}'],
  [/card.?(number|num)|cc-?number|cardnumber/i, '4242424242424242'],
  [/cc-exp|expir|expdate|mm.?yy/i, '12/34'],
  [/cvc|cvv|csc|security.?code/i, '123'],
  [/zip|postal|postcode|plz|postleitzahl|\bcap\b/i, '10115'],
  [/city|town|locality|level2|ort\b|stadt|ville|ciudad|citt[àa]|plaats/i, 'Berlin'],
  [/state|province|region|level1|bundesland/i, 'Berlin'],
  [/house.?(number|no)|hausnummer/i, '1'],
  [/company|organi[sz]ation|firma/i, 'Test Company'],
  [/address|street|stra(ß|ss)e|adresse|direcci[óo]n|indirizzo|straat/i, '1 Test Street'],
  [/name/i, '{firstName} {lastName}'],
];

const FIELDS =
  'input:not([type=hidden], [type=submit], [type=button], [type=image], [type=file], [type=search]), select, textarea';

/** Steps that fill in a page's fields, and the names of the fields whose purpose is not known. */
export async function formSteps(page: Page): Promise<{ steps: Step[]; unknown: string[] }> {
  const steps: Step[] = [];
  const unknown: string[] = [];
  const radios = new Set<string>();
  for (const field of await page.locator(FIELDS).all()) {
    if (!(await field.isVisible()) || !(await field.isEnabled())) continue;
    const names = await namesOf(field);
    const selector = selectorOf(names, await tagOf(field));
    if (selector === undefined) continue;
    if (names.type === 'checkbox') {
      if (names.required && !(await field.isChecked())) steps.push({ check: selector });
    } else if (names.type === 'radio') {
      if (!names.required || radios.has(names.name ?? '')) continue;
      radios.add(names.name ?? '');
      steps.push({ check: selector });
    } else if (names.isSelect) {
      const option = await optionOf(field);
      if (option !== undefined) steps.push({ select: selector, with: option });
    } else if ((await field.inputValue()) === '' || /@|^\+/.test(await field.inputValue())) {
      const text = textFor(names);
      if (text !== undefined) steps.push({ fill: selector, with: text });
      else if (names.required) unknown.push(selector);
    }
  }
  return { steps, unknown };
}

interface Names {
  type: string;
  id: string | null;
  name: string | null;
  label: string;
  placeholder: string | null;
  autocomplete: string | null;
  required: boolean;
  isSelect: boolean;
}

async function namesOf(field: Locator): Promise<Names> {
  const [type, id, name, placeholder, autocomplete, required, snapshot] = await Promise.all([
    field.getAttribute('type'),
    field.getAttribute('id'),
    field.getAttribute('name'),
    field.getAttribute('placeholder'),
    field.getAttribute('autocomplete'),
    field.getAttribute('required'),
    field.ariaSnapshot(),
  ]);
  const [, label = ''] = /^- '?\w+ "((?:[^"\\]|\\.)*)"/.exec(snapshot) ?? [];
  const isSelect = (await tagOf(field)) === 'select';
  return {
    type: type ?? 'text',
    id,
    name,
    label,
    placeholder,
    autocomplete,
    required: required !== null || /\*\s*$/.test(label),
    isSelect,
  };
}

async function tagOf(field: Locator): Promise<string> {
  return field.evaluate(({ tagName }: { tagName: string }) => tagName.toLowerCase());
}

/** An id that was made up by a framework changes from page to page. */
function selectorOf({ id, name, label, placeholder }: Names, tag: string): string | undefined {
  if (name) return `${tag}[name=${JSON.stringify(name)}]`;
  if (id && /^[a-z][\w-]*$/i.test(id) && !/\d{3}|^(radix|headlessui|react)/.test(id)) return `#${id}`;
  if (placeholder) return `${tag}[placeholder=${JSON.stringify(placeholder)}]`;
  return label ? `internal:label=${JSON.stringify(label)}i` : undefined;
}

function textFor({ type, id, name, label, placeholder, autocomplete }: Names): string | undefined {
  if (type === 'email') return '{email}';
  if (type === 'tel' && !/c(c|ard)|cv[cv]|exp/i.test(`${name} ${autocomplete}`)) return '{phone}';
  // Its own statement comes before its name.
  for (const said of [autocomplete, label, name, id, placeholder])
    for (const [pattern, text] of TEXTS)
      if (said && said !== 'on' && said !== 'off' && pattern.test(said)) return text;
  return type === 'number' ? '1' : undefined;
}

/** The first option with a meaning, if none is chosen yet. */
async function optionOf(field: Locator): Promise<string | undefined> {
  if ((await field.inputValue()) !== '') return undefined;
  for (const option of await field.locator('option').all()) {
    const value = await option.getAttribute('value');
    const text = value ?? (await option.textContent()) ?? '';
    if (text.trim() !== '' && (await option.getAttribute('disabled')) === null) return text.trim();
  }
  return undefined;
}
