import { relative } from 'node:path';
import Type, { type Static } from 'typebox';
import { Private } from './private.ts';

/** Why a target cannot be audited: a code with arguments, and the message made from them. All wordings are in this file. */
export interface Refusal {
  code: RefusalCode;
  args: Readonly<Record<string, Argument | Private | undefined>>;
  /** JSON Pointer into the target file, if it is about one field. */
  field?: string;
}

type Argument = string | number | readonly string[];

/** A refusal in the form of the verdicts. */
export const WrittenRefusal = Type.Object(
  {
    code: Type.String(),
    args: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Array(Type.String())]), {
      description: 'What the message is made from, without what must not leave the target file',
    }),
    file: Type.Optional(Type.String({ description: 'The target file, relative to the current folder' })),
    field: Type.Optional(Type.String({ description: 'JSON Pointer into it' })),
    message: Type.String({ description: 'For people: made from code and args' }),
  },
  { additionalProperties: false, description: 'One thing that is wrong with a target' },
);
export type WrittenRefusal = Static<typeof WrittenRefusal>;

const MODULE = 'wanted a module whose default export is the target';

/** JSON Schema's types, in words. */
const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'text',
};

/** What another program said about the file, which may quote it. */
interface Detail {
  detail: string | undefined;
}
/** The value of a field; undefined if it is private. */
interface Found {
  found: string | undefined;
}
/** The name that was probably meant. */
interface Meant {
  meant?: string | undefined;
}

interface Noted extends Found {
  /** The schema's description of the field. */
  note?: string | undefined;
}

