import { markup } from '../../escape.ts';

/** A piece of finished XML, which is not escaped again. */
export interface Markup {
  xml: string;
}

/** Markup, or text to be escaped. */
export type Part = Markup | string;

/** An element; its attributes and texts are escaped. */
export function element(
  name: string,
  attributes: Record<string, string | number>,
  parts: readonly Part[] = [],
): Markup {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${markup(`${value}`)}"`);
  const open = `<${name}${written.join('')}`;
  if (parts.length === 0) return { xml: `${open}/>` };
  return {
    xml: `${open}>${parts.map((part) => (typeof part === 'string' ? markup(part) : part.xml)).join('')}</${name}>`,
  };
}

/** A line of text. */
export function text(words: string, attributes: Record<string, string | number>): Markup {
  return element('text', attributes, [words]);
}
