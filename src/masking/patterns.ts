import { isValidIBAN } from 'ibantools';

/** What is personal or secret by its own form, wherever it is and whoever it belongs to. */
export interface Pattern {
  kind: string;
  pattern: RegExp;
  /** If the form alone is not enough: the part of a match, from its start, that is one; undefined if none is. */
  partOf?: (found: string) => string | undefined;
  /** A quick check that rules out most texts. */
  mayStandIn?: (text: string) => boolean;
}

/** Not inside a word. A percent-encoded character does not count as a letter. */
const START = '(?:(?<![\\p{L}\\p{N}])|(?<=%[0-9a-fA-F]{2}))';
/** Separators between groups of digits, also in a URL. */
const BETWEEN = '(?:[\\s+-]|%(?:25)*(?:20|2[dD]))';
const GAP = `${BETWEEN}?`;

/**
 * Keys that services issue, by the prefixes that they chose so that scanners find them. Public keys, which are in every page, are
 * left out.
 */
const KEYS: readonly [service: string, source: string, where: string][] = [
  ['Stripe', '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8,}|whsec_[\\w+/=]{16,}', 'https://docs.stripe.com/keys'],
  [
    'GitHub',
    'gh[opusr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}',
    'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github',
  ],
  [
    'GitLab',
    'gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[\\w-]{20,}',
    'https://docs.gitlab.com/security/tokens/#token-prefixes',
  ],
  [
    'AWS',
    '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids',
  ],
  ['Slack', 'xox[a-z]-[\\w-]{10,}|xapp-[\\w-]{10,}', 'https://docs.slack.dev/authentication/tokens'],
  ['npm', 'npm_[A-Za-z0-9]{36}', 'https://docs.npmjs.com/about-access-tokens'],
  [
    'SendGrid',
    'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
    'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
  ],
  [
    'Shopify',
    'shp[a-z]{2}_[0-9a-fA-F]{32}',
    'https://shopify.dev/docs/apps/build/authentication-authorization',
  ],
  [
    'OpenAI and Anthropic',
    'sk-(?:proj|svcacct|admin|ant)-[\\w-]{16,}',
    'secretlint: rules openai, anthropic',
  ],
  [
    'Google OAuth',
    'ya29\\.[\\w-]{20,}|GOCSPX-[\\w-]{20,}',
    'https://developers.google.com/identity/protocols/oauth2',
  ],
  ['Hugging Face', 'hf_[A-Za-z0-9]{30,}', 'https://huggingface.co/docs/hub/security-tokens'],
  [
    'Vault',
    'hv[sbr]\\.[\\w-]{20,}',
    'https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes',
  ],
];
const KEY = new RegExp(`${START}(?:${KEYS.map(([, source]) => source).join('|')})`, 'gu');

/** RFC 7468; without its end if a text was cut off. */
const BLANK = '(?:[ +]|%(?:25)*20)';
const PEM_LABEL = `-----BEGIN${BLANK}(?:[A-Z0-9]+${BLANK})*PRIVATE${BLANK}KEY(?:${BLANK}BLOCK)?-----`;
const PEM_END = PEM_LABEL.replace('BEGIN', 'END');
const PEM = new RegExp(`${PEM_LABEL}[^]*?(?:${PEM_END}|$)`, 'g');
const PEM_CUT_OFF = new RegExp(`${PEM_LABEL}(?![^]*${PEM_END})`);
/** Further lines of a key: Base64, also as literals in source code, or headers of the key. */
const PEM_LINE = '[ \\t]*["\'`]?[A-Za-z0-9+/=]{0,4000}(?:\\\\[nr])*["\'`]?[ \\t]*[+,]?';
const PEM_LINES = new RegExp(
  `^(?:(?:${PEM_LINE}|(?:Proc-Type|DEK-Info|Comment|Version):[^\\r\\n]*)(?:\\r?\\n|$(?!\\n)))*([ \\t]*["'\`]?${PEM_END})?`,
);

/** Whether a key begins in a text and does not end there. */
export function opensKey(text: string): boolean {
  return PEM_CUT_OFF.test(text);
}

/** How much of a text continues a key begun in an earlier one, and whether all of it does, without an end. */
export function restOfKey(text: string): { length: number; isOpen: boolean } {
  const [whole, end] = PEM_LINES.exec(text)!;
  return { length: whole.trimEnd().length, isOpen: end === undefined && whole.length === text.length };
}

/**
 * RFC 7515 and 7519, without a signature if `alg` is none; RFC 7516, whose second part is empty if the key is agreed on. The
 * first part begins like `{"` in Base64.
 */
const JWT = new RegExp(
  '(?<=^|[^\\w-]|%[0-9a-fA-F]{2})' +
    'eyJ[\\w-]+\\.(?:[\\w-]*\\.[\\w-]+\\.[\\w-]+\\.[\\w-]+|[\\w-]+\\.[\\w-]+|eyJ[\\w-]+\\.?)',
  'g',
);

/** RFC 7617 and 6750: the credentials after the name of the scheme. */
const afterScheme = (scheme: string) =>
  new RegExp(`(?<=\\b${scheme}(?:\\s|\\+|%(?:25)*20))[\\w.~+/-]{8,}(?:=|%(?:25)*3d)*`, 'gi');
/** Other words after it, in sentences and in a server's challenge. */
const WORD =
  /^(?:authenti\w+|authori[sz]\w+|certificates?|credentials?|error_\w+|expected|instruments?|provided|received|rejected|required|requires|response|securities|security|subscriptions?|supplied|token-based)\W*$/i;

