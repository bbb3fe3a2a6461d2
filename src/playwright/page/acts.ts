import type { ActMessage } from '../act-message.ts';

/**
 * Reports what the visitor does on a page, whoever drives it: clicks, keys and typed text, and how the document itself was
 * reached. It is added as an init script before the tap, and reports through the tap's bindings, which the tap removes.
 */
declare global {
  interface Window {
    __ttqTapDirect?: (text: string) => void;
    __ttqTap?: (text: string) => Promise<void>;
  }
}

const binding = window.__ttqTapDirect ?? window.__ttqTap;

if (binding) {
  // A page may replace these.
  const { stringify } = JSON;
  const now = performance.now.bind(performance);
  const { timeOrigin } = performance;
  const send = (message: ActMessage) => void binding(stringify(message));
  const at = () => timeOrigin + now();

  if (window === window.top && /^https?:/.test(location.protocol)) {
    const [entry] = performance.getEntriesByType('navigation');
    const type = entry && 'type' in entry ? String(entry.type) : 'navigate';
    send({ kind: 'arrived', at: timeOrigin, url: location.href, type });
  }

  const capture = { capture: true, passive: true };
  addEventListener('click', (event) => event.isTrusted && acted('click', event.target), capture);
  addEventListener(
    'keydown',
    (event) => {
      if (event.isTrusted && !/^(Shift|Control|Alt|Meta|Tab)$/.test(event.key) && event.key.length > 1)
        send({ kind: 'acted', at: at(), action: 'press', on: event.key });
    },
    capture,
  );
  // Playwright fills some fields, and selects options, by synthetic events.
  addEventListener('input', ({ target }) => typed(target), capture);

  const acted = (action: 'click', target: EventTarget | null) => {
    if (target instanceof Element) send({ kind: 'acted', at: at(), action, on: selectorOf(target) });
  };
  const typed = (target: EventTarget | null) => {
    if (!isField(target)) return;
    const isChosen = target instanceof HTMLSelectElement;
    const names = ['type', 'autocomplete', 'name', 'id'].map((name) => target.getAttribute(name));
    const message = { at: at(), on: selectorOf(target), names, text: target.value };
    send({ kind: 'typed', action: isChosen ? 'select' : 'fill', ...message });
  };
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function isField(target: EventTarget | null): target is Field {
  return target instanceof Element && /^(input|textarea|select)$/.test(target.localName);
}

/** A selector by which a reader finds the element: of the closest one with an id or a name, or the closest control. */
function selectorOf(target: Element): string {
  const element = target.closest('[id], [name], a, button, input, select, textarea') ?? target;
  const tag = element.localName;
  if (element.id !== '') return `${tag}#${element.id}`;
  const name = element.getAttribute('name');
  if (name !== null) return `${tag}[name=${JSON.stringify(name)}]`;
  const text = (element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40);
  return text === '' ? tag : `${tag}:has-text(${JSON.stringify(text)})`;
}
