import { buttonAt } from './activity.ts';
import type { Fields } from './values.ts';

const EMAIL = /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/;
const PHONE = /^\+?[\d\-.() ]{7,25}$/;
const PHONE_FIELD = /phone|mobile|contact|pn/i;
/** Words in names of fields that are not TikTok's business, and of buttons that submit nothing. */
const PRIVATE =
  /ssn|unique|card|cvv|cvc|cvn|billing|security|social|pass|zip|address|license|gender|health|age|nationality|party|sex|political/i;
const NO_SUBMIT = /cancel|back|return/i;

/** Automatic advanced matching: reads the page's form fields when a button is clicked. */
export function watchForms(found: (fields: Fields) => void): void {
  let last = '{}';
  const look = ({ target }: Event) => {
    const button = buttonAt(target);
    if (button === undefined || button.localName === 'a' || NO_SUBMIT.test(namesOf(button))) return;
    const fields = readFields();
    if (JSON.stringify(fields) === last) return;
    last = JSON.stringify(fields);
    found(fields);
  };
  addEventListener('click', look, { capture: true, passive: true });
}

function readFields(): Fields {
  const fields: Fields = {};
  for (const input of document.querySelectorAll('input')) {
    const value = input.value.trim();
    const names = namesOf(input);
    if (PRIVATE.test(names.replace(/e-?mail[_-]?address/gi, 'email'))) continue;
    if (EMAIL.test(value)) fields.auto_email ??= value;
    else if (PHONE.test(value) && (input.type === 'tel' || PHONE_FIELD.test(names)))
      fields.auto_phone_number ??= value;
  }
  return fields;
}

function namesOf(element: Element): string {
  return ['class', 'role', 'id', 'name'].map((name) => element.getAttribute(name) ?? '').join(' ');
}