/** About a target file: each message follows the field it is about. */
const OF_FILE = {
  'no-file': () => 'found no such file; wanted a JSON file or a module',
  'json-syntax': ({ detail }: Detail) => `found a syntax error${quoted(detail)}; wanted JSON`,
  'json-unreadable': ({ detail }: Detail) => `it cannot be read${quoted(detail)}; wanted JSON`,
  stray: ({ kinds, name }: { kinds: readonly string[]; name: string }) =>
    `found a module that is not named like a target; wanted ${fileKinds(kinds)} in a folder. Rename it to ${name} if it is a target, ` +
    'otherwise move it elsewhere',

  'module-syntax': ({ detail }: Detail) => `found a syntax error${quoted(detail)}; ${MODULE}`,
  'module-unreadable': ({ detail }: Detail) => `it cannot be read${quoted(detail)}; ${MODULE}`,
  'module-late': ({ seconds }: { seconds: number }) =>
    `it did not end within ${seconds} seconds; ${MODULE}, and that leaves nothing running`,
  'module-output': ({ megabytes }: { megabytes: number }) =>
    `it printed more than ${megabytes} MB; ${MODULE}, and that prints little`,
  'module-waits': () => `its top-level await never resolves; ${MODULE}`,
  'module-ends': ({ end }: { end: string }) =>
    `it ends the process that loads it (${end}); ${MODULE}, and that ends nothing`,
  'not-data': (args: Found) => `${found(args)}; wanted plain data, as in JSON`,
  'member-unreadable': ({ detail }: Detail) =>
    `it cannot be read${quoted(detail)}; wanted plain data, as in JSON`,

  'too-deep': ({ deepest }: { deepest: number }) => `found data nested ${deepest} deep; wanted a target`,
  'reserved-key': () => 'found a key that JavaScript reserves; wanted another',

  'unknown-field': ({ known, meant }: Meant & { known: readonly string[] }) =>
    `found an unknown field; ${asked(meant)} one of ${known.join(', ')}`,
  'missing-field': () => 'found nothing; wanted this field',
  'not-among': ({ choices, note, meant, ...args }: Noted & Meant & { choices: readonly string[] }) =>
    `${found(args)}; ${asked(meant)} one of ${choices.join(', ')}${noted(note)}`,
  'wrong-type': ({ type, note, ...args }: Noted & { type: string }) =>
    `${found(args)}; wanted ${TYPES[type] ?? type}${noted(note)}`,
  'wrong-format': ({ format, note, ...args }: Noted & { format: string }) =>
    `${found(args)}; wanted a valid ${format}${noted(note)}`,
  'no-match': ({ pattern, note, ...args }: Noted & { pattern: string }) =>
    `${found(args)}; wanted text that matches ${pattern}${noted(note)}`,
  empty: ({ note, ...args }: Noted) => `${found(args)}; wanted some text${noted(note)}`,
  'too-few': ({ least, note, ...args }: Noted & { least: number }) =>
    `${found(args)}; wanted at least ${least} item${noted(note)}`,
  repeated: ({ note, ...args }: Noted) => `${found(args)}; wanted each item once${noted(note)}`,
  /** In the words of the validator. */
  invalid: ({ wanted, note, ...args }: Noted & { wanted: string }) =>
    `${found(args)}; wanted ${wanted}${noted(note)}`,

  'no-url': (args: Found) => `${found(args)}; wanted a valid URL`,
  'env-unset': ({ name }: { name: string }) =>
    `found \${${name}}, which is not set in the environment; wanted it set, or the text itself`,
  'no-storage-state': (args: Found) => `${found(args)}; wanted a file that Playwright's storageState wrote`,
  'no-locale': (args: Found) => `${found(args)}; wanted a language tag such as de-DE`,
  'no-timezone': (args: Found) =>
    `${found(args)}; wanted a name of the IANA time zone database, such as Europe/Berlin`,
  'no-base': (args: Found) => `${found(args)}, which contains no object; wanted a target file`,
  'extends-what': (args: Found) => `${found(args)}; wanted the path of a target file, or a list of paths`,
  'extends-itself': (args: Found) =>
    `${found(args)}, which extends this file in turn; wanted a file that does not`,
  'vain-wait': () =>
    'found a step that waits for a browser event in a target without a pixel; wanted waitFor, or a pixel in pixels',
  'no-device': ({ near, ...args }: Found & { near: readonly string[] }) =>
    `${found(args)}; wanted a name of Playwright's list of devices, such as ${near.join(', ')}`,
  'excluded-start': (args: Found) =>
    `${found(args)}, which exclude also matches; wanted a start that is part of the site's tracking, or a narrower pattern in exclude`,
  'foreign-cookie': ({ hosts, ...args }: Found & { hosts: readonly string[] }) =>
    `${found(args)}; wanted a host of the site: ${hosts.join(', ')}`,
  'no-host': (args: Found) =>
    `${found(args)}; wanted one host name or address, such as www.shop.example, with or without a port`,
  'journey-twice': ({ name }: { name: string }) => `found "${name}" twice; wanted each name once`,
  'no-sender': () => 'found false without "server": true; wanted at least one side that sends the event',
  'no-source': () =>
    "found no pixel; wanted the id of one, or the server's event_source_id in eventsApi.sources: then only the server is judged",
  'no-browser-half': () => 'found true in a target without a pixel; wanted false, or a pixel in pixels',
  'no-such-journey': ({ name, journeys }: { name: string; journeys: readonly string[] }) =>
    `found "${name}"; wanted one of ${journeys.join(', ')}`,
  'not-visited': ({ scenario, scenarios }: { scenario: string; scenarios: readonly string[] }) =>
    `found "${scenario}"; wanted one of ${scenarios.join(', ')}`,
  'no-identity': ({ part }: { part: string }) =>
    `found {${part}}; wanted identity.${part} to be set, or plain text`,
  'transport-without-server': ({ transport }: { transport: string }) =>
    `found "${transport}" without a server to start; wanted "none", or a server`,
  'no-port': () => 'found nothing, and no server to start; wanted the port that the site sends its events to',
  'vain-port': ({ port, transport }: { port: number; transport: string }) =>
    `found ${port} with transport "${transport}"; wanted it with "server" only`,
  'vain-https': ({ transport }: { transport: string }) =>
    `found it with transport "${transport}"; wanted it with "server", and a server to start, which is given the certificate authority to trust`,
  'vain-listen': ({ transport }: { transport: string }) =>
    `found it with transport "${transport}"; wanted it with "proxy" or "server"`,
  'isolated-open': () =>
    'found true in a target whose network is open; wanted "network": "hermetic": an isolated server can reach nothing else',
  'isolated-listen': () =>
    'found true beside eventsApi.listen; wanted one of them: containers do not run in the namespace of what starts them',
  'isolated-elsewhere': ({ url }: { url: string }) =>
    `found true with server.url ${url}; wanted a loopback address there, such as 127.0.0.1: an isolated server has no other`,
  'no-host-and-port': (args: Found) =>
    `${found(args)}; wanted a name or an address with a port, such as db.internal:5432`,
  'reaches-tiktok': (args: Found) =>
    `${found(args)}; wanted no host of TikTok's, nor of eventsApi.hosts: the stub answers for them`,
  'foreign-pixel': ({ found: pixel, pixels }: { found: string; pixels: readonly string[] }) =>
    `found "${pixel}"; wanted one of pixels: ${pixels.join(', ') || 'there is none'}`,
  'no-transport': () => 'found "none" beside hosts or faults; wanted "preload", "proxy" or "server"',
  'faults-unmet': ({ scenario }: { scenario: string }) =>
    `found "${scenario}" with eventsApi.transport "none"; wanted "preload", "proxy" or "server", so that the faults reach the server's calls`,
  'faults-vain': ({ scenario }: { scenario: string }) =>
    `found "${scenario}", but no journey that expects a server event; wanted "server": true in one`,
  'scenario-needs': ({ scenario, needs }: { scenario: string; needs: readonly string[] }) =>
    `found "${scenario}"; wanted ${needs.join(' and ')} to be set as well`,
  'sdk-no-folder': ({ folder }: { folder: string }) =>
    `found no folder ${folder}; wanted a saved SDK, laid out by URL path`,
  'sdk-no-script': ({ folder }: { folder: string }) =>
    `found no i18n/pixel/events.js in ${folder}; wanted a saved SDK, laid out by URL path`,
  'too-long': ({ most, note, ...args }: Noted & { most: number }) =>
    `${found(args)}; wanted at most ${most} characters${noted(note)}`,
  blank: (args: Found) => `${found(args)}; wanted some text`,
  'waiver-too-long': ({ expires, last, days }: { expires: string; last: string; days: number }) =>
    `found ${expires}; wanted a day until ${last}, ${days} days from today. A waiver is temporary: set gate.waiverDays if it has to last longer`,
  'no-such-rule': ({ rule, near }: { rule: string; near: readonly string[] }) =>
    `found no rule ${JSON.stringify(rule)}; wanted ` +
    (near.length > 0 ? `one of ${near.join(', ')}` : 'one of those in docs/rules.md'),

  'name-taken': ({ name }: { name: string }) =>
    `found "${name}", which is also the name of another target of this run; wanted a unique name`,
  'name-of-dots': ({ name }: { name: string }) => `found "${name}"; wanted at least one letter or digit`,
  'server-taken': ({ url, target }: { url: string; target: string }) =>
    `found ${url}, which is also the server of ${target}; wanted a port of its own, such as {port}, or, if one process serves both, ` +
    'the same "server", "network", "identity" and "eventsApi" in both',
};

