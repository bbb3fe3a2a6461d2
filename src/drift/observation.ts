/** The content of a request, sent or waiting. */
export type Message = Pick<Sent, 'path' | 'body'>;

/** A request to one of TikTok's hosts. */
export interface Sent {
  /** How the page sent it. */
  transport: 'beacon' | 'image' | 'script' | 'other';
  method: string;
  host: string;
  path: string;
  /** Query parameters, without the message of an image. */
  query: Record<string, string>;
  /** The decoded message, undefined if there is none. */
  body: unknown;
}

export interface CookieSeen {
  name: string;
  value: string;
  domain: string;
  path: string;
  /** Days until it expires, or `session`. */
  lifetime: string;
  flags: string;
}

/** Everything that a probe left behind under one SDK. */
export interface Observation {
  sent: Sent[];
  cookies: CookieSeen[];
  /** Text as it was stored; objects and lists are parsed once masked. */
  sessionStorage: Record<string, unknown>;
  localStorage: Record<string, unknown>;
  /** Console lines with the SDK's prefix. */
  console: string[];
  /** Uncaught errors of the page. */
  errors: string[];
  reports: Record<string, unknown>;
}

/** A probe under one SDK: the observation, or why there is none. noSdk: a required script is not available. */
export type Played = { observation: Observation } | { problem: string } | { noSdk: string };

type Fields = Record<string, unknown>;

/** The value as an object, empty if it is not one. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** The name of a request: its event, or its auto-collected action; otherwise, and for telemetry, the end of its path. */
export function nameOf({ body, path }: Message): string {
  const { event, action } = TELEMETRY.test(path) ? {} : fields(body);
  if (typeof event === 'string') return event;
  if (typeof action === 'string') return action;
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The pixel id that a request is for. */
export function pixelOf({ body, query }: Sent): string {
  const { code } = fields(fields(fields(body).context).pixel);
  return typeof code === 'string' ? code : (query.sdkid ?? '');
}

/** Path of the collector of page views and tracked events, one for each request. */
const COLLECTOR = /^\/api\/v\d+\/pixel$/;

export const isEvent = ({ path }: Sent): boolean => COLLECTOR.test(path);

/** The SDK's measurements of itself: only whether they are sent counts. */
const TELEMETRY = /\/(inter|perf|monitor|performance_interaction)$/;

/** Whether only the presence of a request is compared. The number of chunk requests depends on the cache. */
export const isPresenceOnly = ({ path, transport }: Sent): boolean =>
  TELEMETRY.test(path) || (transport === 'script' && path.includes('/static/'));

/**
 * What the SDK sends unasked at its own time. It is compared only if a probe waits for it: otherwise its arrival depends on
 * timing.
 */
const LATE = ['EngagedSession', 'EnrichAM', 'EnrichIpv6', 'Metadata', 'Click'];

export const isLate = (sent: Message): boolean => LATE.includes(nameOf(sent)) || TELEMETRY.test(sent.path);
