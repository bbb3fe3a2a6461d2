import type { ErrorObject } from 'ajv/dist/2020.js';
import { FIELD_ROWS, spellingsOf } from './fields.ts';

/** One breach of the Events API's contract by a request. Plain data. */
export interface ContractFinding {
  /** reject: the service refuses the request, or this item of a legacy batch, for it. warn: it accepts it, to no good effect. */
  level: 'reject' | 'warn';
  /** Which check, such as `param-error` or `currency-case`. */
  code: string;
  /** JSON Pointer within the request {method, url, headers, body}; for a missing member, where it should be. */
  path: string;
  /** As text; nothing personal is quoted. */
  found: string;
  wanted: string;
  /** Path, found and wanted as one sentence. */
  message: string;
}

/** Members that contain personal data or a secret, wherever they are: their values are never quoted. */
const PERSONAL = new Set([
  ...FIELD_ROWS.flatMap(([, row]) => (row.quoted ? [] : spellingsOf(row))),
  'access-token',
  'authorization',
]);
const MAX_QUOTED = 60;

/**
 * @param path JSON Pointer within the request
 * @param found the value at the path; undefined if there is none
 */
export function contractFinding(
  level: 'reject' | 'warn',
  code: string,
  path: string,
  found: unknown,
  wanted: string,
): ContractFinding {
  return worded(level, code, path, inWords(found, namesOf(path).some(isPersonal)), wanted);
}

/** The same if the found value is described in words already. */
export function worded(
  level: 'reject' | 'warn',
  code: string,
  path: string,
  found: string,
  wanted: string,
): ContractFinding {
  return { level, code, path, found, wanted, message: `${readable(path)}: found ${found}, wanted ${wanted}` };
}

/**
 * A validator's complaint as a finding. The schemas of this folder give each check a `title`, the finding's code, and a
 * `description`, what is wanted; for a missing member, those of the member count.
 *
 * @returns undefined for an error that only sums up others
 * @internal
 */
export function findingOf(level: 'reject' | 'warn', error: ErrorObject): ContractFinding | undefined {
  if (error.keyword === 'if') return undefined;
  const schema = error.parentSchema as SchemaNode;
  const { missingProperty } = error.params as { missingProperty?: string };
  const path = `/body${error.instancePath}`;
  if (missingProperty === undefined) {
    return contractFinding(level, schema.title!, path, error.data, schema.description!);
  }
  const { title, description } = schema.properties![missingProperty]!;
  return contractFinding(level, title!, `${path}/${missingProperty}`, undefined, description!);
}

interface SchemaNode {
  title?: string;
  description?: string;
  properties?: Record<string, SchemaNode>;
}

/** The last name in a path, as in the service's messages: lists have their own name, not an index. */
export function fieldOf(path: string): string {
  return namesOf(path).findLast((name) => !/^\d+$/.test(name)) ?? 'body';
}

/** Index of the event within `data` or `batch`; undefined outside of them. */
export function itemIndexOf(path: string): number | undefined {
  const [, index] = /^\/body\/(?:data|batch)\/(\d+)/.exec(path) ?? [];
  return index === undefined ? undefined : Number(index);
}

function namesOf(path: string): string[] {
  return path.split('/').slice(1);
}

function isPersonal(name: string): boolean {
  return PERSONAL.has(name);
}

/** `/body/data/0/event` as `data[0].event`. */
function readable(path: string): string {
  const [part, ...names] = namesOf(path);
  // With a colon after it, the name of this header reads like its value, which is masked.
  if (part === 'headers')
    return names[0] === 'access-token' ? 'the Access-Token header' : `header ${names[0]}`;
  if (part !== 'body') return `the ${part}`;
  const steps = names.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`));
  return steps.join('').replace(/^\./, '') || 'the body';
}

function inWords(value: unknown, personal: boolean): string {
  if (value === undefined) return 'nothing';
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (personal && value !== null) {
    return typeof value === 'string' ? `a text of ${value.length} characters` : `a ${typeof value}`;
  }
  const text = JSON.stringify(value);
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}
