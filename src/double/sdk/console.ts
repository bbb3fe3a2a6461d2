/**
 * The SDK's console diagnostics: a code and a sentence behind one prefix. They never block an event.
 * The checks of event names and parameters, which the real SDK makes as well, are not here yet.
 */
const SENTENCES = {
  DUPLICATE_PIXEL_CODE: 'The pixel was loaded again',
  INVALID_PIXEL_CODE: 'No pixel with this id was loaded',
  MISSING_PIXEL_CODE: 'The script was asked for without a pixel id',
};

export function diagnose(code: keyof typeof SENTENCES, detail = ''): void {
  console.warn(`[TikTok Pixel] - ${code}: ${SENTENCES[code]}${detail && ` (${detail})`}`);
}

/** Makes a function that never throws into the page that calls it. */
export function guarded<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R | undefined {
  return (...args) => {
    try {
      return run(...args);
    } catch (error) {
      console.warn('[TikTok double] an error was kept from the page:', error);
      return undefined;
    }
  };
}
