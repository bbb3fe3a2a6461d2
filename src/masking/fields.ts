import { FIELD_ROWS, membersOf } from '../tiktok/events-api/fields.ts';

/**
 * Names of fields whose content is personal or secret, whatever it looks like. In any notation: first_name, firstName,
 * first-name, customer[first_name], billing.address.street.
 */

/** Prefixes that say whose or which field it is; the rest of the name counts. */
const OWNERS =
  '(?:customer|user|buyer|client|contact|visitor|member|guest|account|billing|shipping|delivery|recipient|invoice|payer|cardholder|subscriber|login|signup|newsletter|your|my|home|work|new)';

/** In lower case, without separators between words. */
const NAMES: readonly [kind: string, names: string][] = [
  ['email', 'e?mails?|e?mailaddress(?:es)?|sha256email|autoemail'],
  [
    'phone',
    'phone|phonenumbers?|sha256phonenumber|autophonenumber|mobilephone|mobilenumber|cellphone|telephone|telephonenumber|msisdn',
  ],
  ['external-id', 'externalids?'],
  ['name', '(?:first|last|full|given|family|middle|maiden|sur|user)names?|[fl]name|vorname|nachname'],
  [
    'address',
    'address(?:es)?|address(?:line)?\\d?|addressline|street|street(?:address|name|number|line)\\d?|housenumber',
  ],
  ['address', 'zip|zipcode|postal|postalcode|postcode|pincode|plz|city|strasse|hausnummer|ort'],
  ['birth', 'dateofbirth|birthdate|birthday|dob'],
  ['ip', 'ip|ipaddress|remoteip|xforwardedfor|xrealip'],
  ['token', '(?:tiktok)?accesstoken|authorization|proxyauthorization'],
  // The token of a reset, a session or a form: only its owner should have it.
  ['secret', '[\\p{L}\\p{N}]*token|jwt'],
  [
    'secret',
    '(?:x|tiktok)?api(?:key|secret)|(?:client|app|shared)?secret|(?:secret|private)key|credentials?',
  ],
  ['secret', 'password|passwd|passphrase|passcode|pwd|otp|pin'],
  [
    'secret',
    '(?:card|creditcard|cc|debitcard)(?:number|num|no)|creditcard|cvv2?|cvc2?|csc|iban|ssn|socialsecuritynumber|taxid|passportnumber',
  ],
  ['cookie', 'cookie|setcookie'],
];
/** Too ambiguous alone; with a person's prefix, they mean a name or address. */
const OF_SOMEBODY: readonly [kind: string, name: string][] = [
  ['name', '(?:customer|user|buyer|visitor|guest|billing|shipping|recipient|cardholder)name'],
  ['address', '(?:billing|shipping|delivery)(?:state|country)|state'],
];
/** URL parameters for a session or its secret. As members of an object, they may be TikTok's own terms. */
const PARAMETERS =
  /^(?:auth|pass|key|sid|sessid|session(?:id)?|jsessionid|phpsessid|aspsessionid\w*|cfid|cftoken|connectsid)$/;

const PATTERNS = [
  ...NAMES.map(([kind, names]): [string, RegExp] => [kind, new RegExp(`^${OWNERS}*(?:${names})$`, 'u')]),
  ...OF_SOMEBODY.map(([kind, name]): [string, RegExp] => [kind, new RegExp(`^(?:${name})$`)]),
];
/** TikTok's own names, as its field table classifies them. */
const OF_TIKTOK = new Map(
  FIELD_ROWS.flatMap(([, row]) =>
    row.mask === null ? [] : membersOf(row).map((name): [string, string] => [plainName(name), row.mask!]),
  ),
);
/** Names that count only with matching content: without it, they also mean kinds of devices and cards. */
const BY_CONTENT: readonly [kind: string, name: RegExp, content: RegExp][] = [
  ['phone', /^(?:tel|mobile|cell|fax)$/, /^(?:\D*\d){7}/],
  ['secret', /^(?:credit|debit|payment)?(?:card|pan)$/, /^(?:[\s+.-]*\d){12,19}\s*$/],
];
/** What is known by a name alone: the kind, or the rows that ask for the content as well. */
interface Known {
  kind?: string | undefined;
  byContent: typeof BY_CONTENT;
}
/** There are few names, and they are looked up again and again. */
const known = new Map<string, Known>();
const MANY = 10_000;
const LONGEST = 40;

