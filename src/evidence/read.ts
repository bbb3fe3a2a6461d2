import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { record, text } from '../tiktok/pixel-request.ts';
import { EVIDENCE_VERSION, Evidence, STEP_ACTIONS } from './evidence.ts';
import { type ProblemKind, problem } from './problem.ts';

/** The content of a file: evidence, an HTTP archive, calls, or why it cannot be judged. */
export type Read =
  /** `repeatedIds`: for version 2 or 3, the visit's event_ids that another visit of its run also sent, if it names any. */
  | { kind: 'evidence'; evidence: Evidence; repeatedIds?: string[] }
  | { kind: 'har'; document: unknown }
  /** Calls of the Events API, or only their bodies, as somebody logged them. */
  | { kind: 'calls'; items: unknown[] }
  /** `problem`: where in the file, what was found, what was wanted, what to do. */
  | { kind: 'refused'; problem: string };

const RECORD_AGAIN = 'Record the visit again with `ttq-conformance audit`.';

/** Reads the text of a file. Pure. Evidence of an older version is returned in today's form. */
export function readEvidence(content: string): Read {
  const parsed = parse(content);
  if ('problem' in parsed) {
    const lines = jsonLines(content);
    return lines ? calls(lines) : refused(parsed.problem);
  }
  const { document } = parsed;
  if (Array.isArray(document)) return calls(document);
  if (isCall(document)) return calls([document]);
  if (isArchive(document)) return { kind: 'har', document };
  const { version, recorder, documents } = record(document);
  if (recorder === undefined || documents === undefined) return refused(isNoEvidence(document));
  if (typeof version !== 'number' || !Number.isInteger(version) || version < OLDEST)
    return refused(
      `/version: found ${shown(version)}; wanted ${OLDEST} to ${EVIDENCE_VERSION}. ${RECORD_AGAIN}`,
    );
  if (version > EVIDENCE_VERSION) {
    const wanted = `wanted ${OLDEST} to ${EVIDENCE_VERSION}: it was recorded by a newer version`;
    return refused(`/version: found ${version}; ${wanted}. Judge it with that one.`);
  }
  const evidence = migrated(record(document), version);
  const unfit = schemaProblem(evidence);
  if (unfit) return refused(`${unfit}. ${RECORD_AGAIN}`);
  const repeatedIds = repeatedIn(record(document), version);
  return {
    kind: 'evidence',
    evidence: evidence as Evidence,
    ...(repeatedIds.length > 0 ? { repeatedIds } : {}),
  };
}

/** Until version 3 the recorder compared ids with other visits; now rules over the whole run do. */
function repeatedIn({ repeatedIds }: Record<string, unknown>, version: number): string[] {
  return version < 4 && Array.isArray(repeatedIds) ? repeatedIds.filter((id) => typeof id === 'string') : [];
}

function calls(items: unknown[]): Read {
  if (items.length === 0) return refused('it is an empty list; wanted at least one call of the Events API');
  const wrong = items.findIndex((item) => !isCall(item));
  if (wrong < 0) return { kind: 'calls', items };
  return refused(
    `/${wrong}: found ${shown(items[wrong])}; wanted a body of the Events API, with data or pixel_code in it, or a call as {"url", ` +
      '"headers", "body"}. Remove entries that are neither.',
  );
}

/** A body in any layout of the Events API, or a request with one. */
function isCall(item: unknown): boolean {
  const { body, url, method } = record(item);
  if (body !== undefined)
    return isBody(body) || (typeof url === 'string' && /open_api/.test(url)) || method === 'POST';
  return isBody(item);
}

function isBody(body: unknown): boolean {
  const { data, event_source, event_source_id, pixel_code } = record(body);
  return (data !== undefined && (event_source ?? event_source_id) !== undefined) || pixel_code !== undefined;
}

