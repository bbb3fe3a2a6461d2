import { withPixel } from '../double/scripts/pixel-id.ts';
import type { Script, ScriptSource } from '../double/scripts/script.ts';
import { LOADER_PATH } from '../target/saved-sdk.ts';
import { OTHER, PIXEL } from './probe.ts';

/** Fetches the loader of a pixel that TikTok knows instead of the probes' pixels, and replaces its id. */
export class KnownPixel implements ScriptSource {
  private readonly source: ScriptSource;
  private readonly pixel: string;

  constructor(source: ScriptSource, pixel: string) {
    this.source = source;
    this.pixel = pixel;
  }

  async get(url: URL, headers?: Record<string, string>): Promise<Script | undefined> {
    const asked = url.searchParams.get('sdkid') ?? '';
    if (url.pathname !== LOADER_PATH || ![PIXEL, OTHER].includes(asked)) return this.source.get(url, headers);
    const known = new URL(url);
    known.searchParams.set('sdkid', this.pixel);
    const loader = await this.source.get(known, headers);
    return loader && { ...loader, body: withPixel(asked, loader.body.toString(), known.href) };
  }
}
