import { dirname, resolve } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { DEFAULT_SDK, SCENARIOS, type Target, TargetFile } from './target.ts';

// ajv-formats is CommonJS: under ESM its function is the `default` member.
const ajv = (addFormats as unknown as { default: (ajv: Ajv2020) => Ajv2020 }).default(
  new Ajv2020({ allErrors: true, verbose: true, strict: false }),
);
const validate = ajv.compile<TargetFile>(TargetFile);

/** What is wrong with a target, one line each: path of the field, what was found, what is wanted. Empty when it is right. */
export function checkTarget(value: unknown): string[] {
  if (!validate(value)) return [...new Set(tellable(validate.errors ?? []).map(describe))];
  return contradictions(value);
}

/** Of the errors of a failed `anyOf`, only the one that names the whole is of use; those of its branches are noise. */
function tellable(errors: ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf').map((error) => error.instancePath);
  return errors.filter(
    (error) =>
      error.keyword === 'anyOf' ||
      !unions.some((path) => error.instancePath === path || error.instancePath.startsWith(`${path}/`)),
  );
}

function describe(error: ErrorObject): string {
  const path = error.instancePath || '/';
  const { description } = (error.parentSchema ?? {}) as { description?: string };
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return `${join(error.instancePath, error.params.additionalProperty)}: found an unknown field; wanted one of ${known.join(', ')}`;
    }
    case 'required':
      return `${join(error.instancePath, error.params.missingProperty)}: found nothing; wanted this field`;
    case 'anyOf':
      return `${path}: found ${shown(error.data)}; wanted one of ${branches(error.parentSchema).join(', ')}`;
    case 'enum':
      return `${path}: found ${shown(error.data)}; wanted one of ${(error.params.allowedValues as string[]).join(', ')}`;
    default:
      return `${path}: found ${shown(error.data)}; wanted ${wanted(error)}${description ? ` (${description})` : ''}`;
  }
}

function wanted(error: ErrorObject): string {
  switch (error.keyword) {
    case 'type':
      return `a value of type ${error.params.type}`;
    case 'format':
      return `a valid ${error.params.format}`;
    case 'pattern':
      return `text that matches ${error.params.pattern}`;
    case 'minLength':
      return 'some text';
    case 'minItems':
      return `at least ${error.params.limit} item`;
    case 'uniqueItems':
      return 'each item once';
    default:
      return error.message ?? error.keyword;
  }
}

function branches(schema: unknown): string[] {
  const { anyOf } = schema as { anyOf: { required?: string[] }[] };
  return anyOf.map(({ required = [] }) => `{ ${required.map((key) => `"${key}": …`).join(', ')} }`);
}

function join(path: string, key: string): string {
  return `${path}/${key}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** What no schema can say: fields that do not go together. */
function contradictions(file: TargetFile): string[] {
  const problems: string[] = [];
  for (const [path, url] of [
    ['/baseURL', file.baseURL],
    ['/server/url', file.server?.url],
  ] as const) {
    if (url !== undefined && !URL.canParse(url))
      problems.push(`${path}: found ${shown(url)}; wanted a valid URL`);
  }
  if (file.eventsApi?.transport === 'preload' && !file.server) {
    problems.push(
      '/eventsApi/transport: found "preload" without a server to start; wanted "none", or a server',
    );
  }
  const names = new Set<string>();
  file.journeys.forEach((journey, j) => {
    if (names.has(journey.name))
      problems.push(`/journeys/${j}/name: found "${journey.name}" twice; wanted each name once`);
    names.add(journey.name);
    journey.steps?.forEach((step, s) => {
      if (!('fill' in step)) return;
      const [, part] = /^\{(\w+)\}$/.exec(step.with) ?? [];
      if (part === undefined || file.identity?.[part as keyof NonNullable<TargetFile['identity']>]) return;
      problems.push(
        `/journeys/${j}/steps/${s}/with: found {${part}}; wanted identity.${part} to be set, or plain text`,
      );
    });
  });
  return problems;
}

/** Fills in the defaults. `file`: absolute path of the target file, which `server.cwd` is relative to. */
export function withDefaults(file: TargetFile, path: string): Target {
  const { server } = file;
  return {
    name: file.name,
    baseURL: file.baseURL,
    hosts: file.hosts ?? {},
    ...(server && { server: { ...server, ...(server.cwd && { cwd: resolve(dirname(path), server.cwd) }) } }),
    pixels: file.pixels,
    identity: file.identity ?? {},
    clickUrls: file.clickUrls ?? [],
    // A server that we start would otherwise send its events to TikTok.
    eventsApi: file.eventsApi ?? { transport: server ? 'preload' : 'none' },
    network: file.network ?? (server || file.hosts ? 'hermetic' : 'open'),
    sdk: DEFAULT_SDK,
    scenarios: file.scenarios ?? [...SCENARIOS],
    journeys: file.journeys.map((journey) => ({ steps: [], expect: [], ...journey })),
    timeouts: { step: 15_000, settle: 5_000, ...file.timeouts },
    gate: file.gate ?? { failOn: ['blocker', 'critical'] },
  };
}
