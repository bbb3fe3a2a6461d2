/**
 * Says of every element that a script clicks how a visitor finds it: run in each frame before a consent tool is answered by a script.
 */
declare global {
  interface Window {
    autoconsentSendMessage?: (message: object) => Promise<void>;
  }
}

/** An id that a framework made up changes from page to page. */
const STABLE = /^[a-z][\w-]*$/i;
const MADE_UP = /\d{3}|^(radix|headlessui|react)/;
/** What sites name their buttons by, for tests, for analytics and for their own scripts. */
const NAMING = ['data-testid', 'data-test', 'data-cy', 'data-role', 'data-action', 'name', 'aria-label'];

function selectorOf(element: Element): string | undefined {
  const root = element.getRootNode() as Document | ShadowRoot;
  const isOnly = (selector: string) => root.querySelectorAll(selector).length === 1;
  const id = `#${CSS.escape(element.id)}`;
  if (STABLE.test(element.id) && !MADE_UP.test(element.id) && isOnly(id)) return id;
  for (const name of NAMING) {
    const value = element.getAttribute(name);
    if (!value) continue;
    const selector = `${element.localName}[${name}=${JSON.stringify(value)}]`;
    if (isOnly(selector)) return selector;
  }
  const name = nameOf(element);
  if (name === '') return undefined;
  const role = element.getAttribute('role') ?? ROLES[element.localName];
  return role === undefined ? `text=${JSON.stringify(name)}` : `role=${role}[name=${JSON.stringify(name)}]`;
}

const ROLES: Record<string, string | undefined> = { button: 'button', a: 'link' };

function nameOf(element: Element): string {
  const said = element.getAttribute('aria-label') ?? (element as HTMLElement).innerText ?? '';
  return said.replace(/\s+/g, ' ').trim();
}

addEventListener(
  'click',
  (event) => {
    const [target] = event.composedPath();
    if (event.isTrusted || !(target instanceof Element)) return;
    const element = target.closest('button, a, input, label, [role=button], [role=switch]') ?? target;
    const { width, height } = element.getBoundingClientRect();
    const selector = selectorOf(element);
    // What takes no room, no visitor clicks. What is only hidden may be about to fade in.
    if (width > 0 && height > 0 && selector !== undefined)
      void window.autoconsentSendMessage?.({ type: 'clicked', selector, name: nameOf(element) });
  },
  { capture: true },
);

export {};