/** About a target together with an option of the run, or with other targets: complete sentences. */
const WHOLE = {
  'sdk-option-no-folder': (args: SdkOption) => sdkOption(args, `found no folder ${args.folder}`),
  'sdk-option-no-script': (args: SdkOption) =>
    sdkOption(args, `found no i18n/pixel/events.js in ${args.folder}`),
  'refresh-without-live': ({ mode }: { mode: string }) =>
    `--refresh-sdk (TTQ_REFRESH_SDK) was given, but the SDK is ${JSON.stringify(mode)}; wanted "live". ` +
    'Leave it out, or add --sdk live.',
  'forward-not-in-file': ({ target }: { target: string }) =>
    `--forward-events (TTQ_FORWARD_EVENTS) was given, but the target ${target} swallows events. ` +
    'Leave it out, or set "events": "forward" in the target file.',
  'forward-not-asked': ({ target }: { target: string }) =>
    `The target ${target} says "events": "forward": every event of the visits would go to TikTok. Add --forward-events ` +
    '(TTQ_FORWARD_EVENTS=1) if that is intended, or remove "events" from the target file.',
  'no-plan': () => 'its shards do not say what was planned',
};

interface SdkOption {
  sdk: string;
  folder: string;
  profiles: readonly string[];
}

const REFUSALS = { ...OF_FILE, ...WHOLE };

