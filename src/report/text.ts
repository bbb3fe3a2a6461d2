import { stripVTControlCharacters } from 'node:util';
import { moneyOf } from '../rules/server-side.ts';
import type { Amounts } from '../tiktok/dedup.ts';

/** Cuts the middle out of a text longer than `max`, so that both ends can be read. */
export function shortenMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = Math.ceil((max - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (max - 1 - head))}`;
}

const LONG_WORD = 90;

/** Shortens long words that nobody reads to the end, above all click ids in URLs. */
export function shortenWords(text: string): string {
  return text
    .replace(/(ttclid=)[^&#\s"',{}]{8,}?(?=[.:;]?(?:[&#\s"',{}]|$))/g, '$1…')
    .replace(/\S+/g, (word) => shortenMiddle(word, LONG_WORD));
}

/** Sums of money as people write them: `34.50 USD and 20 EUR`. */
export function moneyText(amounts: Amounts): string {
  const written = Object.entries(amounts).map(([currency, amount]) => [
    currency,
    amount.replace(/\.\d$/, '$&0'),
  ]);
  return moneyOf(Object.fromEntries(written));
}

const ERROR_LINES = 3;

/** The first lines of an error message as plain text: no colours, no stack, on one line. */
export function firstLines(message: string): string {
  const lines = stripVTControlCharacters(message)
    .replace(/^(\w*Error: )+/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at '));
  return shortenWords(lines.slice(0, ERROR_LINES).join(' '));
}

/**
 * A text in lines of at most `width` columns, broken between words; a longer word gets its own line.
 *
 * @param first prefix of the first line; the others are indented by its width
 */
export function wrapped(first: string, text: string, width: number): string[] {
  const indent = ' '.repeat(first.length);
  return text.split('\n').flatMap((paragraph, index) => {
    const lines: string[] = [];
    let line = index === 0 ? first : indent;
    let isEmpty = true;
    for (const word of paragraph.split(' ')) {
      if (!isEmpty && line.length + 1 + word.length > width) {
        lines.push(line);
        line = indent;
        isEmpty = true;
      }
      line += isEmpty ? word : ` ${word}`;
      isEmpty = false;
    }
    return [...lines, line];
  });
}
