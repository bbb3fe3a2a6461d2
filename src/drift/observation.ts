/** What a request says, wherever it waits. */
export type Message = Pick<Sent, 'path' | 'body'>;

/** A request to one of TikTok's hosts. */
export interface Sent {
  /** What the page sent it with. */
  transport: 'beacon' | 'image' | 'script' | 'other';
  method: string;
  host: string;
  path: string;
  /** Query parameters, without the message of an image. */
  query: Record<string, string>;
  /** The decoded message, undefined where there is none. */
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

/** All that a probe left behind under one SDK. */
export interface Observation {
  sent: Sent[];
  cookies: CookieSeen[];
  /** Text as it was kept; objects and lists parsed once masked. */
  sessionStorage: Record<string, unknown>;
  localStorage: Record<string, unknown>;
  /** Console lines with the SDK's prefix. */
  console: string[];
  /** Uncaught errors of the page. */
  errors: string[];
  reports: Record<string, unknown>;
}

/** A probe under one SDK: what was observed, or why it could not be. noSdk: a script that is needed cannot be had. */
export type Played = { observation: Observation } | { problem: string } | { noSdk: string };

type Fields = Record<string, unknown>;

/** The value as an object that can be read, empty if it is none. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** What a request is called: its event, else its auto-collected action; else, and for telemetry, the end of its path. */
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

/** Path of the collector that takes page views and tracked events, one a request. */
const COLLECTOR = /^\/api\/v\d+\/pixel$/;

export const isEvent = ({ path }: Sent): boolean => COLLECTOR.test(path);

/** What the SDK measures of itself: that it is sent counts, not what. */
const TELEMETRY = /\/(inter|perf|monitor|performance_interaction)$/;

/** Whether only the presence of a request is compared. The number of chunks that are asked for depends on the cache. */
export const isPresenceOnly = ({ path, transport }: Sent): boolean =>
  TELEMETRY.test(path) || (transport === 'script' && path.includes('/static/'));

/**
 * What the SDK sends by itself at a time of its own. It is compared only where a probe waits for it: elsewhere it depends on
 * the moment whether it still came.
 */
const LATE = ['EngagedSession', 'EnrichAM', 'EnrichIpv6', 'Metadata', 'Click'];

export const isLate = (sent: Message): boolean => LATE.includes(nameOf(sent)) || TELEMETRY.test(sent.path);
