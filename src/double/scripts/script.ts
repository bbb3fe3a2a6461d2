/** What answers a GET below /i18n/pixel/. */
export interface Script {
  /** UTF-8 where it is text. */
  body: string | Buffer;
  /** Content type; JavaScript where it is missing. */
  type?: string;
}

/** Where the SDK's scripts come from. */
export interface ScriptSource {
  /**
   * @param url below /i18n/pixel/, absolute, as the page asked for it
   * @returns undefined where the source has nothing there, which is a 404 to the page
   * @throws ScriptError where what the page needs cannot be had: the visit cannot be judged then
   */
  get(url: URL): Promise<Script | undefined>;
}

/** A script of the SDK cannot be had. The message says which, why, and what to do. */
export class ScriptError extends Error {
  override name = 'ScriptError';
}