/**
 * What a member of an object contains, by its name: email, phone, external-id, name, address, birth, ip, token, secret, cookie.
 */
export function kindOfField(name: string): string | undefined {
  return knownOf(name).kind;
}

/** What a member contains, by its name and its content. */
export function kindOfContent(name: string, content: string): string | undefined {
  const { kind, byContent } = knownOf(name);
  return kind ?? byContent.find(([, , contents]) => contents.test(content))?.[0];
}

function knownOf(name: string): Known {
  const before = known.get(name);
  if (before) return before;
  if (known.size >= MANY) known.clear();
  const plain = plainName(name);
  const kind =
    OF_TIKTOK.get(plain) ??
    (plain.length > LONGEST ? undefined : PATTERNS.find(([, pattern]) => pattern.test(plain))?.[0]);
  const byContent =
    kind !== undefined || name.length > LONGEST ? [] : BY_CONTENT.filter(([, names]) => names.test(plain));
  const made = { kind, byContent };
  known.set(name, made);
  return made;
}

/** The same for a parameter of a query or form. There `state` is not a region: sign-in services use it. */
function kindOfParameter(name: string, content: string): string | undefined {
  const plain = plainName(name);
  if (plain === 'state') return undefined;
  return PARAMETERS.test(plain) ? 'secret' : kindOfContent(name, content);
}

/** Its last part: `last_name` of `customer[last_name]`. */
function plainName(name: string): string {
  const parts = name
    .replace(/%(?:25)*(?:5[bd]|2e)/gi, '.')
    .replace(/%(?:25)*(?:5f|2d)/gi, '')
    .split(/[.[\]]+/)
    .filter(Boolean);
  return (parts.at(-1) ?? '').replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}

/** Percent signs may be encoded repeatedly, in a URL within a URL. */
const EQUALS = '(?:=|%(?:25)*3d)';
const NEXT = '%(?:25)*(?:26|23)';
/** A keyword is code, not content. */
const CODE = '(?!(?:function|new|class|async|await|typeof|void|delete|yield)\\b)';
const NAME = '(?:[\\w.\\-[\\]]|%(?:25)*(?:5[bdf]|2[de])){2,60}?';
/** A session in a path ends at the query. */
const CONTENT = `(?:(?!${NEXT})[^?&;#\\s"'\`<>(){}[\\],\\\\])+`;
const PARAMETER = new RegExp(
  `(?<=^|[?&;#\\s"'(,]|\\\\[nrt]|${NEXT}|%(?:25)*3f)(${NAME})(${EQUALS})(?![=/])${CODE}(${CONTENT})`,
  'gi',
);
/** Quotes may be escaped, in JSON within JSON: both ends of a text are escaped alike. */
const MEMBER =
  /(?:(?<![\w.\\-])|(?<=\\[nrt]))(?:(\\{0,31}["'])([\w.-]{2,60})\1|([\w.]{2,60}))(\s{0,3}[:=]\s{0,3})(?:(\\{0,31}["'])((?:(?!(?<!\\)\5).){0,4000}?)(?<!\\)\5|((?<=["']\s{0,3}:\s{0,3})\d[\d.]{3,}|\d{9,}))/gs;
