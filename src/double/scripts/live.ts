import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LiveSdk } from '../../target/target.ts';
import { isTikTokHost } from '../../tiktok/hosts.ts';
import { FETCH_TIMEOUT, type Fetch, reasonOf } from '../fetch.ts';
import { isEssential, isOptional, type Script, ScriptError, type ScriptSource } from './script.ts';

/** TikTok's own scripts, fetched from TikTok and kept on disk, where they lie as a saved SDK does. */
export class Live implements ScriptSource {
  private readonly cache: string;
  private readonly refresh: boolean;
  private readonly fetch: Fetch;
  private readonly timeout: number;
  /** By URL, for the life of this process. */
  private readonly scripts = new Map<string, Promise<Script | undefined>>();

  /**
   * @param fetch the way to TikTok
   * @param timeout milliseconds within which TikTok has to answer
   */
  constructor({ cache, refresh }: LiveSdk, fetch: Fetch, timeout = FETCH_TIMEOUT) {
    this.cache = cache;
    this.refresh = refresh;
    this.fetch = fetch;
    this.timeout = timeout;
  }

  get(asked: URL, headers: Record<string, string> = {}): Promise<Script | undefined> {
    const url = atTikTok(asked);
    const known = this.scripts.get(url.href);
    if (known) return known;
    const script = this.load(url, headers);
    this.scripts.set(url.href, script);
    // What failed is tried again when it is asked for again.
    script.catch(() => this.scripts.delete(url.href));
    return script;
  }

  private async load(url: URL, headers: Record<string, string>): Promise<Script | undefined> {
    // TikTok sets cookies of its own with these, which is all that they do.
    if (isOptional(url)) return { body: '' };
    if (!isTikTokHost(url.hostname)) return undefined;
    const file = join(this.cache, url.hostname, url.pathname + encodeURIComponent(url.search));
    const kept = this.refresh ? undefined : await read(file);
    if (kept) return { body: kept };
    const body = await this.download(url, headers);
    if (body) await keep(file, body);
    return body && { body };
  }

  private async download(url: URL, headers: Record<string, string>): Promise<Buffer | undefined> {
    const { status, type, body } = await this.ask(url, headers);
    if (status === 404 && !isEssential(url)) return undefined;
    if (status !== 200) throw failure(url, `it answered with status ${status}`);
    if (!/\b(java|ecma)script\b/i.test(type))
      throw failure(url, `it answered with ${type || 'no type'}, no script`);
    if (body.length === 0) throw failure(url, 'it answered with an empty script');
    return body;
  }

  private async ask(url: URL, headers: Record<string, string>) {
    const { 'user-agent': userAgent = '', referer } = headers;
    try {
      const response = await this.fetch(url.href, {
        headers: { accept: '*/*', 'user-agent': userAgent, ...(referer === undefined ? {} : { referer }) },
        signal: AbortSignal.timeout(this.timeout),
      });
      const body = Buffer.from(await response.arrayBuffer());
      return { status: response.status, type: response.headers.get('content-type') ?? '', body };
    } catch (error) {
      throw failure(url, reasonOf(error, this.timeout));
    }
  }
}

/** TikTok's script is never fetched in clear, nor from a port of the page's choice. */
function atTikTok(asked: URL): URL {
  const url = new URL(asked);
  url.protocol = 'https:';
  url.port = '';
  return url;
}

async function read(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new ScriptError(`The cached script ${file} cannot be read: ${error.message}`);
  });
}

/** Whole or not at all: other processes read and write here at the same time. */
async function keep(file: string, body: Buffer): Promise<void> {
  const unfinished = join(dirname(file), `.${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(unfinished, body);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new ScriptError(`The script cannot be kept in ${file}: ${(error as Error).message}`);
  }
}

function failure(url: URL, why: string): ScriptError {
  return new ScriptError(
    `${url.href} could not be had from TikTok: ${why}. Check this machine's way to TikTok, or audit with a saved SDK ` +
      '(--sdk <folder>) or with the stand-in (--sdk double).',
  );
}
