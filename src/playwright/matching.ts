/** How a value differs from what a test wants: one sentence for each member. */
export function differences(found: unknown, wanted: unknown, name = ''): string[] {
  if (isAsymmetric(wanted)) return wanted.asymmetricMatch(found) ? [] : [differs(name, found, json(wanted))];
  if (wanted instanceof RegExp)
    return typeof found === 'string' && wanted.test(found) ? [] : [differs(name, found, json(wanted))];
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found) || found.length !== wanted.length) return [differs(name, found, json(wanted))];
    return wanted.flatMap((one, index) => differences(found[index], one, `${name}[${index}]`));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof found !== 'object' || found === null) return [differs(name, found, json(wanted))];
    return Object.entries(wanted).flatMap(([key, value]) =>
      differences((found as Record<string, unknown>)[key], value, name === '' ? key : `${name}.${key}`),
    );
  }
  return isSame(found, wanted) ? [] : [differs(name, found, json(wanted))];
}

/** Such as `expect.any(Number)`. */
interface Asymmetric {
  asymmetricMatch(found: unknown): boolean;
  toAsymmetricMatcher?(): string;
}

function isAsymmetric(wanted: unknown): wanted is Asymmetric {
  return typeof wanted === 'object' && wanted !== null && 'asymmetricMatch' in wanted;
}

/** A number may be sent as text, which TikTok reads as the number. */
function isSame(found: unknown, wanted: unknown): boolean {
  if (typeof wanted === 'number' && typeof found === 'string' && found.trim() !== '')
    return Number(found) === wanted;
  return Object.is(found, wanted);
}

function differs(name: string, found: unknown, wanted: string): string {
  return `${name}: found ${found === undefined ? 'nothing' : json(found)}; wanted ${wanted}`;
}

/** A value in one line, as written in a test. */
export function json(value: unknown): string {
  if (value instanceof RegExp) return String(value);
  if (isAsymmetric(value)) return value.toAsymmetricMatcher?.() ?? String(value);
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value);
  const members = Object.entries(value).map(([name, member]) => `${name}: ${json(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
