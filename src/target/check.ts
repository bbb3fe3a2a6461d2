import { dirname, resolve } from 'node:path';
import { isPlainlyForeign } from './runtime.ts';
import { TRAITS } from './scenarios.ts';
import { schemaProblems, schemas, shown } from './schema-problems.ts';
import { sdkOf } from './sdk.ts';
import {
  DEFAULT_SCENARIOS,
  EVENTS_API_LIMITS,
  type ScenarioName,
  type Step,
  type Target,
  TargetFile,
} from './target.ts';

const validate = schemas.compile<TargetFile>(TargetFile);

/** What is wrong with a target, one line each: path of the field, what was found, what is wanted. Empty when it is right. */
export function checkTarget(value: unknown): string[] {
  if (!validate(value)) return schemaProblems(validate.errors);
  return contradictions(value);
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
  if ((transport === 'preload' || transport === 'proxy') && !server) {
    problems.push(
      `/eventsApi/transport: found "${transport}" without a server to start; wanted "none", or a server`,
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
    problems.push(
      '/eventsApi/transport: found "none" beside hosts or faults; wanted "preload", "proxy" or "server"',
    );
  return problems;
}

/** Faults need a server whose calls are seen, and that is to make some. */
function faultProblems(file: TargetFile): string[] {
  const { journeys, scenarios = DEFAULT_SCENARIOS } = file;
  const index = scenarios.findIndex((name) => TRAITS[name].eventsApi === 'faulty');
  if (index < 0) return [];
  const problems: string[] = [];
  const found = `/scenarios/${index}: found "${scenarios[index]}"`;
  if (transportOf(file) === 'none') {
    problems.push(
      `${found} with eventsApi.transport "none"; wanted "preload", "proxy" or "server", which the server's calls meet the faults by`,
    );
  }
  if (!journeys.some(({ expect = [] }) => expect.some(({ server }) => server)))
    problems.push(
      `${found}, but no journey that expects an event of the server; wanted "server": true in one`,
    );
  return problems;
}

const ANSWERS = {
  'consent.grant': 'grant',
  'consent.deny': 'deny',
  'consent.withdraw': 'withdraw',
} as const;

/** Scenarios that need the target to say something of the site. */
function scenarioProblems({ scenarios = [], consent, spa = false }: TargetFile): string[] {
  return scenarios.flatMap((scenario: ScenarioName, index) => {
    const missing = TRAITS[scenario].needs.flatMap((need) => {
      if (need === 'spa') return spa ? [] : ['"spa": true'];
      return consent?.[ANSWERS[need]] ? [] : [need];
    });
    if (missing.length === 0) return [];
    return [`/scenarios/${index}: found "${scenario}"; wanted ${missing.join(' and ')} to be set, too`];
  });
}

/** A server that we start would otherwise send its events to TikTok. The stub can be preloaded into Node alone. */
function transportOf({ eventsApi, server }: TargetFile): Target['eventsApi']['transport'] {
  if (eventsApi) return eventsApi.transport;
  if (!server) return 'none';
  return isPlainlyForeign(server.command) ? 'proxy' : 'preload';
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
