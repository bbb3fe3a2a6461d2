import type { Script, ScriptSource } from '../double/scripts/script.ts';

/** An SDK's scripts, some of which a probe blocks or holds back. */
export class Gate implements ScriptSource {
  private readonly source: ScriptSource;
  private blocked: RegExp | undefined;
  private held: RegExp | undefined;
  private released = Promise.withResolvers<void>();

  constructor(source: ScriptSource) {
    this.source = source;
  }

  /** For the next probe. */
  set(blocked: RegExp | undefined, held: RegExp | undefined): void {
    this.release();
    this.blocked = blocked;
    this.held = held;
    this.released = Promise.withResolvers<void>();
  }

  release(): void {
    this.released.resolve();
  }

  async get(url: URL, headers: Record<string, string>): Promise<Script | undefined> {
    if (this.blocked?.test(url.pathname)) return undefined;
    if (this.held?.test(url.pathname)) await this.released.promise;
    return this.source.get(url, headers);
  }
}
