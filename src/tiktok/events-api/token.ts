import { sha256Hex } from '../hashing.ts';
import { type ContractFinding, contractFinding, worded } from './finding.ts';

/** Placeholders for a token in examples, and what programs write if they have none. */
const NO_TOKEN =
  /^(undefined|null|none|\[object object\]|<.*>|\{.*\}|(your|my)?_?(access_?)?token(_here)?)$/i;
const WANTED = "only the token in the header Access-Token, without the word 'Bearer'";

/**
 * Checks the access token. Only the service knows whether it is valid; that it is missing, a placeholder or a bearer token shows
 * without it.
 *
 * @param headers names in lower case
 * @returns a refusal with the code `token-empty` or `token-invalid`, a warning, or nothing
 */
export function judgeToken(headers: Readonly<Record<string, string>>): ContractFinding | undefined {
  const token = headers['access-token'];
  const other = headers.authorization;
  if (isBearer(token)) return refusal('token-invalid', 'access-token', 'a bearer token');
  if (!token?.trim()) {
    if (isBearer(other)) return refusal('token-invalid', 'authorization', 'a bearer token');
    return refusal('token-empty', 'access-token', token === undefined ? 'nothing' : 'an empty text');
  }
  if (!NO_TOKEN.test(token.trim())) return undefined;
  return contractFinding('warn', 'token-placeholder', '/headers/access-token', token, 'an access token');
}

/** What was found is described in words, as the header's value is secret. */
function refusal(code: string, header: string, found: string): ContractFinding {
  return worded('reject', code, `/headers/${header}`, found, WANTED);
}

function isBearer(text = ''): boolean {
  return /^\s*bearer\b/i.test(text);
}

/** Digests of token placeholders, as programs and examples write them. */
const PLACEHOLDER_DIGESTS: ReadonlySet<string> = new Set(
  [
    'undefined',
    'null',
    'none',
    'None',
    'NULL',
    '[object Object]',
    'token',
    'access_token',
    'accessToken',
    'ACCESS_TOKEN',
    'your_token',
    'your_access_token',
    'my_access_token',
    'YOUR_TOKEN',
    'YOUR_ACCESS_TOKEN',
    'YOUR_ACCESS_TOKEN_HERE',
  ].map(sha256Hex),
);

/** What `judgeToken` finds in a token that cannot be valid. */
export type TokenForm = 'bearer' | 'placeholder';

/**
 * The form of a masked token: a mask's shape hides letters, but keeps brackets and the word before a blank. No token contains a
 * blank; what is before one is the word Bearer, or just as wrong.
 */
export function tokenForm({ sha256, shape }: { sha256: string; shape: string }): TokenForm | undefined {
  if (/^\s*[Aa]{6}\s/.test(shape)) return 'bearer';
  return PLACEHOLDER_DIGESTS.has(sha256) || /^(<.*>|\$?\{.*\})$/.test(shape) ? 'placeholder' : undefined;
}

/** A text for which `judgeToken` gives the same result as for a token of this form. */
export function tokenOfForm(form: TokenForm | undefined): string {
  if (form === undefined) return 'a-token';
  return form === 'bearer' ? 'Bearer token' : '<token>';
}
