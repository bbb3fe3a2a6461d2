import { stripVTControlCharacters } from 'node:util';

/** A Playwright error's message in one line of plain text. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Playwright colours its messages and prefixes them with the method.
  return stripVTControlCharacters(message)
    .split('\n', 1)[0]!
    .replace(/^\w+\.\w+: /, '');
}

/** Whether another navigation took over. */
export function isInterrupted(error: unknown): boolean {
  return /interrupted by another navigation|ERR_ABORTED/.test(firstLine(error));
}
