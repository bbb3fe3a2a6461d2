import type { ErrorObject } from 'ajv/dist/2020.js';
import { record } from '../pixel-request.ts';
import type { Endpoint } from './endpoint.ts';
import { FIELD_ROWS, membersOf } from './fields.ts';
import { type ContractFinding, fieldOf, findingOf, itemIndexOf } from './finding.ts';
import { misnamedIn, valueAt } from './misnamed.ts';
import type { SchemaName } from './schemas.ts';
import { validatorOf } from './validators.ts';

/**
 * Checks a body against the contract of its endpoint.
 *
 * @returns what the service refuses, in the order in which it checks, then warnings
 */
export function judgeBody(endpoint: Endpoint, body: unknown): ContractFinding[] {
  const refused = findings('reject', `${endpoint}.reject`, body).sort(bySequence);
  if (record(body) !== body) return refused;
  // No advice on what is refused.
  const reported = new Set(refused.map(({ path }) => path));
  const unwise = [...findings('warn', adviceFor(endpoint, body), body), ...misnamedIn(endpoint, body)];
  return [
    ...refused,
    ...once(unwise).filter(
      (one) => !reported.has(one.path) && !(endpoint === 'event-track' && isSuperfluous(one, body)),
    ),
  ];
}

/** Misplaced, but also present in the right place: nothing is lost. */
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

/** Members of the legacy layout, in a body of event/track without data. */
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
  const validate = validatorOf(name);
  const errors: ErrorObject[] = validate(body) ? [] : (validate.errors ?? []);
  return errors.flatMap((error) => findingOf(level, error) ?? []);
}

/** After one of these, nothing else is reported about a value: it is missing, or not a value of this field. */
const LAST_WORDS = ['null', 'empty', 'hashed-needlessly'];

/** One finding of each kind for each place. */
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
 * The order in which the service checks: the envelope, then the types of each event in turn, then the hashes, for which it has to
 * read the events. The order of the first three is recorded, that of the rest follows TikTok's reference.
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
    // An empty list is refused as a list of events, before its size is checked.
    code === 'batch-size' ? 1 : 0,
  ];
}
