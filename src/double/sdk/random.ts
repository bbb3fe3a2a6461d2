// crypto.randomUUID and crypto.subtle exist on https pages only; getRandomValues is everywhere.

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Letters and digits. */
export const randomText = (length: number): string => pick(LETTERS + DIGITS, length);

export const randomDigits = (length: number): string => pick(DIGITS, length);

/** A version 4 UUID. */
export function uuid(): string {
  const hex = pick('0123456789abcdef', 30);
  const variant = pick('89ab', 1);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(12, 15)}`,
    variant + hex.slice(15, 18),
    hex.slice(18),
  ].join('-');
}

function pick(alphabet: string, length: number): string {
  const values = crypto.getRandomValues(new Uint32Array(length));
  return Array.from(values, (value) => alphabet[value % alphabet.length]).join('');
}