/** Lines of JSON, as in logs; undefined if a line is not JSON. */
function jsonLines(content: string): unknown[] | undefined {
  const lines = content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (lines.length < 2) return undefined;
  try {
    return lines.map((line): unknown => JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Whether a JSON document is an HTTP archive. */
function isArchive(document: unknown): boolean {
  return Array.isArray(record(record(document).log).entries);
}

function refused(problem: string): Read {
  return { kind: 'refused', problem };
}

function parse(content: string): { document: unknown } | { problem: string } {
  // Some programs begin a file with a byte order mark.
  const json = content.replace(/^\uFEFF/, '');
  if (json.trim() === '')
    return { problem: `it is empty; wanted evidence, a HAR or a list of Events API calls. ${RECORD_AGAIN}` };
  try {
    return { document: JSON.parse(json) };
  } catch (error) {
    const cut = /end of (JSON|input)|Unterminated/i.test((error as Error).message);
    const what = cut ? 'it ends in the middle, as if writing was cut off' : 'it is not JSON';
    // Node quotes part of the text, which may be the customer's data.
    const unquoted = (error as Error).message.replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, '');
    const detail = unquoted.replace(/[^\x20-\x7e]/g, '.');
    return {
      problem: `${what} (${detail}); wanted evidence, a HAR or a list of Events API calls. ${RECORD_AGAIN}`,
    };
  }
}

/** Describes a JSON document that cannot be used, if it is of a known kind. */
function isNoEvidence(document: unknown): string {
  const { gate, targets, visits, scripts, dependencies, baseURL, journeys } = record(document);
  const found =
    gate !== undefined && (targets !== undefined || visits !== undefined)
      ? 'verdicts'
      : baseURL !== undefined && journeys !== undefined
        ? 'a target file'
        : scripts !== undefined || dependencies !== undefined
          ? 'the manifest of a package'
          : `JSON that is not evidence (${shown(document)})`;
  return `found ${found}; wanted evidence, as written by an audit below reports/evidence, a HAR, or a list of Events API calls. Name another file.`;
}

const OLDEST = 2;

/** From evidence of each version to that of the next. */
const MIGRATIONS: Readonly<Record<number, (evidence: Record<string, unknown>) => Record<string, unknown>>> = {
  2: addPort,
  3: withCodes,
};

/** Evidence of an older version as it would be written today. The original is not changed. */
export function migrated(evidence: Record<string, unknown>, version: number): Record<string, unknown> {
  let current = evidence;
  for (let from = version; from < EVIDENCE_VERSION; from += 1) current = MIGRATIONS[from]!(current);
  return current;
}

/** Version 3 records what {port} stood for; before, only the first page's own address shows it. */
function addPort(evidence: Record<string, unknown>): Record<string, unknown> {
  const { documents, port: _port, ...others } = evidence;
  const [first] = Array.isArray(documents) ? documents : [];
  const port = Number(URL.parse(text(record(first).url))?.port);
  return { ...others, documents, version: 3, ...(port > 0 ? { port } : {}) };
}

/**
 * Version 4 records what a step did, and a code for why a visit is broken; before, there are only the step's text and a sentence.
 * It no longer has the ids that other visits also sent: see repeatedIn.
 */
function withCodes(evidence: Record<string, unknown>): Record<string, unknown> {
  const { problem: before, steps, repeatedIds: _repeatedIds, ...others } = evidence;
  const { kind, message } = record(before);
  return {
    ...others,
    ...(Array.isArray(steps) ? { steps: steps.map((step) => ({ ...record(step), ...toldStep(step) })) } : {}),
    ...(before === undefined
      ? {}
      : { problem: problem('recorded', { text: text(message) }, kind as ProblemKind) }),
    version: 4,
  };
}

/** Parses the text of a step: `{"click":"#buy"}`. Empty if it is not one: then the schema refuses it. */
function toldStep(step: unknown): { action?: string; on?: string } {
  try {
    const told = record(JSON.parse(text(record(step).text)));
    const action = STEP_ACTIONS.find((name) => name in told);
    const on = action === undefined ? undefined : told[action];
    return { ...(action === undefined ? {} : { action }), ...(typeof on === 'string' ? { on } : {}) };
  } catch {
    return {};
  }
}

let validate: ValidateFunction | undefined;

function schemaProblem(evidence: unknown): string | undefined {
  // ajv-formats is CommonJS: under ESM its function is the `default` member.
  const withFormats = (addFormats as unknown as { default: (ajv: Ajv2020) => Ajv2020 }).default;
  validate ??= withFormats(new Ajv2020({ strict: false, verbose: true })).compile(Evidence);
  if (validate(evidence)) return undefined;
  return problemOf(validate.errors![0]!);
}

function problemOf({ instancePath, keyword, params, message = '', data }: ErrorObject): string {
  const at = instancePath || '/';
  if (keyword === 'required') return `${at}: found no ${params.missingProperty}; wanted one`;
  if (keyword === 'additionalProperties')
    return `${at}: found ${JSON.stringify(params.additionalProperty)}; wanted no such field`;
  if (keyword === 'enum')
    return `${at}: found ${shown(data)}; wanted one of ${params.allowedValues.join(', ')}`;
  if (keyword === 'type') return `${at}: found ${shown(data)}; wanted a value of type ${params.type}`;
  return `${at}: found ${shown(data)}, which ${message}`;
}

const LONGEST = 40;

/** For a message: the kind of a value, and the value itself if it is short and not a text of the site. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return value === null ? 'null' : 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') {
    const names = Object.keys(value)
      .slice(0, 3)
      .map((name) => name.slice(0, LONGEST));
    return names.length === 0 ? 'an empty object' : `an object with ${names.join(', ')}`;
  }
  return typeof value === 'string' ? 'a text' : String(value);
}
