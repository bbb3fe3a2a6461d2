import { join } from 'node:path';
import { withDefaults } from '../target/check.ts';
import { OptionError } from '../target/sdk.ts';
import type { Target } from '../target/target.ts';

/**
 * The address of a page, as somebody types it: without a protocol, https.
 *
 * @throws OptionError if it is not one
 */
export function pageAddress(address: string): URL {
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `https://${address}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new OptionError(
    `<url>: found ${JSON.stringify(address)}; wanted the URL of a page, such as https://www.shop.example/.`,
  );
}

/** A target for the page, as far as it is known before the page was opened. */
export function targetOfPage(url: URL): Target {
  const file = {
    name: url.hostname,
    baseURL: url.origin,
    pixels: [],
    network: 'open' as const,
    journeys: [{ name: 'page', start: startOf(url) }],
  };
  return withDefaults(file, join(process.cwd(), 'target.json'));
}

export function startOf(url: URL): string {
  return `${url.pathname}${url.search}${url.hash}`;
}
