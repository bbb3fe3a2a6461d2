import type { Frame, Locator, Page } from '@playwright/test';
import type { Step } from '../../target/target.ts';
import { findRole, frameSelector } from './find.ts';
import { TERMS } from './words.ts';

/** What to type into a field, by its names; the first match counts. */
const TEXTS: readonly [RegExp, string][] = [
  [/e-?mail|e-?post(?!\w*nummer)/i, '{email}'],
  [
    /phone|mobil|\btel\b|telefon|t[ée]l[ée](phone|fono)|telefono|telefoon|m[óo]vil|cellulare|celular/i,
    '{phone}',
  ],
  [/company|organi[sz]ation|firma|empresa|azienda|bedrijf|soci[ée]t[ée]|entreprise/i, 'Test Company'],
  [
    /full.?name|vor- und nachname|nom complet|pr[ée]nom et nom|nombre (completo|y apellido)|nome (completo|e (cognome|sobrenome))|imi[ęe] i nazwisko/i,
    '{firstName} {lastName}',
  ],
  [
    /first.?name|given.?name|fname|vorname|pr[ée]nom|voornaam|nombre|^nome\b|imi[ęe](?!\w)|f[öo]rnamn|fornavn/i,
    '{firstName}',
  ],
  [
    /last.?name|family.?name|surname|lname|nachname|apellido|cognome|achternaam|sobrenome|nazwisko|e[ft]ter(namn|navn)|\bnom\b|^nom$/i,
    '{lastName}',
  ],
  [/card.?(number|num)|cc-?number|cardnumber/i, '4242424242424242'],
  [/cc-exp|expir|expdate|mm.?yy/i, '12/34'],
  [/cvc|cvv|csc|security.?code/i, '123'],
  [/\b(nif|dni)\b/i, '12345678Z'],
  [/\bcpf\b/i, '52998224725'],
  [/codice.?fiscale/i, 'RSSMRA80A01H501U'],
  [
    /zip|postal|post.?code|c[óo]digo postal|\bcp\b|plz|postleitzahl|\bcap\b|\bcep\b|pocztowy|postn(r|ummer)/i,
    '10115',
  ],
  [
    /city|town|locality|level2|ort\b|stadt|ville|ciudad|poblaci[óo]n|citt[àa]|plaats|cidade|miejscowo|miasto|\bby$|poststed/i,
    'Berlin',
  ],
  [/state|province|region|level1|bundesland|estado|wojew[óo]dztwo/i, 'Berlin'],
  [
    /address|street|stra(ß|ss)e|adress?e?|endere[çc]o|ulica|direcci[óo]n|indirizzo|\bvia\b|straat/i,
    '1 Test Street',
  ],
  [/house.?(number|no)|hausnummer|huisnummer|n[úu]mero|civico|numer domu/i, '1'],
  [/\bbairro\b/i, 'Centro'],
  [/name|namn|navn/i, '{firstName} {lastName}'],
];

/** Postal codes, for fields that say which ones they take. */
const POSTAL_CODES = [
  '10115',
  '1012 AB',
  '1012AB',
  '90210',
  'SW1A 1AA',
  '75001',
  'K1A 0B1',
  '1010',
  '150-0001',
  '00-001',
  '01310-100',
  '111 22',
];

const FIELDS =
  'input:not([type=hidden], [type=submit], [type=button], [type=image], [type=file], [type=search]), select, textarea';

/** What a form asks of a visitor. */
export interface Form {
  /** Steps that fill it in. */
  steps: Step[];
  /** The fields that are required, and whose purpose is not known. */
  unknown: string[];
}

/**
 * Steps that fill in a page's fields, those of a payment in a frame too, but not those of a login or a newsletter.
 *
 * @param kind `choices`: only what is chosen, such as a size or a colour
 */
export async function formSteps(page: Page, kind: 'all' | 'choices' = 'all'): Promise<Form> {
  const form = await ownSteps(page.mainFrame(), kind);
  form.steps.push(...(await widgetSteps(page, kind)));
  if (kind === 'all') form.steps.push(...(await framedSteps(page)));
  return form;
}

async function ownSteps(frame: Frame, kind: 'all' | 'choices'): Promise<Form> {
  const steps: Step[] = [];
  const unknown: string[] = [];
  const radios = new Set<string>();
  for (const field of await frame.locator(FIELDS).all()) {
    const shown = await shownBy(field);
    if (shown === undefined || !(await field.isEnabled())) continue;
    const names = await namesOf(field);
    const selector = await selectorOf(names, field, frame);
    if (selector === undefined || names.isBeside || NEWSLETTER.test(`${names.name} ${names.id}`)) continue;
    const check: Step = shown === 'itself' ? { check: selector } : { click: shown };
    if (names.type === 'checkbox') {
      const isOwed = names.required || TERMS.test(`${names.label} ${names.name}`);
      if (kind === 'all' && isOwed && !(await field.isChecked())) steps.push(check);
    } else if (names.type === 'radio') {
      const group = names.name ?? '';
      if (radios.has(group)) continue;
      radios.add(group);
      const chosen = frame.locator(`input[type=radio][name=${JSON.stringify(group)}]:checked`);
      if ((await chosen.count()) === 0) steps.push(check);
    } else if (names.tag === 'select') {
      const option = await optionOf(field);
      if (option !== undefined) steps.push({ select: selector, with: option });
    } else if (
      kind === 'all' &&
      ((await field.inputValue()) === '' || /@|^\+/.test(await field.inputValue()))
    ) {
      const text = textFor(names);
      const isSpare = !names.required && SPARE.test(`${names.name} ${names.label} ${names.placeholder}`);
      if (text !== undefined && !isSpare) steps.push({ fill: selector, with: text });
      else if (names.required) unknown.push(selector);
    }
  }
  return { steps, unknown };
}

