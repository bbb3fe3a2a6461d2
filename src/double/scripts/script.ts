import { LOADER_PATH } from '../../target/saved-sdk.ts';

/** The answer to a GET below /i18n/pixel/. */
export interface Script {
  /** UTF-8 if it is text. */
  body: string | Buffer;
  /** Content type; JavaScript if it is missing. */
  type?: string;
  /** When it was fetched from TikTok, in epoch milliseconds; missing if it was not. */
  fetchedAt?: number;
}

/** Where the SDK's scripts come from. */
export interface ScriptSource {
  /**
   * @param url below /i18n/pixel/, absolute, as the page requested it
   * @param headers of the page's request, names in lower case
   * @returns undefined if the source has nothing there, and the page gets a 404
   * @throws ScriptError if a script that the page needs is not available: then the visit cannot be judged
   */
  get(url: URL, headers?: Record<string, string>): Promise<Script | undefined>;
  /** When a script that was served was fetched from TikTok, in epoch milliseconds; undefined if it was not. */
  fetchedAt?(url: URL): number | undefined;
}

/** Scripts that no page would miss: the cookie switches, and the loader of 2020, which is empty today. */
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
