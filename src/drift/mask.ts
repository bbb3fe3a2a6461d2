import { nameOf, type Observation, pixelOf, type Sent } from './observation.ts';

/**
 * Random values, by shape. A value that links places gets a number, the same wherever it occurs; times do not, since whether two
 * events share a millisecond is chance.
 */
const RANDOM: [kind: string, pattern: string, numbered: boolean][] = [
  ['timestamp', String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`, false],
  // In a saved loader it is the same on every load.
  ['uuid', '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', false],
  ['ttp', String.raw`^(?!ttcsid_)[\w-]{27}$|(?<![\w-])[\w-]{27}(?=\.tt\.\d)`, true],
  ['20 characters', String.raw`(?<=::)[\w-]{20}(?!\w)`, true],
  ['5 characters', String.raw`(?<=-)[\w-]{5}(?=\.\d+\.\d+::)`, true],
  ['13 digits', String.raw`(?<![0-9A-Za-z])\d{13}(?![0-9A-Za-z])`, false],
  ['interactions', String.raw`(?<=\.[01]::)-?\d+(?:\.-?\d+)*(?:::-?\d+(?:\.-?\d+)*){0,2}`, false],
  ['port', String.raw`(?<=(?:127\.0\.0\.1|localhost):)\d+`, false],
  ['hash', String.raw`(?<=/static/(?:main\.|identify_))[\w=-]+(?=\.js)`, false],
];
const ANY = new RegExp(RANDOM.map(([, pattern]) => `(${pattern})`).join('|'), 'gi');

/** Fields whose value only shows the time or the browser. */
const BY_KEY: Record<string, string> = {
  userAgent: '<user agent>',
  load_progress: '<progress>',
  ppf: '<timings>',
  inter_id: '<interactions>',
};

/** Part of cookie values that probes set themselves, which must not be masked. */
const OWN = 'DRIFT';

/** An observation without random values, in an order that does not depend on arrival. */
export function mask(observation: Observation): Observation {
  const plain = masker(() => '');
  const numbered = masker(counter());
  const sent = [...observation.sent]
    .map((one) => ({ one, key: sortKey(plain(one) as Sent) }))
    .sort((left, right) => compareText(left.key, right.key))
    .map(({ one }) => one);
  const cookies = [...observation.cookies].sort((left, right) =>
    compareText(left.name + left.domain, right.name + right.domain),
  );
  // Cookies and storage first: requests refer to their values.
  return numbered({
    cookies,
    sessionStorage: parsed(observation.sessionStorage),
    localStorage: parsed(observation.localStorage),
    sent,
    console: [...observation.console].sort(),
    errors: [...observation.errors].sort(),
    reports: observation.reports,
  }) as Observation;
}

type Number = (kind: string, value: string) => string;

/** Numbers the values of each kind in the order in which they occur. */
function counter(): Number {
  const known = new Map<string, string>();
  const counts = new Map<string, number>();
  return (kind, value) => {
    const key = `${kind} ${value}`;
    if (!known.has(key)) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      known.set(key, `#${counts.get(kind)}`);
    }
    return known.get(key)!;
  };
}

/** Masks texts, keys and numbers at every depth. */
function masker(number: Number): (value: unknown) => unknown {
  const text = (value: string) =>
    value.replace(ANY, (found, ...groups) => {
      if (found.includes(OWN)) return found;
      const [kind, , isNumbered] = RANDOM[groups.findIndex((group) => group !== undefined)]!;
      return `<${kind}${isNumbered ? number(kind, found) : ''}>`;
    });
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') return /^\d{13}$/.test(String(value)) ? '<13 digits>' : value;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) => [text(key), BY_KEY[key] ?? walk(inner)]);
    return Object.fromEntries(entries);
  };
  return walk;
}

/** Objects and lists are stored as JSON. */
function parsed(storage: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(storage).sort(([left], [right]) => compareText(left, right));
  return Object.fromEntries(entries.map(([key, value]) => [key, fromJson(value)]));
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function sortKey(sent: Sent): string {
  return JSON.stringify([sent.path, nameOf(sent), pixelOf(sent), sent]);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
