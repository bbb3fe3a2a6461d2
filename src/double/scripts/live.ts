import type { LiveSdk } from '../../target/target.ts';
import { type Script, ScriptError, type ScriptSource } from './script.ts';

/** TikTok's own scripts, fetched from TikTok and kept on disk. */
export class Live implements ScriptSource {
  private readonly cache: string;

  constructor({ cache }: LiveSdk) {
    this.cache = cache;
  }

  async get(url: URL): Promise<Script | undefined> {
    throw new ScriptError(`${url.pathname} cannot be had from TikTok or from ${this.cache}.`);
  }
}
