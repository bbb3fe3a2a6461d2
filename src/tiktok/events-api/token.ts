import { type ContractFinding, contractFinding } from './finding.ts';

/** Texts that stand in for a token in examples, or that a program writes when it has none. */
const NO_TOKEN =
  /^(undefined|null|none|\[object object\]|<.*>|\{.*\}|(your|my)?_?(access_?)?token(_here)?)$/i;
const WANTED = "the token by itself in the header Access-Token, without the word 'Bearer'";

/**
 * Looks at the access token. Whether it is valid, only the service knows; that it is none, or a bearer token,
 * anybody can see.
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

/** What is found is said in words of its own: the header's value is secret. */
function refusal(code: string, header: string, found: string): ContractFinding {
  const finding = contractFinding('reject', code, `/headers/${header}`, undefined, WANTED);
  return { ...finding, found, message: finding.message.replace('found nothing', `found ${found}`) };
}

function isBearer(text = ''): boolean {
  return /^\s*bearer\b/i.test(text);
}
