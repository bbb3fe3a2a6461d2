import { dirname, resolve } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { sdkOf } from './sdk.ts';
import {
  CONSENT_SCENARIOS,
  DEFAULT_SCENARIOS,
  EVENTS_API_LIMITS,
  type ScenarioName,
  type Step,
  type Target,
  TargetFile,
} from './target.ts';

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

/**
 * Of the errors of a failed `anyOf`, only the one that names the whole is of use; those of its branches are noise. But where
 * the value's `mode` says which branch is meant, the errors of that one tell more.
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

/** The path, in the schema, of the branch whose `mode` the value has. */
function meantBranch({ data, parentSchema, schemaPath }: ErrorObject): string | undefined {
  const { mode } = (data ?? {}) as { mode?: unknown };
  const { anyOf } = parentSchema as { anyOf: Branch[] };
  const index = anyOf.findIndex(({ properties }) => properties?.mode && properties.mode.const === mode);
  return index < 0 ? undefined : `${schemaPath}/${index}`;
}

function describe(error: ErrorObject): string {
  const path = error.instancePath || '/';
  const { description } = (error.parentSchema ?? {}) as { description?: string };
  const note = description ? ` (${description})` : '';
  switch (error.keyword) {
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return `${join(error.instancePath, error.params.additionalProperty)}: found an unknown field; wanted one of ${known.join(', ')}`;
    }
    case 'required':
      return `${join(error.instancePath, error.params.missingProperty)}: found nothing; wanted this field`;
    case 'anyOf':
      return `${path}: found ${shownAt(path, error.data)}; wanted one of ${branches(error.parentSchema).join(', ')}${note}`;
    case 'enum':
      return `${path}: found ${shownAt(path, error.data)}; wanted one of ${(error.params.allowedValues as string[]).join(', ')}`;
    default:
      return `${path}: found ${shownAt(path, error.data)}; wanted ${wanted(error)}${note}`;
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
  const { anyOf } = schema as { anyOf: Branch[] };
  return anyOf.map(({ enum: values, required = [], properties }) => {
    const member = (key: string) => `"${key}": ${key === 'mode' ? shown(properties?.mode?.const) : '…'}`;
    return values ? values.join(', ') : `{ ${required.map(member).join(', ')} }`;
  });
}

interface Branch {
  enum?: string[];
  required?: string[];
  properties?: { mode?: { const?: unknown } };
}

function join(path: string, key: string): string {
  return `${path}/${key}`;
}

