import { dirname, resolve } from 'node:path';
import { canonicalEvent } from '../tiktok/event-names.ts';
import { isTikTokHost } from '../tiktok/hosts.ts';
import { deviceNames } from './devices.ts';
import { isExcluded } from './exclude.ts';
import { fileValidator } from './file-validator.ts';
import { asciiHost, hostAndPort, withoutPort } from './hosts.ts';
import { whyNotIsolated } from './isolation.ts';
import { type Refusal, refusal } from './refusal.ts';
import { isPlainlyForeign } from './runtime.ts';
import { TRAITS } from './scenarios.ts';
import { nearest, schemaProblems, shown } from './schema-problems.ts';
import { sdkOf } from './sdk.ts';
import {
  type ConsentSteps,
  DEFAULT_SCENARIOS,
  EVENTS_API_LIMITS,
  type Expectation,
  isTyping,
  type ScenarioName,
  type Step,
  type Target,
  type TargetFile,
} from './target.ts';

/** What is wrong with a target; empty if it is valid. */
export function checkTarget(value: unknown): Refusal[] {
  const validate = fileValidator();
  if (!validate(value)) return schemaProblems(validate.errors);
  return contradictions(value);
}

/** What a schema cannot express: fields that contradict each other. */
function contradictions(file: TargetFile): Refusal[] {
  const problems: Refusal[] = [];
  for (const [path, url] of [
    ['/baseURL', file.baseURL],
    ['/server/url', file.server?.url],
  ] as const) {
    if (url !== undefined && !URL.canParse(url))
      problems.push(refusal('no-url', { found: shown(url) }, path));
  }
  if (file.pixels.length === 0 && !file.eventsApi?.sources)
    problems.push(refusal('no-source', {}, '/pixels'));
  problems.push(
    ...hostProblems(file),
    ...visitorProblems(file),
    ...eventsApiProblems(file),
    ...isolationProblems(file),
    ...faultProblems(file),
    ...scenarioProblems(file),
  );
  const names = new Set<string>();
  file.journeys.forEach((journey, j) => {
    if (names.has(journey.name))
      problems.push(refusal('journey-twice', { name: journey.name }, `/journeys/${j}/name`));
    names.add(journey.name);
    problems.push(...stepProblems(journey.steps ?? [], `/journeys/${j}/steps`, file));
    (journey.expect ?? []).forEach(({ browser, server, pixel }, e) => {
      if (pixel !== undefined && !file.pixels.includes(pixel))
        problems.push(
          refusal('foreign-pixel', { found: pixel, pixels: file.pixels }, `/journeys/${j}/expect/${e}/pixel`),
        );
      if (file.pixels.length === 0) {
        if (browser === true)
          problems.push(refusal('no-browser-half', {}, `/journeys/${j}/expect/${e}/browser`));
      } else if (browser === false && !server)
        problems.push(refusal('no-sender', {}, `/journeys/${j}/expect/${e}/browser`));
    });
  });
  (file.waivers ?? []).forEach(({ journey, scenario, reason, owner }, w) => {
    for (const [field, text] of Object.entries({ reason, owner }))
      if (!/[\p{L}\p{N}]/u.test(text))
        problems.push(refusal('blank', { found: shown(text) }, `/waivers/${w}/${field}`));
    if (journey !== undefined && !names.has(journey))
      problems.push(
        refusal('no-such-journey', { name: journey, journeys: [...names] }, `/waivers/${w}/journey`),
      );
    const { scenarios = DEFAULT_SCENARIOS } = file;
    if (scenario !== undefined && !scenarios.includes(scenario))
      problems.push(refusal('not-visited', { scenario, scenarios }, `/waivers/${w}/scenario`));
  });
  problems.push(...excludeProblems(file), ...identityProblems(file.setup ?? [], '/setup', file));
  const consent = file.consent === 'auto' ? {} : (file.consent ?? {});
  for (const [answer, steps] of Object.entries(consent))
    problems.push(...identityProblems(steps, `/consent/${answer}`, file));
  return problems;
}

/** If a visit's first page were excluded from the tracking, nothing would be judged. */
function excludeProblems({ baseURL, exclude = [], journeys }: TargetFile): Refusal[] {
  if (exclude.length === 0 || !URL.canParse(baseURL)) return [];
  return journeys.flatMap(({ start }, index) =>
    isExcluded(start, { baseURL, exclude })
      ? [refusal('excluded-start', { found: shown(start) }, `/journeys/${index}/start`)]
      : [],
  );
}

function visitorProblems({
  baseURL,
  hosts = {},
  cookies = [],
  locale,
  timezone,
  device,
}: TargetFile): Refusal[] {
  const problems: Refusal[] = [];
  if (locale !== undefined && !isKnown(() => new Intl.Locale(locale)))
    problems.push(refusal('no-locale', { found: shown(locale) }, '/locale'));
  if (timezone !== undefined && !isKnown(() => new Intl.DateTimeFormat('en', { timeZone: timezone })))
    problems.push(refusal('no-timezone', { found: shown(timezone) }, '/timezone'));
  const known = device === undefined ? [] : deviceNames();
  if (device !== undefined && !known.includes(device))
    problems.push(refusal('no-device', { found: shown(device), near: nearest(device, known) }, '/device'));
  // A cookie belongs to a host with all its ports.
  const own = [URL.parse(baseURL)?.hostname ?? '', ...Object.keys(hosts).map(withoutPort)];
  cookies.forEach(({ domain }, index) => {
    if (domain === undefined || isOfSite(domain, own)) return;
    problems.push(
      refusal('foreign-cookie', { found: shown(domain), hosts: own }, `/cookies/${index}/domain`),
    );
  });
  return problems;
}

