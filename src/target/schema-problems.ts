import type { ErrorObject } from 'ajv/dist/2020.js';
import { closest, distance } from 'fastest-levenshtein';
import { isPrivate, Private } from './private.ts';
import { type Refusal, refusal } from './refusal.ts';

/** What is wrong with a value, each problem once. */
export function schemaProblems(errors: ErrorObject[] | null | undefined): Refusal[] {
  const all = tellable(errors ?? []).map(describe);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/**
 * Of the errors of a failed `anyOf`, only the one about the whole is useful; those of its branches are noise. But if the value's
 * `mode` shows which branch is meant, the errors of that branch say more.
 */
function tellable(errors: ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf');
  return errors.filter((error) => {
    const union = unions.find(({ instancePath: path }) => `${error.instancePath}/`.startsWith(`${path}/`));
    if (!union) return true;
    const meant = meantBranch(union);
    return meant === undefined ? error === union : error.schemaPath.startsWith(`${meant}/`);
  });
}

/**
 * The path, in the schema, of the branch that a value seems to be meant for: by its `mode`, by a member that no other branch
 * begins with, or because it is the only branch for objects.
 */
function meantBranch({ data, parentSchema, schemaPath }: ErrorObject): string | undefined {
  const { anyOf } = parentSchema as { anyOf: Branch[] };
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const { mode } = data as { mode?: unknown };
  const objects = anyOf.filter(({ type }) => type === 'object');
  const begun = objects.filter(({ required: [first] = [] }) => first !== undefined && first in data);
  const meant =
    objects.find(({ properties }) => properties?.mode && properties.mode.const === mode) ??
    (objects.length === 1 ? objects[0] : begun.length === 1 ? begun[0] : undefined);
  return meant === undefined ? undefined : `${schemaPath}/${anyOf.indexOf(meant)}`;
}

function describe(error: ErrorObject): Refusal {
  const { keyword, instancePath, params, data } = error;
  const field = instancePath || '/';
  const { description: note } = (error.parentSchema ?? {}) as { description?: string };
  const found = shownAt(field, data);
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      const found = String(params.additionalProperty);
      const meant = meantBy(found, known);
      return refusal(
        'unknown-field',
        { known, ...(meant === undefined ? {} : { meant }) },
        `${instancePath}/${found}`,
      );
    }
    case 'required':
      return refusal('missing-field', {}, `${instancePath}/${params.missingProperty}`);
    case 'anyOf':
      return refusal(
        'not-among',
        { found, choices: branches(error.parentSchema), note, ...meantAmong(data, error.parentSchema) },
        field,
      );
    case 'enum':
      return refusal('not-among', { found, choices: params.allowedValues as string[] }, field);
    case 'type':
      return refusal('wrong-type', { found, type: String(params.type), note }, field);
    case 'format':
      return refusal('wrong-format', { found, format: String(params.format), note }, field);
    case 'pattern':
      return refusal('no-match', { found, pattern: String(params.pattern), note }, field);
    case 'minLength':
      return refusal('empty', { found, note }, field);
    case 'maxLength':
      return refusal('too-long', { found, most: Number(params.limit), note }, field);
    case 'minItems':
      return refusal('too-few', { found, least: Number(params.limit), note }, field);
    case 'uniqueItems':
      return refusal('repeated', { found, note }, field);
    default:
      return refusal('invalid', { found, wanted: error.message ?? keyword, note }, field);
  }
}

/** Wrong, missing or extra letters in a name that is still recognised. */
const SLIPS = 2;

/** What other tools, and people, call a field. */
const SYNONYMS: Record<string, string> = {
  accept: 'grant',
  allow: 'grant',
  reject: 'deny',
  decline: 'deny',
  refuse: 'deny',
  revoke: 'withdraw',
  url: 'start',
  path: 'start',
  visit: 'goto',
  navigate: 'goto',
  open: 'goto',
  value: 'with',
  text: 'with',
  key: 'press',
  tap: 'click',
  iframe: 'frame',
  telephone: 'phone',
  mobile: 'phone',
  userId: 'externalId',
  pixelId: 'pixels',
  host: 'baseURL',
  site: 'baseURL',
  assertions: 'expect',
  properties: 'params',
  auth: 'httpCredentials',
  basicAuth: 'httpCredentials',
  language: 'locale',
  timezoneId: 'timezone',
  ignore: 'exclude',
  login: 'setup',
};

/** The known name that was probably meant. */
export function meantBy(name: string, known: readonly string[]): string | undefined {
  const synonym = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name]! : undefined;
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  const near = known.filter(
    (one) => one.length > SLIPS && distance(one.toLowerCase(), name.toLowerCase()) <= SLIPS,
  );
  return near.length > 0 ? closest(name, near) : undefined;
}

/** The few known names nearest to one. */
export function nearest(name: string, known: readonly string[], most = 3): string[] {
  const lower = name.toLowerCase();
  return known
    .map((one) => ({ one, apart: distance(one.toLowerCase(), lower) }))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, most)
    .map(({ one }) => one);
}

/** The member, of those that distinguish the branches, that one of a value's names seems to mean. */
function meantAmong(value: unknown, schema: unknown): { meant?: string } {
  const known = (schema as { anyOf: Branch[] }).anyOf.flatMap(({ required = [] }) => required);
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (names.some((name) => known.includes(name))) return {};
  const [meant] = names.flatMap((name) => meantBy(name, known) ?? []);
  return meant === undefined ? {} : { meant };
}

function branches(schema: unknown): string[] {
  const { anyOf } = schema as { anyOf: Branch[] };
  return anyOf.map(({ enum: values, required = [], properties }) => {
    if (!values && required.length === 0) return 'an object';
    const member = (key: string) => `"${key}": ${key === 'mode' ? shown(properties?.mode?.const) : '…'}`;
    return values ? values.join(', ') : `{ ${required.map(member).join(', ')} }`;
  });
}

interface Branch {
  type?: string;
  enum?: string[];
  required?: string[];
  properties?: { mode?: { const?: unknown } };
}

/** Typed texts, the identity and the environment are never quoted: they may be real, and a log may be public. */
function shownAt(field: string, value: unknown): string | Private {
  if (isPrivate(field)) return new Private(kindOf(value));
  return field.endsWith('/with') ? kindOf(value) : shown(value);
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  return Array.isArray(value) ? `a list of ${value.length}` : `a value of type ${typeof value}`;
}

/** A value for a message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, hidden) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

const HIDDEN = new Set(['identity', 'env', 'headers', 'httpCredentials', 'cookies']);

/** Hides typed texts, the identity, credentials of the site, a server's environment, and passwords in URLs. */
function hidden(name: string, value: unknown): unknown {
  if (HIDDEN.has(name)) return '…';
  if (typeof value !== 'string') return value;
  return name === 'with' && !/^\{\w+\}$/.test(value) ? '…' : value.replace(/\/\/[^/@\s]*@/, '//…@');
}
