import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { record } from '../pixel-request.ts';
import type { Endpoint } from './endpoint.ts';
import { FIELD_ROWS, membersOf } from './fields.ts';
import { type ContractFinding, fieldOf, findingOf, itemIndexOf } from './finding.ts';
import { misnamedIn, valueAt } from './misnamed.ts';
import { SCHEMAS, type SchemaName } from './schemas.ts';

let ajv: Ajv2020 | undefined;
const VALIDATORS = new Map<SchemaName, ValidateFunction>();

/**
 * Holds a body against the contract of the endpoint it was sent to.
 *
 * @returns what the service refuses it for, in the order in which the service looks, then what is unwise in
 * it
 */
export function judgeBody(endpoint: Endpoint, body: unknown): ContractFinding[] {
  const refused = findings('reject', `${endpoint}.reject`, body).sort(bySequence);
  if (record(body) !== body) return refused;
  // What is refused needs no advice.
  const told = new Set(refused.map(({ path }) => path));
  const unwise = [...findings('warn', adviceFor(endpoint, body), body), ...misnamedIn(endpoint, body)];
  return [
    ...refused,
    ...once(unwise).filter(
      (one) => !told.has(one.path) && !(endpoint === 'event-track' && isSuperfluous(one, body)),
    ),
  ];
}

/** Out of its place, but the same stands in the right one: nothing is lost by it. */
function isSuperfluous({ code, path }: ContractFinding, body: unknown): boolean {
  if (code !== 'misplaced') return false;
  const member = fieldOf(path);
  const item = `data/${itemIndexOf(path) ?? 0}`;
  const here = JSON.stringify(valueAt(body, path.replace('/body/', '')));
  return FIELD_ROWS.filter(([, row]) => membersOf(row).includes(member))
    .map(([, { track }]) => track[0]!)
    .map((right) => (right.startsWith('/') ? right.slice(1) : `${item}/${right}`))
    .some((right) => JSON.stringify(valueAt(body, right)) === here);
}

/** Members that tell the legacy layout, where a body of event/track has no data. */
const FLAT_MEMBERS = ['event', 'batch', 'pixel_code', 'context'];

function adviceFor(endpoint: Endpoint, body: object): SchemaName {
  const isFlat = endpoint === 'event-track' && !hasData(body) && FLAT_MEMBERS.some((name) => name in body);
  return isFlat ? 'flat.warn' : `${endpoint}.warn`;
}

function hasData(body: object): boolean {
  const { data } = record(body);
  return (Array.isArray(data) && data.length > 0) || 'event' in record(data);
}

function findings(level: 'reject' | 'warn', name: SchemaName, body: unknown): ContractFinding[] {
  const errors: ErrorObject[] = validatorOf(name)(body) ? [] : (VALIDATORS.get(name)!.errors ?? []);
  return errors.flatMap((error) => findingOf(level, error) ?? []);
}

/** Compiled at first use: who only decodes should not wait for it. */
function validatorOf(name: SchemaName): ValidateFunction {
  const known = VALIDATORS.get(name);
  if (known) return known;
  ajv ??= new Ajv2020({ allErrors: true, verbose: true, strict: false });
  const compiled = ajv.compile(SCHEMAS[name]);
  VALIDATORS.set(name, compiled);
  return compiled;
}

/** After one of these there is nothing else to say of a value: it is none, or none of this field's. */
const LAST_WORDS = ['null', 'empty', 'hashed-needlessly'];

/** One finding of a kind for each place. */
function once(all: ContractFinding[]): ContractFinding[] {
  const settled = new Set(all.filter(isLastWord).map(({ path }) => path));
  const seen = new Set<string>();
  return all.filter((finding) => {
    const key = `${finding.code} ${finding.path}`;
    if (seen.has(key) || (settled.has(finding.path) && !isLastWord(finding))) return false;
    seen.add(key);
    return true;
  });
}

function isLastWord({ code }: ContractFinding): boolean {
  return LAST_WORDS.includes(code);
}

/**
 * The order in which the service looks: the envelope, then the types of each event in turn, then the hashes,
 * for which it has to read the events. The order of the first three is recorded, that of the rest follows
 * TikTok's reference.
 */
const SEQUENCE = [
  'body',
  'event_source',
  'event_source_id',
  'pixel_code',
  'data',
  'batch',
  'event',
  'event_time',
  'event_id',
  'content_id',
  'value',
  'price',
];

function bySequence(a: ContractFinding, b: ContractFinding): number {
  const [first, second] = [rank(a), rank(b)];
  const differing = first.findIndex((value, index) => value !== second[index]);
  return differing < 0 ? 0 : first[differing]! - second[differing]!;
}

function rank({ code, path }: ContractFinding): number[] {
  const position = SEQUENCE.indexOf(fieldOf(path));
  return [
    code === 'pii-not-hashed' ? 1 : 0,
    itemIndexOf(path) ?? -1,
    position < 0 ? SEQUENCE.length : position,
    // An empty list is no list of events before it is a list of too many.
    code === 'batch-size' ? 1 : 0,
  ];
}
