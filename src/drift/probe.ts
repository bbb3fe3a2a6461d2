/** Names that the probe pages use for pixels. A saved or a live SDK, which knows other pixels only, has its own exchanged for them. */
export const PIXEL = 'CAAAAAAAAAAAAAAAAAA1';
export const OTHER = 'CAAAAAAAAAAAAAAAAAA2';
/** An id that no page loads. */
export const UNKNOWN = 'CZZZZZZZZZZZZZZZZZZ9';

export const SHOP = 'https://www.shop.example';
/** Another site than the shop. */
export const ELSEWHERE = 'https://www.elsewhere.example';

/** The event that ends a probe: what was called before it has been seen when it arrives. */
export const END = 'DriftEnd';

/** What is done on a probe's page, one after the other. */
export type Step =
  /** A script for the page; its promise, if it gives one, is awaited. */
  | { run: string }
  /** A CSS selector. */
  | { click: string }
  /** A path of the probe, or a URL. What the page sent before must have been waited for. */
  | { goto: string; referer?: string }
  /**
   * A name on the wire (see `nameOf`), as often as `count` says. What does not come within `within` milliseconds is no
   * failure: that it is missing shows in the comparison.
   */
  | { waitFor: string; count?: number; within?: number }
  /** An expression that has to become true in the page; where it does not, the probe cannot be run. */
  | { until: string }
  /** Lets the script go that `held` keeps back. */
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
  /** Stands in the head before the base code. */
  before?: string;
  /** Script in the base code: what it loads. One pixel by default. */
  load?: string;
  /** Second argument of the default load, as source text. */
  options?: string;
  /** Script in the base code after the load. */
  calls?: string;
  /** Name of the global, `ttq` by default. */
  global?: string;
  /** The whole head, instead of the base code and what stands around it. */
  head?: string;
  body?: string;
  /** Further pages, by path. Of the main page and these, those with `<!--ttq-->` in them get the base code there. */
  pages?: Record<string, string>;
  /** Scripts of the SDK that are not to be had: path pattern. */
  blocked?: RegExp;
  /** A script of the SDK that is kept back until the step `release`. */
  held?: RegExp;
  steps?: Step[];
  /** Expressions whose values are compared, by name; evaluated at the end. */
  reports?: Record<string, string>;
  /**
   * event: the last event must arrive (the default). mounted: nothing can be sent, but the SDK is there. none: the page is
   * loaded, and there is no SDK.
   */
  end?: 'event' | 'mounted' | 'none';
  /** Set where it is about an id that TikTok does not know: a saved loader gives itself out for any. */
  unknownPixel?: true;
}
