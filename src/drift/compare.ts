import { DIAGNOSTICS, diagnosticIn } from '../tiktok/diagnostics.ts';
import {
  fields,
  isEvent,
  isPresenceOnly,
  nameOf,
  type Observation,
  pixelOf,
  type Sent,
} from './observation.ts';
import { PIXEL } from './probe.ts';

/** event: what a judging rule could see. detail: the rest. */
export type Grade = 'event' | 'detail';

export interface Difference {
  grade: Grade;
  /** Where, such as `wire · Purchase · context.user.email`. */
  place: string;
  /** undefined: it is not there. */
  left: unknown;
  right: unknown;
}

/** What rules read of an event's message. */
const JUDGED = /^(event|event_id|context\.(user|pixel\.code|ad\.callback|page\.url)|properties)(\.|$)/;
const JUDGED_COOKIES = ['_ttp', 'ttclid', '_tt_enable_cookie'];

/** The differences between two masked observations of one probe; those that a rule could see come first. */
export function compare(left: Observation, right: Observation): Difference[] {
  const pairing = new Pairing();
  const found = [
    ...cookies(left, right, pairing),
    ...(['sessionStorage', 'localStorage'] as const).flatMap((storage) =>
      values(left[storage], right[storage], pairing).map(at(storage, 'detail')),
    ),
    ...wire(left.sent, right.sent, pairing),
    ...presence(left.sent, right.sent),
    ...diagnostics(left.console, right.console),
    ...lines('page error', left.errors, right.errors),
    ...values(left.reports, right.reports, pairing).map(at('report', 'event')),
  ];
  return [
    ...found.filter(({ grade }) => grade === 'event'),
    ...found.filter(({ grade }) => grade === 'detail'),
  ];
}

/** A difference between two values. */
interface Inequality {
  /** Keys that lead to it. */
  path: string[];
  left: unknown;
  right: unknown;
}

const at =
  (place: string, grade: Grade) =>
  ({ path, left, right }: Inequality): Difference => ({
    grade,
    place: [place, path.join('.')].filter(Boolean).join(' · '),
    left,
    right,
  });

/**
 * Pairs the numbers of the two sides' placeholders: `<uuid#1>` of one side may be `<uuid#3>` of the other, but then everywhere.
 */
class Pairing {
  private readonly rightOf = new Map<string, string>();
  private readonly leftOf = new Map<string, string>();

  areSame(left: string, right: string): boolean {
    const [leftParts, rightParts] = [split(left), split(right)];
    if (leftParts.text !== rightParts.text) return false;
    // All are paired before the result is evaluated.
    return leftParts.numbered.map((one, index) => this.tie(one, rightParts.numbered[index]!)).every(Boolean);
  }

  private tie(left: string, right: string): boolean {
    if (!this.rightOf.has(left) && !this.leftOf.has(right)) {
      this.rightOf.set(left, right);
      this.leftOf.set(right, left);
    }
    return this.rightOf.get(left) === right;
  }
}

/** A masked text without numbers, and its numbered placeholders. */
function split(masked: string): { text: string; numbered: string[] } {
  const numbered: string[] = [];
  const text = masked.replace(/<([\w ]+)#\d+>/g, (found, kind) => {
    numbered.push(found);
    return `<${kind}>`;
  });
  return { text, numbered };
}

