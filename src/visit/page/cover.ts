/**
 * Finds what a picture of the page could reveal, and marks what must be covered. Runs in each frame after the recording has ended
 * there.
 */
declare global {
  interface Window {
    __ttqCover?: { look: () => { texts: string[]; fields: number }; cover: (indexes: number[]) => void };
  }
}

/** Marks covered elements. The picture is taken with a black box over each. */
const COVERED = 'data-ttq-covered';
/** Characters of text that are checked together, since markup may split an address. */
const WHOLE = 120;
const CHOSEN = /^(button|checkbox|color|hidden|image|radio|range|reset|submit)$/;

let found: Element[] = [];

/** The uncovered texts on the page, piece by piece, and how many fields are newly covered: those with typed text. */
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
