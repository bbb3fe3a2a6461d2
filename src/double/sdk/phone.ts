/** Calling codes in use (ITU-T E.164). */
const CALLING_CODE = new RegExp(
  '^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-6]\\d|29[0179]|35\\d|37[0-8]|38[0-35-79]|' +
    '42[013]|50\\d|59\\d|67[02-9]|68[0-35-9]|69[0-2]|8[07]0|85[02356]|878|88[0-368]|96[0-8]|97[0-79]|99[2-68])',
);
/** Most digits of a national number, enough for the longest in Europe. */
const LONGEST = 17;
/** Not part of the number (measured with "ext"). */
const EXTENSION = /[;,]?\s*(ext(ension|n)?\.?|x|#)[:\s]*\d{1,7}\s*$/i;

/**
 * A phone number as the SDK hashes it: E.164 with its plus, or only the national part for Chinese numbers (both measured).
 * Undefined without a plus or a known country code: then the SDK does not treat it as a phone number.
 */
export function parsePhone(text: string): string | undefined {
  const number = text.replace(EXTENSION, '');
  if (!/^\s*\+[\d\s().\-–/]+$/.test(number)) return undefined;
  const digits = number.replace('(0)', '').replace(/\D/g, '');
  const code = CALLING_CODE.exec(digits)?.[0];
  if (code === undefined) return undefined;
  const national = digits.slice(code.length);
  if (national.length < 2 || national.length > LONGEST) return undefined;
  return code === '86' ? national : `+${digits}`;
}
