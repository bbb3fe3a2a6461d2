import { LOADER_PATH } from '../../target/saved-sdk.ts';

/** What answers a GET below /i18n/pixel/. */
export interface Script {
  /** UTF-8 if it is text. */
  body: string | Buffer;
  /** Content type; JavaScript if it is missing. */
  type?: string;
  /** When it was fetched from TikTok, epoch milliseconds; set only if it was. */
  fetchedAt?: number;
}

/** Where the SDK's scripts come from. */
export interface ScriptSource {
  /**
   * @param url below /i18n/pixel/, absolute, as the page asked for it
   * @param headers of the page's request, names in lower case
   * @returns undefined if the source has nothing there, for which the page gets a 404
   * @throws ScriptError if what the page needs is not available: then the visit cannot be judged
   */
  get(url: URL, headers?: Record<string, string>): Promise<Script | undefined>;
  /** When a script that was given was fetched from TikTok, epoch milliseconds; undefined if it was not. */
  fetchedAt?(url: URL): number | undefined;
}

/** Scripts whose absence no page would notice: the cookie switches, and the loader of 2020, which answers nothing today. */
export function isOptional({ pathname }: URL): boolean {
  return /^\/i18n\/pixel\/(sdk\.js|(en|dis)able_cookie)$/.test(pathname);
}

/** Scripts without which the SDK does not run. */
export function isEssential({ pathname }: URL): boolean {
  return pathname === LOADER_PATH || pathname.startsWith('/i18n/pixel/static/');
}

/** A script of the SDK is not available. The message says which, why, and what to do. */
export class ScriptError extends Error {
  override name = 'ScriptError';
}