function values(left: unknown, right: unknown, pairing: Pairing, path: string[] = []): Inequality[] {
  if (isContainer(left) && isContainer(right) && Array.isArray(left) === Array.isArray(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].flatMap((key) => values(left[key], right[key], pairing, [...path, key]));
  }
  const same =
    typeof left === 'string' && typeof right === 'string'
      ? pairing.areSame(left, right)
      : left === right || (isContainer(left) && JSON.stringify(left) === JSON.stringify(right));
  return same ? [] : [{ path, left, right }];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function cookies(left: Observation, right: Observation, pairing: Pairing): Difference[] {
  const byName = (side: Observation) =>
    Object.fromEntries(side.cookies.map((cookie) => [cookie.name, cookie]));
  return values(byName(left), byName(right), pairing).map((found) =>
    at('cookie', JUDGED_COOKIES.includes(found.path[0]!) ? 'event' : 'detail')(found),
  );
}

/** Settings of a pixel from TikTok's server, not from the build: whether forms are read, and which experiments it is part of. */
const SETTINGS = /(^|\.)((raw_)?auto_(email|phone|phone_number)|vids|variation_id)(\.|$)/;

function wire(left: Sent[], right: Sent[], pairing: Pairing): Difference[] {
  const { pairs, onlyLeft, onlyRight } = match(whole(left), whole(right));
  return [
    ...pairs.flatMap(([one, other]) => message(one, other, pairing)),
    ...onlyLeft.map((sent) => missing(sent, 'sent', undefined)),
    ...onlyRight.map((sent) => missing(sent, undefined, 'sent')),
  ];
}

const whole = (all: Sent[]) => all.filter((sent) => !isPresenceOnly(sent));

function message(left: Sent, right: Sent, pairing: Pairing): Difference[] {
  const { body: leftBody, ...leftRest } = left;
  const { body: rightBody, ...rightRest } = right;
  const place = `wire · ${label(left)}`;
  const graded = ({ path }: Inequality): Grade =>
    isEvent(left) && JUDGED.test(path.join('.')) ? 'event' : 'detail';
  return [
    ...values(leftBody, rightBody, pairing)
      .filter(({ path }) => !SETTINGS.test(path.join('.')))
      .map((found) => at(place, graded(found))(found)),
    ...values(leftRest, rightRest, pairing).map(at(place, 'detail')),
  ];
}

function missing(sent: Sent, left: unknown, right: unknown): Difference {
  return { grade: isEvent(sent) ? 'event' : 'detail', place: `wire · ${label(sent)}`, left, right };
}

/** The event with its id, and its pixel if it is not the usual one; the path for other requests. */
function label(sent: Sent): string {
  const pixel = pixelOf(sent);
  const parts = [isEvent(sent) ? nameOf(sent) : `${sent.path} ${nameOf(sent)}`, eventIdOf(sent)];
  return [...parts, pixel === PIXEL ? '' : pixel].filter(Boolean).join(' ');
}

const eventIdOf = ({ body }: Sent) => String(fields(body).event_id ?? '');
const pageOf = ({ body }: Sent) => String(fields(fields(fields(body).context).page).url);
const propertiesOf = ({ body }: Sent) => JSON.stringify(fields(body).properties);

/** What two requests that correspond have in common, the strictest first. Requests of one tick arrive in any order. */
const LIKENESS: ((sent: Sent) => string)[][] = [
  [(sent) => sent.path, nameOf, pixelOf, eventIdOf, pageOf, propertiesOf],
  [(sent) => sent.path, nameOf, pixelOf, eventIdOf, pageOf],
  [(sent) => sent.path, nameOf, pixelOf, eventIdOf],
  [(sent) => sent.path, nameOf, pixelOf],
  [(sent) => sent.path, nameOf],
];

interface Matched {
  pairs: [Sent, Sent][];
  onlyLeft: Sent[];
  onlyRight: Sent[];
}

function match(left: Sent[], right: Sent[]): Matched {
  const pairs: [Sent, Sent][] = [];
  let [onlyLeft, onlyRight] = [left, right];
  for (const likeness of LIKENESS) {
    const key = (sent: Sent) => JSON.stringify(likeness.map((part) => part(sent)));
    const free = [...onlyRight];
    onlyLeft = onlyLeft.filter((one) => {
      const index = free.findIndex((other) => key(other) === key(one));
      if (index >= 0) pairs.push([one, ...free.splice(index, 1)] as [Sent, Sent]);
      return index < 0;
    });
    onlyRight = free;
  }
  return { pairs, onlyLeft, onlyRight };
}

/** For these, only whether they were sent counts. */
function presence(left: Sent[], right: Sent[]): Difference[] {
  const paths = (all: Sent[]) => [...new Set(all.filter(isPresenceOnly).map(({ path }) => path))];
  return lines('wire', paths(left), paths(right));
}

/** The wording and number of the SDK's messages are ignored: only the diagnostics are compared. */
function diagnostics(left: string[], right: string[]): Difference[] {
  const kinds = (all: string[]) => [...new Set(all.map((line) => diagnosticIn(line) ?? firstLine(line)))];
  return lines('console', kinds(left), kinds(right)).map((one) => ({
    ...one,
    grade: isDiagnostic(one.left ?? one.right) ? 'event' : 'detail',
  }));
}

const firstLine = (text: string) => text.split('\n', 1)[0]!;
const isDiagnostic = (found: unknown) => (DIAGNOSTICS as readonly unknown[]).includes(found);

function lines(place: string, left: string[], right: string[]): Difference[] {
  const rest = [...right];
  const gone = left.filter((line) => {
    const index = rest.indexOf(line);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
  return [
    ...gone.map((line): Difference => ({ grade: 'detail', place, left: line, right: undefined })),
    ...rest.map((line): Difference => ({ grade: 'detail', place, left: undefined, right: line })),
  ];
}