/** What a checkout, or a payment, asks for in a frame of its own. */
async function framedSteps(page: Page): Promise<Step[]> {
  const steps: Step[] = [];
  for (const [within, frame] of await framesOf(page)) {
    const found = (await ownSteps(frame, 'all')).steps;
    // What else a frame has may be somebody else's, such as a CAPTCHA.
    const isCheckout = found.filter(isOfBuyer).length > 1;
    for (const step of found) {
      if ('fill' in step || (isCheckout && ('select' in step || 'check' in step || 'click' in step)))
        steps.push({ ...step, frame: within });
    }
  }
  return steps;
}

/** The visible frames of a page, by what finds them there. */
export async function framesOf(page: Page): Promise<[string, Frame][]> {
  const frames: [string, Frame][] = [];
  for (const frame of page.frames()) {
    if (frame.parentFrame() !== page.mainFrame()) continue;
    if (!(await frame.frameElement().then((element) => element.isVisible()))) continue;
    const within = await frameSelector(frame);
    if (within !== undefined) frames.push([within, frame]);
  }
  return frames;
}

/** Whether a visitor can enter something. */
export async function hasFields(frame: Frame): Promise<boolean> {
  return (await frame.locator(`:is(${FIELDS}) >> visible=true`).count()) > 0;
}

/** Whether a step enters the buyer's details. */
export function isOfBuyer(step: Step): boolean {
  return 'fill' in step && /\{(email|firstName|lastName)\}/.test(step.with);
}

const WIDGETS = '[role=checkbox]:not(input), [role=combobox]:not(input), [role=radiogroup]';
const UNCHOSEN =
  /^\W*(please |bitte )?(select|choose|pick|w[äa]hlen|choisi|elig|selecciona|scegli|seleziona|kies)/i;

/** Choices in elements that are controls by their role alone. */
async function widgetSteps(page: Page, kind: 'all' | 'choices'): Promise<Step[]> {
  const steps: Step[] = [];
  for (const widget of await page.locator(WIDGETS).all()) {
    if (!(await widget.isVisible())) continue;
    const role = await widget.getAttribute('role');
    const found = await findRole(widget);
    const isRequired =
      (await widget.getAttribute('aria-required')) === 'true' || /\*$/.test(found?.name ?? '');
    if (role === 'radiogroup') {
      const radios = widget.locator('[role=radio]');
      const first = (await radios.count()) > 0 ? await findRole(radios.first()) : undefined;
      if (first && (await widget.locator('[aria-checked=true]').count()) === 0)
        steps.push({ click: first.selector });
    } else if (found && role === 'combobox') {
      if (isRequired || UNCHOSEN.test(await widget.innerText()))
        steps.push({ click: found.selector }, { click: 'role=option >> nth=0' });
    } else if (found && kind === 'all' && (isRequired || TERMS.test(found.name)))
      if ((await widget.getAttribute('aria-checked')) !== 'true') steps.push({ click: found.selector });
  }
  return steps;
}

/**
 * What a visitor sees of a field: `itself`, or the selector of the label that stands for a box that is hidden; undefined where it is
 * not seen at all.
 */
async function shownBy(field: Locator): Promise<string | undefined> {
  if (!/^(radio|checkbox)$/.test((await field.getAttribute('type')) ?? ''))
    return (await field.isVisible()) ? 'itself' : undefined;
  const box = await field.boundingBox();
  if (box && Math.min(box.width, box.height) > 2 && box.x + box.width > 0) return 'itself';
  const id = await field.getAttribute('id');
  const [name, value] = [await field.getAttribute('name'), await field.getAttribute('value')];
  const label = id
    ? `label[for=${JSON.stringify(id)}]`
    : `label:has(input[name=${JSON.stringify(name ?? '')}]${value === null ? '' : `[value=${JSON.stringify(value)}]`})`;
  const isSeen = await field.page().locator(label).first().isVisible();
  return isSeen ? label : undefined;
}

interface Names {
  tag: string;
  /** Whether it belongs to a form beside the purchase: a login, a newsletter. */
  isBeside: boolean;
  type: string;
  id: string | null;
  name: string | null;
  label: string;
  placeholder: string | null;
  autocomplete: string | null;
  required: boolean;
  pattern: string | null;
}