/** A user's name and password, or at least not an ordinary word: it contains a digit. */
function isOfBasic(found: string): boolean {
  if (/\d/.test(found)) return true;
  try {
    return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(atob(found));
  } catch {
    return false;
  }
}

/** In https://user:password@host, also percent-encoded. */
const LOGIN =
  /(?<=:\/\/)[^\s/?#@"'<>[\]]+(?=@)|(?<=%(?:25)*3a(?:%(?:25)*2f){2})(?:(?!%(?:25)*(?:2f|3f|23|40))[^\s/?#@"'<>[\]])+(?=%(?:25)*40)/gi;

/** Percent signs may be encoded repeatedly, in a URL within a URL: %40, %2540, … Only signs allowed in an address. */
const OF_ADDRESS =
  '%(?:25)*(?:2[bde]|3\\d|4[1-9a-f]|5[\\da]|5f|6[1-9a-f]|7[\\da]|[89ab][\\da-f]|[c-f][\\da-f])';
/** Not after a percent sign that an earlier start has consumed, or everything would be scanned again. */
const NOT_WITHIN = `${OF_ADDRESS.replace('%', '(?!(?<=%)')})`;
const EMAIL = new RegExp(
  `(?:(?<![\\p{L}\\p{N}_.+-])${NOT_WITHIN}(?:[\\p{L}\\p{N}_.+-]|${OF_ADDRESS})+)?(?:@|%(?:25)*40)` +
    '(?:(?:[\\p{L}\\p{N}-]|%(?:25)*2d)+(?:\\.|%(?:25)*2e))+\\p{L}{2,}',
  'giu',
);

const PHONE = /\+[1-9](?:[\s().-]{0,3}\d){7,14}(?!\d)/g;
/** Also with blanks as forms encode them. */
const PHONE_IN_URL = /%(?:25)*2B[1-9](?:(?:[\s().+-]|%(?:25)*(?:20|28|29|2d|2e)){0,3}\d){7,14}(?!\d)/gi;
const DIALLED = /(?<=\btel(?::|%(?:25)*3a))(?:\+|%(?:25)*2b)?[\d().\s-]{7,}\d/gi;

/** ISO 13616: a country, two check digits and up to thirty letters and digits, in groups of four for people. */
const iban = (letters: string) =>
  `[${letters}]{2}\\d{2}(?:${GAP}[${letters}\\d]{4}){2,7}(?:${GAP}[${letters}\\d]{1,3})?`;
const IBAN = new RegExp(`${START}(?:${iban('A-Z')}|${iban('a-z')})(?![\\p{L}\\p{N}])`, 'gu');

/** The longest valid prefix: words of four letters may follow it. */
function ibanIn(found: string): string | undefined {
  for (let part = found; part !== ''; part = part.slice(0, Math.max(part.search(LAST_GROUP), 0))) {
    if (isValidIBAN(withoutGaps(part).toUpperCase())) return part;
  }
  return undefined;
}

const LAST_GROUP = new RegExp(`${BETWEEN}[A-Za-z\\d]*$`);

/**
 * ISO/IEC 7812: in groups as printed on a card, or as one number. Shorter ones are no longer issued, and product numbers have
 * that length.
 */
const CARD = new RegExp(
  `(?:(?<![\\p{L}\\p{N}]|\\d[.-])|(?<=%[0-9a-f]{2}))(?:\\d{14,19}|\\d{4}(?:${GAP}\\d{4}){3}(?:${GAP}\\d{3})?|\\d{4}${GAP}\\d{6}${GAP}\\d{4,5})(?![\\p{L}\\p{N}]|[.-]\\d)`,
  'giu',
);
/** Prefixes and lengths of Visa, Mastercard, American Express, Diners Club, Discover, JCB, UnionPay, Maestro. */
const ISSUED =
  /^(?:4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11}|(?:6011|64[4-9]\d|65\d\d|35(?:2[89]|[3-8]\d)|62\d\d|81\d\d|6304|6759|676[1-3])\d{12,15})$/;

function isCard(found: string): boolean {
  const digits = withoutGaps(found);
  return ISSUED.test(digits) && hasLuhnDigit(digits);
}

/** ISO/IEC 7812-1, annex B. */
function hasLuhnDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function withoutGaps(text: string): string {
  return text.replace(/[\s+-]|%(?:25)*(?:20|2d)/gi, '');
}

const whole = (isOne: (found: string) => boolean) => (found: string) => (isOne(found) ? found : undefined);

/** In the order in which they are applied. */
export const PATTERNS: readonly Pattern[] = [
  { kind: 'secret', pattern: PEM },
  { kind: 'token', pattern: JWT },
  { kind: 'token', pattern: KEY },
  { kind: 'token', pattern: afterScheme('Basic'), partOf: whole(isOfBasic) },
  { kind: 'token', pattern: afterScheme('Bearer'), partOf: whole((found) => !WORD.test(found)) },
  { kind: 'secret', pattern: LOGIN },
  { kind: 'email', pattern: EMAIL, mayStandIn: (text) => /@|40/.test(text) },
  { kind: 'secret', pattern: IBAN, partOf: ibanIn },
  { kind: 'secret', pattern: CARD, partOf: whole(isCard) },
  { kind: 'phone', pattern: PHONE },
  { kind: 'phone', pattern: PHONE_IN_URL },
  { kind: 'phone', pattern: DIALLED },
];
