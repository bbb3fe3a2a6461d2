import { type Fields, isObject } from './values.ts';

/** Options of `ttq.load(id, options)`. */
export interface PixelOptions {
  limited_data_use?: unknown;
  historyObserver?: unknown;
  diagnostics?: unknown;
  partner?: unknown;
  autoConfig?: unknown;
}

/** What TikTok's servers know about a pixel: events.js brings it along. */
export interface PixelInfo {
  pixelCode: string;
  /** 0 is live, 1 unknown. */
  status: number;
  firstPartyCookieEnabled: boolean;
}

/** A pixel's entry in `ttq._i`: its queue, on which events.js sets properties for main. */
export type PixelEntry = unknown[] & {
  info?: PixelInfo;
  plugins?: { AutoAdvancedMatching: unknown };
  options?: PixelOptions;
  _load?: number;
  _partner?: unknown;
  /** Set once its queue has been replayed. */
  _init?: boolean;
};

/** The object that the base code makes and the SDK takes over. The names are TikTok's. */
export interface Ttq extends Fields {
  _i?: Record<string, PixelEntry>;
  _t?: Record<string, unknown>;
  _o?: Record<string, PixelOptions>;
  /** An id for each load of a pixel. */
  _li?: Record<string, string>;
  /** Days until cookies expire. */
  _cde?: number;
  _server_unique_id?: string;
  _variation_id?: string;
  _vids?: string;
  _partner?: unknown;
  /** The running SDK. */
  _container?: { replay(): void };
  _mounted?: boolean;
  instance?: (code: string) => unknown;
  load?: (code: string, options: unknown) => unknown;
  getPlugin?: (name: string) => unknown;
}

/** Only the object that TiktokAnalyticsObject names; undefined if it cannot be taken over. */
export function findTtq(): Ttq | undefined {
  const { TiktokAnalyticsObject: name } = window as { TiktokAnalyticsObject?: string };
  const found = (window as unknown as Fields)[String(name)];
  return isObject(found) ? found : undefined;
}

/** Entries of `ttq._i`. */
export function entriesOf({ _i }: Ttq): [code: string, entry: PixelEntry][] {
  return Object.entries(isObject(_i) ? _i : {}).filter(([, entry]) => Array.isArray(entry));
}

/** Unlike an assignment, this does not throw if the page has frozen the object. */
export function put<K extends string & keyof Ttq>(ttq: Ttq, name: K, value: Ttq[K]): void {
  Reflect.set(ttq, name, value);
}
