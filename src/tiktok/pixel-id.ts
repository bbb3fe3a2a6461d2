/** What is wrong with a pixel id. */
export type PixelIdProblem = 'none' | 'placeholder' | 'blanks' | 'lower-case' | 'characters' | 'length';

const ID = /^[A-Z0-9]{20}$/;
const PLACEHOLDER = /your|pixel|_id\b|x{4}|[{}<>%$[\]]|^(undefined|null|nan|true|false|\[object)/i;

/** What is wrong with a pixel id: TikTok's have 20 characters, capitals and digits. */
export function pixelIdProblem(id: string): PixelIdProblem | undefined {
  if (ID.test(id)) return undefined;
  if (id.trim() === '') return 'none';
  if (/\s/.test(id)) return 'blanks';
  if (ID.test(id.toUpperCase())) return 'lower-case';
  if (PLACEHOLDER.test(id)) return 'placeholder';
  return /^[A-Z0-9]+$/i.test(id) ? 'length' : 'characters';
}
