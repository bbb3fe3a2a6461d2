// crypto.randomUUID exists only on https pages; getRandomValues exists everywhere.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const BASE32 = `${DIGITS}ABCDEFGHJKMNPQRSTVWXYZ`;

export const randomDigits = (length: number): string => pick(DIGITS, length);

/** Letters, digits, `_` and `-`. */
export const randomId = (length: number): string =>
  pick(`${DIGITS}${LETTERS}${LETTERS.toLowerCase()}_-`, length);

/** A ULID: the time in 10 characters and 16 random ones, of digits and upper-case letters without I, L, O and U. */
export function ulid(now: number): string {
  const time = Array.from({ length: 10 }, (_, at) => BASE32[Math.floor(now / 32 ** (9 - at)) % 32]);
  return time.join('') + pick(BASE32, 16);
}

function pick(alphabet: string, length: number): string {
  const values = crypto.getRandomValues(new Uint32Array(length));
  return Array.from(values, (value) => alphabet[value % alphabet.length]).join('');
}