/** What is typed, the identity and the environment are never quoted: they may be real, and a log may be public. */
function shownAt(path: string, value: unknown): string {
  const isPersonal = /^\/(identity|server\/env)\b|\/with$/.test(path);
  if (!isPersonal) return shown(value);
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  return Array.isArray(value) ? `a list of ${value.length}` : `a value of type ${typeof value}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, hidden) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** Hides what a step types, and passwords in URLs. */
function hidden(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return name === 'with' && !/^\{\w+\}$/.test(value) ? '…' : value.replace(/\/\/[^/@\s]*@/, '//…@');
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
  problems.push(...eventsApiProblems(file), ...faultProblems(file), ...scenarioProblems(file));
  const names = new Set<string>();
  file.journeys.forEach((journey, j) => {
    if (names.has(journey.name))
      problems.push(`/journeys/${j}/name: found "${journey.name}" twice; wanted each name once`);
    names.add(journey.name);
    problems.push(...identityProblems(journey.steps ?? [], `/journeys/${j}/steps`, file));
    (journey.expect ?? []).forEach(({ browser, server }, e) => {
      if (browser === false && !server)
        problems.push(
          `/journeys/${j}/expect/${e}/browser: found false without "server": true; wanted one side at least that sends the event`,
        );
    });
  });
  (file.waivers ?? []).forEach(({ journey, scenario }, w) => {
    if (journey !== undefined && !names.has(journey))
      problems.push(`/waivers/${w}/journey: found "${journey}"; wanted one of ${[...names].join(', ')}`);
    const { scenarios = DEFAULT_SCENARIOS } = file;
    if (scenario !== undefined && !scenarios.includes(scenario))
      problems.push(`/waivers/${w}/scenario: found "${scenario}"; wanted one of ${scenarios.join(', ')}`);
  });
  for (const [answer, steps] of Object.entries(file.consent ?? {}))
    problems.push(...identityProblems(steps, `/consent/${answer}`, file));
  return problems;
}

function identityProblems(steps: readonly Step[], path: string, { identity }: TargetFile): string[] {
  return steps.flatMap((step, index) => {
    if (!('fill' in step)) return [];
    const [, part] = /^\{(\w+)\}$/.exec(step.with) ?? [];
    if (part === undefined || identity?.[part as keyof NonNullable<TargetFile['identity']>]) return [];
    return [`${path}/${index}/with: found {${part}}; wanted identity.${part} to be set, or plain text`];
  });
}

function eventsApiProblems({ eventsApi, server }: TargetFile): string[] {
  if (!eventsApi) return [];
  const { transport, port, hosts, faults } = eventsApi;
  const problems: string[] = [];
  if (transport === 'preload' && !server) {
    problems.push(
      '/eventsApi/transport: found "preload" without a server to start; wanted "none", or a server',
    );
  }
  if (transport === 'server' && !server && port === undefined) {
    problems.push(
      '/eventsApi/port: found nothing, and no server to start; wanted the port that the site sends its events to',
    );
  }
  if (transport !== 'server' && port !== undefined)
    problems.push(
      `/eventsApi/port: found ${port} with transport "${transport}"; wanted it with "server" only`,
    );
  if (transport === 'none' && (hosts ?? faults))
    problems.push('/eventsApi/transport: found "none" beside hosts or faults; wanted "preload" or "server"');
  return problems;
}

/** Faults need a server whose calls are seen, and that is to make some. */
function faultProblems(file: TargetFile): string[] {
  const { journeys, scenarios = DEFAULT_SCENARIOS } = file;
  const index = scenarios.indexOf('events-api-faults');
  if (index < 0) return [];
  const problems: string[] = [];
  const found = `/scenarios/${index}: found "events-api-faults"`;
  if (transportOf(file) === 'none') {
    problems.push(
      `${found} with eventsApi.transport "none"; wanted "preload" or "server", which the server's calls meet the faults by`,
    );
  }
  if (!journeys.some(({ expect = [] }) => expect.some(({ server }) => server)))
    problems.push(
      `${found}, but no journey that expects an event of the server; wanted "server": true in one`,
    );
  return problems;
}

/** Scenarios that need the target to say something of the site. */
function scenarioProblems({ scenarios = [], consent, spa = false }: TargetFile): string[] {
  return scenarios.flatMap((scenario: ScenarioName, index) => {
    const answers = scenario in CONSENT_SCENARIOS ? CONSENT_SCENARIOS[scenario as ConsentScenario] : [];
    const missing = answers.filter((answer) => !consent?.[answer]).map((answer) => `consent.${answer}`);
    if (scenario === 'spa' && !spa) missing.push('"spa": true');
    if (missing.length === 0) return [];
    return [`/scenarios/${index}: found "${scenario}"; wanted ${missing.join(' and ')} to be set, too`];
  });
}

type ConsentScenario = keyof typeof CONSENT_SCENARIOS;

/** A server that we start would otherwise send its events to TikTok. */
function transportOf({ eventsApi, server }: TargetFile): Target['eventsApi']['transport'] {
  return eventsApi?.transport ?? (server ? 'preload' : 'none');
}

/** Fills in the defaults. `path`: absolute path of the target file, which the folders in it are relative to. */
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
    pixelHosts: file.pixelHosts ?? [],
    ...(file.consent && { consent: file.consent }),
    spa: file.spa ?? false,
    plan: file.plan ?? {},
    eventsApi: { ...EVENTS_API_LIMITS, ...file.eventsApi, transport: transportOf(file) },
    network: file.network ?? (server || file.hosts ? 'hermetic' : 'open'),
    sdk: sdkOf(file.sdk, dirname(path)),
    events: file.events ?? 'swallow',
    scenarios: file.scenarios ?? [...DEFAULT_SCENARIOS],
    journeys: file.journeys.map((journey) => ({ steps: [], expect: [], ...journey })),
    timeouts: { step: 15_000, settle: 5_000, delivery: 10_000, ...file.timeouts },
    gate: { failOn: ['blocker', 'critical'], staleWaivers: 'hold', ...file.gate },
    rules: file.rules ?? {},
    waivers: file.waivers ?? [],
  };
}