/** As browsers print an object: {first_name: Ada, zip: 12345}. */
const SHOWN = /(?<![\w.-])([\w.-]{2,60})(:\s)(?!\s|\[)([^,;{}()\n"'\u2026]+)/g;

/** As in a log line or a header: `token: x`; percent-encoded if the line is a parameter. */
const NAMED = /(?:(?<![\w.%-])|(?<=%[\da-f]{2}))([\w.-]{3,60})(:|%(?:25)*3a)/gi;
/** The scheme is not secret, nor is a statement that there is no secret. */
const SCHEME = '(?:Basic|Bearer|Digest|Negotiate|Token)';
const behind = (blank: string, content: string) =>
  new RegExp(
    `(${blank}{0,3}(?:${SCHEME}${blank}+)?)(?!${SCHEME}(?:${blank}|$)|(?:null|undefined|true|false)\\b)${CODE}` +
      `(?=(${content}))\\2(?!\\s*(?:=>|\\())`,
    'iy',
  );
const PLAIN = '[^\\s"\'`<>(){}[\\]]';
const ENCODED = '(?:(?!%(?:25)*(?:0[ad]|2[0236c]|3b))[^?&#\\s"\'`<>(){}[\\]+\\\\])';
const BEHIND = {
  plain: behind('[ \\t]', `(?:(?![,;])${PLAIN})+`),
  encoded: behind('(?:\\+|%(?:25)*20)', `(?:(?![,;])${ENCODED})+`),
};
/** Further cookies of the same header. */
const BEHIND_COOKIE = {
  plain: behind('[ \\t]', `${PLAIN}(?:[ \\t]|${PLAIN})*`),
  encoded: behind('(?:\\+|%(?:25)*20)', `(?!\\+|%(?:25)*20)(?:\\+|%(?:25)*(?:20|3b)|${ENCODED})+`),
};

type Replace = (content: string, kind: string) => string;

/** Replaces the content of each named field in a text: of a query or form, of JSON, of code. */
export function replaceFields(text: string, replace: Replace): string {
  return replaceMembers(replaceParameters(text, replace), replace);
}

/** Replaces secrets after their name and a colon. For other kinds, the rest may be a sentence. */
export function replaceLines(text: string, replace: Replace): string {
  if (!/:|%(?:25)*3a/i.test(text)) return text;
  let replaced = '';
  let from = 0;
  for (const { 0: named, 1: name = '', 2: colon, index } of text.matchAll(NAMED)) {
    // A replaced text may contain what looks like a name.
    if (index < from || !mayBeSecret(name)) continue;
    const pattern = (kindOfField(name) === 'cookie' ? BEHIND_COOKIE : BEHIND)[
      colon === ':' ? 'plain' : 'encoded'
    ];
    pattern.lastIndex = index + named.length;
    const [whole, before = '', content = ''] = pattern.exec(text) ?? [];
    const kind = kindOfContent(name, content);
    if (whole === undefined || kind === undefined) continue;
    replaced += text.slice(from, index) + named + before + replace(content, kind);
    from = index + named.length + whole.length;
  }
  return replaced + text.slice(from);
}

/** Avoids looking behind most names. */
function mayBeSecret(name: string): boolean {
  const kind = kindOfField(name);
  return kind === 'token' || kind === 'secret' || kind === 'cookie' || /(?:card|pan)$/i.test(name);
}

/** A parameter may contain a URL with parameters of its own. */
function replaceParameters(text: string, replace: Replace): string {
  if (!/=|%(?:25)*3d/i.test(text)) return text;
  return text.replace(PARAMETER, (_whole, name: string, equals: string, content: string) => {
    const kind = kindOfParameter(name, content);
    return `${name}${equals}${kind ? replace(content, kind) : replaceParameters(content, replace)}`;
  });
}

/** A member may contain JSON with members of its own. */
function replaceMembers(text: string, replace: Replace): string {
  if (!/["']/.test(text)) return text;
  return text.replace(MEMBER, (whole, _quote, quoted, bare, _between, open, text, number) => {
    const content = text ?? number;
    const kind = kindOfContent(quoted ?? bare, content);
    const end = text === undefined ? '' : open;
    const before = whole.slice(0, whole.length - end.length - content.length);
    const isSaid = kind !== undefined && content.trim() !== '';
    return `${before}${isSaid ? replace(content, kind) : replaceMembers(content, replace)}${end}`;
  });
}

/** The same for objects that a browser printed to the console. */
export function replaceShownFields(text: string, replace: Replace): string {
  return text.replace(SHOWN, (whole, name: string, colon: string, content: string) => {
    const kind = kindOfContent(name, content);
    return kind ? `${name}${colon}${replace(content.trimEnd(), kind)}${/\s*$/.exec(content)![0]}` : whole;
  });
}
