import { asObject } from './values.ts';

/** What `ttq.load(id, options)` may say. */
export interface PixelOptions {
  limited_data_use?: unknown;
  historyObserver?: unknown;
  partner?: unknown;
}

/** One loaded pixel id. */
export interface Pixel {
  readonly code: string;
  readonly options: PixelOptions;
  /** URL of its last Pageview; undefined before the first one. */
  reportedUrl: string | undefined;
}

/** Options stand in `_o` of the base code's object; old base codes have none. */
export function createPixel(code: string, target: unknown): Pixel {
  return { code, options: asObject(asObject(asObject(target)._o)[code]), reportedUrl: undefined };
}