/** A cookie may belong to a host, or to all of a domain. */
function isOfSite(domain: string, hosts: readonly string[]): boolean {
  const name = domain.replace(/^\./, '');
  return hosts.some((host) => host === name || host.endsWith(`.${name}`));
}

function isKnown(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}

/** An invalid host would silently match nothing. */
function hostProblems({ hosts = {} }: TargetFile): Refusal[] {
  return Object.entries(hosts).flatMap(([name, address]) => {
    const field = `/hosts/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [name, address]
      .filter((text) => asciiHost(text) === undefined)
      .map((text) => refusal('no-host', { found: shown(text) }, field));
  });
}

/** Without a pixel, such a wait could never end. */
function stepProblems(steps: readonly Step[], path: string, file: TargetFile): Refusal[] {
  const vain = file.pixels.length > 0 ? [] : steps.flatMap((step, index) => ('wait' in step ? [index] : []));
  return [
    ...vain.map((index) => refusal('vain-wait', {}, `${path}/${index}/wait`)),
    ...identityProblems(steps, path, file),
  ];
}

function identityProblems(steps: readonly Step[], path: string, { identity }: TargetFile): Refusal[] {
  return steps.flatMap((step, index) => {
    if (!isTyping(step)) return [];
    const [, part] = /^\{(\w+)\}$/.exec(step.with) ?? [];
    if (part === undefined || identity?.[part as keyof NonNullable<TargetFile['identity']>]) return [];
    return [refusal('no-identity', { part }, `${path}/${index}/with`)];
  });
}

function eventsApiProblems({ eventsApi, server }: TargetFile): Refusal[] {
  if (!eventsApi) return [];
  const { transport, port, hosts, faults, listen, https } = eventsApi;
  const problems: Refusal[] = [];
  if ((transport === 'preload' || transport === 'proxy') && !server)
    problems.push(refusal('transport-without-server', { transport }, '/eventsApi/transport'));
  if (transport === 'server' && !server && port === undefined)
    problems.push(refusal('no-port', {}, '/eventsApi/port'));
  if (transport !== 'server' && port !== undefined)
    problems.push(refusal('vain-port', { port, transport }, '/eventsApi/port'));
  if (https && (transport !== 'server' || !server))
    problems.push(refusal('vain-https', { transport }, '/eventsApi/https'));
  if (listen && transport !== 'proxy' && transport !== 'server')
    problems.push(refusal('vain-listen', { transport }, '/eventsApi/listen'));
  if (transport === 'none' && (hosts ?? faults))
    problems.push(refusal('no-transport', {}, '/eventsApi/transport'));
  return problems;
}

function isolationProblems({ server, network = 'hermetic', eventsApi }: TargetFile): Refusal[] {
  if (!server) return [];
  const { isolated, reaches = [] } = server;
  const why =
    isolated && URL.canParse(server.url) ? whyNotIsolated({ server, network, eventsApi }) : undefined;
  return [
    ...(why ? [refusal(why, { url: server.url }, '/server/isolated')] : []),
    ...reaches.flatMap((text, index) => {
      const field = `/server/reaches/${index}`;
      const place = hostAndPort(text);
      if (!place) return [refusal('no-host-and-port', { found: shown(text) }, field)];
      return isTikTokHost(place.host) || eventsApi?.hosts?.includes(place.host)
        ? [refusal('reaches-tiktok', { found: shown(text) }, field)]
        : [];
    }),
  ];
}

/** Faults need a server whose calls are recorded and expected. */
function faultProblems(file: TargetFile): Refusal[] {
  const { journeys, scenarios = DEFAULT_SCENARIOS } = file;
  const index = scenarios.findIndex((name) => TRAITS[name].eventsApi === 'faulty');
  if (index < 0) return [];
  const problems: Refusal[] = [];
  const args = { scenario: scenarios[index]! };
  const field = `/scenarios/${index}`;
  if (!isFollowed(file)) problems.push(refusal('faults-unmet', args, field));
  if (!journeys.some(({ expect = [] }) => expect.some((one) => one.server || file.pixels.length === 0)))
    problems.push(refusal('faults-vain', args, field));
  return problems;
}

const ANSWERS = {
  'consent.grant': 'grant',
  'consent.deny': 'deny',
  'consent.withdraw': 'withdraw',
} as const;

/** Scenarios for which the target must describe something of the site. */
function scenarioProblems({ scenarios = [], consent, spa = false }: TargetFile): Refusal[] {
  return scenarios.flatMap((scenario: ScenarioName, index) => {
    const needs = TRAITS[scenario].needs.flatMap((need) => {
      if (need === 'spa') return spa ? [] : ['"spa": true'];
      // Recognised tools do not show how consent is withdrawn.
      if (consent === 'auto') return need === 'consent.withdraw' ? ['consent with steps to withdraw it'] : [];
      return consent?.[ANSWERS[need]] ? [] : [need];
    });
    return needs.length === 0 ? [] : [refusal('scenario-needs', { scenario, needs }, `/scenarios/${index}`)];
  });
}

/** Whether the calls of the site's server are recorded. */
function isFollowed({ eventsApi, server }: TargetFile): boolean {
  return eventsApi ? eventsApi.transport !== 'none' : server !== undefined;
}

/**
 * A server that we start would otherwise send its events to TikTok. The stub can be preloaded only into Node.
 *
 * @param folder of the target file
 */
function transportOf({ eventsApi, server }: TargetFile, folder: string): Target['eventsApi']['transport'] {
  if (eventsApi) return eventsApi.transport;
  if (!server) return 'none';
  return isPlainlyForeign(server.command, server.cwd ? resolve(folder, server.cwd) : process.cwd())
    ? 'proxy'
    : 'preload';
}

function asciiHosts(hosts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hosts).map(([name, address]) => [asciiHost(name) ?? name, asciiHost(address) ?? address]),
  );
}

/** An event that a step waits for must come, whether the journey lists it or not. */
function waitedFor({ steps = [], expect = [] }: TargetFile['journeys'][number]): Expectation[] {
  const known = new Set(expect.map(({ event }) => canonicalEvent(event)));
  const events = steps.flatMap((step) => ('wait' in step ? [step.wait] : []));
  return [...new Set(events)]
    .filter((event) => !known.has(canonicalEvent(event)))
    .map((event) => ({ event }));
}

function consentOf({ consent }: TargetFile, folder: string): Pick<Target, 'consent' | 'autoConsent'> {
  if (consent === undefined) return {};
  if (consent === 'auto') return { consent: {}, autoConsent: true };
  const rooted = Object.entries(consent).map(([answer, steps]) => [answer, rootedSteps(steps, folder)]);
  return { consent: Object.fromEntries(rooted) as ConsentSteps };
}

/** Steps with absolute paths. */
function rootedSteps(steps: readonly Step[], folder: string): Step[] {
  return steps.map((step) => {
    if ('run' in step) return { ...step, in: resolve(folder, step.in) };
    if ('upload' in step) return { ...step, files: [step.files].flat().map((file) => resolve(folder, file)) };
    return step;
  });
}

/** Fills in the defaults. `path`: absolute path of the target file, to which folders in it are relative. */
export function withDefaults(file: TargetFile, path: string): Target {
  const { server } = file;
  const folder = dirname(path);
  return {
    name: file.name,
    baseURL: file.baseURL,
    hosts: asciiHosts(file.hosts ?? {}),
    ...(server && { server: { ...server, ...(server.cwd && { cwd: resolve(folder, server.cwd) }) } }),
    headers: file.headers ?? {},
    ...(file.httpCredentials && { httpCredentials: file.httpCredentials }),
    cookies: file.cookies ?? [],
    ...(file.storageState && { storageState: resolve(folder, file.storageState) }),
    setup: rootedSteps(file.setup ?? [], folder),
    ignoreHTTPSErrors: file.ignoreHTTPSErrors ?? false,
    ...(file.locale && { locale: file.locale }),
    ...(file.timezone && { timezone: file.timezone }),
    ...(file.device && { device: file.device }),
    exclude: file.exclude ?? [],
    pixels: file.pixels,
    identity: file.identity ?? {},
    clickUrls: file.clickUrls ?? [],
    pixelHosts: file.pixelHosts ?? [],
    pixelPaths: file.pixelPaths ?? [],
    ...consentOf(file, folder),
    ...(file.consentVisits && { consentVisits: file.consentVisits }),
    spa: file.spa ?? false,
    plan: file.plan ?? {},
    eventsApi: { ...EVENTS_API_LIMITS, ...file.eventsApi, transport: transportOf(file, folder) },
    network: file.network ?? (server || file.hosts ? 'hermetic' : 'open'),
    sdk: sdkOf(file.sdk, folder),
    events: file.events ?? 'swallow',
    scenarios: file.scenarios ?? [...DEFAULT_SCENARIOS],
    journeys: file.journeys.map((journey) => {
      const expect = [...(journey.expect ?? []), ...waitedFor(journey)];
      return {
        ...journey,
        steps: rootedSteps(journey.steps ?? [], folder),
        // Without a pixel only one side can send.
        expect:
          file.pixels.length > 0 ? expect : expect.map((one) => ({ ...one, server: true, browser: false })),
      };
    }),
    timeouts: { step: 15_000, settle: 5_000, delivery: 10_000, ...file.timeouts },
    gate: { failOn: ['blocker', 'critical'], staleWaivers: 'hold', ...file.gate },
    rules: file.rules ?? {},
    waivers: file.waivers ?? [],
  };
}