export type RefusalCode = keyof typeof REFUSALS;
type ArgsOf<Code extends RefusalCode> =
  Parameters<(typeof REFUSALS)[Code]> extends [infer Args] ? Args : Record<never, never>;
/** An argument may be private if the message can do without it. */
type Given<Args> = {
  [Name in keyof Args]: undefined extends Args[Name] ? Args[Name] | Private : Args[Name];
};

export function refusal<Code extends RefusalCode>(
  code: Code,
  args: Given<ArgsOf<Code>>,
  field?: string,
): Refusal {
  return { code, args: args as Refusal['args'], ...(field === undefined ? {} : { field }) };
}

/** In full, for the author of the file. */
export function refusalText({ code, args, field }: Refusal): string {
  const open = Object.entries(args).map(([name, value]) => [
    name,
    value instanceof Private ? value.text : value,
  ]);
  return worded(code, Object.fromEntries(open), field);
}

/**
 * For the verdicts: without private texts.
 *
 * @param file the target file; undefined if unknown
 */
export function written({ code, args, field }: Refusal, file: string | undefined): WrittenRefusal {
  const open = Object.entries(args).filter(
    (entry): entry is [string, Argument] => entry[1] !== undefined && !(entry[1] instanceof Private),
  );
  const shown = Object.fromEntries(open) as WrittenRefusal['args'];
  return {
    code,
    args: shown,
    ...(file === undefined ? {} : { file: shownFile(file) }),
    ...(field === undefined ? {} : { field }),
    message: worded(code, shown, field),
  };
}

/** A written refusal with each of its texts changed, and its message made again. */
export function rewritten(one: WrittenRefusal, change: (text: string) => string): WrittenRefusal {
  const { code, args, file, field } = one;
  const changed = Object.entries(args).map(([name, value]) => {
    if (typeof value === 'number') return [name, value];
    return [name, typeof value === 'string' ? change(value) : value.map(change)];
  });
  const given: WrittenRefusal['args'] = Object.fromEntries(changed);
  const place = field === undefined ? undefined : change(field);
  return {
    code,
    args: given,
    ...(file === undefined ? {} : { file: change(file) }),
    ...(place === undefined ? {} : { field: place }),
    message: worded(code as RefusalCode, given, place),
  };
}

/** Everything wrong with a target, in one line. */
export function refusedLine(refusals: readonly WrittenRefusal[]): string {
  const all = refusals.map(({ message }) => message).join(', and ');
  const [first] = refusals;
  if (first?.file === undefined || first.code in WHOLE) return all;
  return `${cannotBeUsed([first.file])} ${all}`;
}

/** Files that are named in a message, of many. */
const NAMED = 4;

/** @param files as they are to be shown */
export function cannotBeUsed(files: readonly string[]): string {
  const named = files.slice(0, NAMED).join(', ');
  const more = files.length > NAMED ? ` and ${files.length - NAMED} more` : '';
  return `The target file${files.length === 1 ? '' : 's'} ${named}${more} cannot be used:`;
}

/** The path of a target file, for a message. */
export function shownFile(file: string): string {
  return relative('', file) || file;
}

export function fileKinds(kinds: readonly string[]): string {
  return kinds.map((kind) => `*${kind}`).join(', ');
}

function worded(code: RefusalCode, args: object, field: string | undefined): string {
  const text = (REFUSALS[code] as (args: object) => string)(args);
  return field === undefined ? text : `${field}: ${text}`;
}

function asked(meant: string | undefined): string {
  return meant === undefined ? 'wanted' : `did you mean ${meant}? Wanted`;
}

function found({ found: value }: Found): string {
  return `found ${value ?? 'another value'}`;
}

function noted(note: string | undefined): string {
  return note === undefined ? '' : ` (${note})`;
}

function quoted(detail: string | undefined): string {
  return detail === undefined ? '' : ` (${detail})`;
}

function sdkOption({ sdk, profiles }: SdkOption, problem: string): string {
  return (
    `The SDK ${JSON.stringify(sdk)} cannot be used: ${problem}; wanted double, ${profiles.join(', ')}, live, or a folder with a saved ` +
    'SDK, laid out by URL path. docs/target.md describes them.'
  );
}