async function namesOf(field: Locator): Promise<Names> {
  const [type, id, name, placeholder, autocomplete, required, ariaRequired, snapshot, pattern, shape] =
    await Promise.all([
      field.getAttribute('type'),
      field.getAttribute('id'),
      field.getAttribute('name'),
      field.getAttribute('placeholder'),
      field.getAttribute('autocomplete'),
      field.getAttribute('required'),
      field.getAttribute('aria-required'),
      field.ariaSnapshot(),
      field.getAttribute('pattern'),
      shapeOf(field),
    ]);
  const [, label = ''] = /^- '?\w+ "((?:[^"\\]|\\.)*)"/.exec(snapshot) ?? [];
  return {
    ...shape,
    pattern,
    type: type ?? 'text',
    id,
    name,
    label,
    placeholder,
    autocomplete,
    required: required !== null || ariaRequired === 'true' || /\*\s*$/.test(label),
  };
}

/** The part of a form's element that is used. */
interface FormElement {
  tagName: string;
  form?: { elements: ArrayLike<{ type: string }>; textContent: string } | null;
}

const NEWSLETTER = /newsletter|subscri|sign ?(me )?up|abonn|suscr|iscriv|inschrij|(^|\W)nl[_-]/i;

async function shapeOf(field: Locator): Promise<Pick<Names, 'tag' | 'isBeside'>> {
  const { tag, types, text } = await field.evaluate(({ tagName, form }: FormElement) => ({
    tag: tagName.toLowerCase(),
    types: Array.from(form?.elements ?? [], ({ type }) => type),
    text: form?.textContent ?? '',
  }));
  const texts = types.filter((type) => /^(text|email|tel|password)$/.test(type)).length;
  const isLogin = types.includes('password') && texts <= 3;
  return { tag, isBeside: isLogin || (texts === 1 && NEWSLETTER.test(text)) };
}

/** The first of its selectors that finds this field and not another one before it. */
async function selectorOf(names: Names, field: Locator, frame: Frame): Promise<string | undefined> {
  const element = await field.elementHandle();
  for (const selector of selectorsOf(names, await field.getAttribute('value'))) {
    // What is not there is not waited for.
    const first = await frame.locator(selector).elementHandles();
    if (await first[0]?.evaluate((one, other) => one === other, element)) return selector;
  }
  return undefined;
}

/** An id that was made up by a framework changes from page to page. */
function* selectorsOf(
  { tag, type, id, name, label, placeholder }: Names,
  value: string | null,
): Iterable<string> {
  if (name) {
    const named = `${tag}[name=${JSON.stringify(name)}]`;
    yield named;
    if (type === 'radio' && value !== null) yield `${named}[value=${JSON.stringify(value)}]`;
  }
  if (id && /^[a-z][\w-]*$/i.test(id) && !/\d{3}|^(radix|headlessui|react)/.test(id)) yield `#${id}`;
  if (placeholder?.trim()) yield `${tag}[placeholder=${JSON.stringify(placeholder)}]`;
  // As a part of the label, which may end in a star; if several match, the one with exactly this label.
  if (label) yield* [`internal:label=${JSON.stringify(label)}i`, `internal:label=${JSON.stringify(label)}s`];
  if (name) yield `form:has(button) ${tag}[name=${JSON.stringify(name)}]`;
}

/** What is typed into a field; of several postal codes, one that the field takes. */
function textFor(names: Names): string | undefined {
  const text = meantFor(names);
  const { pattern } = names;
  if (text !== POSTAL_CODES[0] || pattern === null) return text;
  const source = `^(?:${pattern})$`;
  return POSTAL_CODES.find((code) => isMatch(source, code)) ?? text;
}

/** A site may have written an invalid regular expression; a browser then accepts anything. */
function isMatch(source: string, text: string): boolean {
  try {
    return new RegExp(source, 'v').test(text);
  } catch {
    return true;
  }
}

function meantFor({ type, id, name, label, placeholder, autocomplete }: Names): string | undefined {
  if (type === 'email') return '{email}';
  if (type === 'date') return BIRTH.test(`${label} ${name} ${id}`) ? '1990-01-15' : '2030-01-15';
  if (type === 'tel' && !/c(c|ard)|cv[cv]|exp/i.test(`${name} ${autocomplete}`)) return '{phone}';
  // Its autocomplete attribute comes before its name.
  for (const said of [autocomplete, label, name, id, placeholder])
    for (const [pattern, text] of TEXTS)
      if (said && said !== 'on' && said !== 'off' && pattern.test(said)) return text;
  return type === 'number' ? '1' : undefined;
}

/** A second line of an address. */
const SPARE = /(address|line)[ _.-]?2|apartment|\bsuite\b|adresszusatz/i;
const BIRTH = /birth|geburt|naissance|nacimiento|nascita|geboorte|\bdob\b/i;

/** The first meaningful option, if none is chosen yet. */
async function optionOf(field: Locator): Promise<string | undefined> {
  if ((await field.inputValue()) !== '') return undefined;
  for (const option of await field.locator('option').all()) {
    const value = await option.getAttribute('value');
    const text = value ?? (await option.textContent()) ?? '';
    if (text.trim() !== '' && (await option.getAttribute('disabled')) === null) return text.trim();
  }
  return undefined;
}
