/**
 * Finds what a picture of the page could give away, and marks what is to be covered: run in each of its frames, once nothing of the visit
 * is to be recorded there any more.
 */
declare global {
  interface Window {
    __ttqCover?: { look: () => { texts: string[]; fields: number }; cover: (indexes: number[]) => void };
  }
}

/** What is covered. The picture is taken with a black box over each. */
const COVERED = 'data-ttq-covered';
/** Characters of text that are looked at together, since markup may be in the middle of an address. */
const WHOLE = 120;
const CHOSEN = /^(button|checkbox|color|hidden|image|radio|range|reset|submit)$/;

let found: Element[] = [];

/**
 * The uncovered texts that the page shows, piece by piece, and how many fields are covered from now on: those into which anything
 * was typed.
 */
function look(): { texts: string[]; fields: number } {
  found = [];
  const texts: string[] = [];
  let fields = 0;
  const visit = (element: Element) => {
    if (/^(script|style|template|noscript|head)$/.test(element.localName) || element.hasAttribute(COVERED))
      return;
    if (isTyped(element)) {
      element.setAttribute(COVERED, '');
      fields++;
      return;
    }
    for (const text of textsOf(element)) {
      found.push(element);
      texts.push(text);
    }
    for (const child of [...element.children, ...(element.shadowRoot?.children ?? [])]) visit(child);
  };
  visit(document.documentElement);
  return { texts, fields };
}

function cover(indexes: number[]): void {
  for (const index of indexes) found[index]?.setAttribute(COVERED, '');
}

function isTyped(element: Element): boolean {
  if (element instanceof HTMLInputElement) return !CHOSEN.test(element.type) && element.value !== '';
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement)
    return element.value !== '';
  return element instanceof HTMLElement && element.isContentEditable;
}

function textsOf(element: Element): string[] {
  const own = [...element.childNodes, ...(element.shadowRoot?.childNodes ?? [])]
    .filter((node) => node.nodeType === Node.TEXT_NODE)
    .map(({ nodeValue }) => nodeValue ?? '')
    .join(' ');
  const whole = element.textContent ?? '';
  const said = ['alt', 'placeholder', 'label', ...(element.localName === 'input' ? ['value'] : [])];
  return [
    own,
    ...(whole.length <= WHOLE && element.children.length > 0 ? [whole] : []),
    ...said.map((name) => element.getAttribute(name) ?? ''),
  ].filter((text) => text.trim() !== '');
}

Object.defineProperty(window, '__ttqCover', { configurable: true, value: { look, cover } });

export {};
