/** Pixel ids of the probe pages. In a saved or live SDK, which knows other pixels, its own ids are replaced by them. */
export const PIXEL = 'CAAAAAAAAAAAAAAAAAA1';
export const OTHER = 'CAAAAAAAAAAAAAAAAAA2';
/** An id that no page loads. */
export const UNKNOWN = 'CZZZZZZZZZZZZZZZZZZ9';

export const SHOP = 'https://www.shop.example';
/** A site other than the shop. */
export const ELSEWHERE = 'https://www.elsewhere.example';

/** The event that ends a probe: when it arrives, everything called before has been seen. */
export const END = 'DriftEnd';

/** An action on a probe's page. */
export type Step =
  /** A script for the page; if it returns a promise, that is awaited. */
  | { run: string }
  /** A CSS selector. */
  | { click: string }
  /** A path of the probe, or a URL. What the page sent before must have been awaited. */
  | { goto: string; referer?: string }
  /**
   * A name on the wire (see `nameOf`), `count` times. If it does not come within `within` milliseconds, that is not a failure: the
   * comparison shows that it is missing.
   */
  | { waitFor: string; count?: number; within?: number }
  /** An expression that must become true in the page; otherwise the probe cannot be run. */
  | { until: string }
  /** Releases the script that `held` holds back. */
  | { release: true };

/** One behaviour of the SDK, as a page that shows it. */
export interface Probe {
  /** `group/behaviour`. */
  name: string;
  /** One sentence: what the SDK does here. */
  about: string;
  /** Origin; the shop's over https by default. */
  origin?: string;
  /** Path with query and hash. */
  path?: string;
  /** Full URL that the visitor comes from. */
  referer?: string;
  /** Inserted in the head before the base code. */
  before?: string;
  /** Script in the base code: what it loads. One pixel by default. */
  load?: string;
  /** Second argument of the default load, as source text. */
  options?: string;
  /** Script in the base code after the load. */
  calls?: string;
  /** Name of the global, `ttq` by default. */
  global?: string;
  /** The whole head, instead of the base code and its surroundings. */
  head?: string;
  body?: string;
  /** Further pages, by path. In these and the main page, `<!--ttq-->` is replaced by the base code. */
  pages?: Record<string, string>;
  /** Scripts of the SDK that are not available: path pattern. */
  blocked?: RegExp;
  /** A script of the SDK that is held back until the step `release`. */
  held?: RegExp;
  steps?: Step[];
  /** Expressions whose values are compared, by name; evaluated at the end. */
  reports?: Record<string, string>;
  /**
   * event: the last event must arrive (the default). mounted: nothing can be sent, but the SDK is there. none: the page is
   * loaded, and there is no SDK.
   */
  end?: 'event' | 'mounted' | 'none';
  /** Set if it is about an id that TikTok does not know: a saved loader accepts any. */
  unknownPixel?: true;
}
