import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LiveSdk } from '../../target/target.ts';
import { isTikTokHost } from '../../tiktok/hosts.ts';
import { FETCH_TIMEOUT, type Fetch, reasonOf } from '../fetch.ts';
import { Build, brokenAt } from './build.ts';
import { isEssential, isOptional, type Script, ScriptError, type ScriptSource } from './script.ts';

/** When this process's run began, in epoch milliseconds: scripts fetched since then belong to this run. */
const RUN_SINCE = 'TTQ_SDK_SINCE';

/** Also applies to the processes that this one starts. */
export function beginSdkRun(env: NodeJS.ProcessEnv = process.env): void {
  env[RUN_SINCE] = String(Date.now());
}

/**
 * TikTok's own scripts, fetched from TikTok and cached on disk in the layout of a saved SDK. Only scripts that can be parsed are
 * kept, and a run uses one build.
 */
export class Live implements ScriptSource {
  private readonly cache: string;
  private readonly refresh: boolean;
  private readonly upstream: string | undefined;
  private readonly fetch: Fetch;
  private readonly timeout: number;
  private readonly since = Number(process.env[RUN_SINCE] ?? Date.now());
  private readonly build = new Build();
  private readonly times = new Map<string, number>();
  /** By URL, for the life of this process. */
  private readonly scripts = new Map<string, Promise<Script | undefined>>();

  /**
   * @param fetch reaches TikTok
   * @param timeout milliseconds for a complete answer from TikTok
   */
  constructor({ cache, refresh, upstream }: LiveSdk, fetch: Fetch, timeout = FETCH_TIMEOUT) {
    // A mirror's scripts must not be taken for TikTok's.
    this.cache =
      upstream === undefined ? cache : join(cache, `via-${new URL(upstream).host.replace(':', '_')}`);
    this.refresh = refresh;
    this.upstream = upstream;
    this.fetch = fetch;
    this.timeout = timeout;
  }

  get(asked: URL, headers: Record<string, string> = {}): Promise<Script | undefined> {
    const url = atTikTok(asked);
    const known = this.scripts.get(url.href);
    if (known) return known;
    const script = this.load(url, headers);
    this.scripts.set(url.href, script);
    // A script that failed is fetched again when it is next requested.
    script.catch(() => this.scripts.delete(url.href));
    return script;
  }

  fetchedAt(asked: URL): number | undefined {
    return this.times.get(atTikTok(asked).href);
  }

  private async load(url: URL, headers: Record<string, string>): Promise<Script | undefined> {
    // These only make TikTok set its own cookies.
    if (isOptional(url)) return { body: '' };
    if (!isTikTokHost(url.hostname)) return undefined;
    const script = (await this.kept(url)) ?? (await this.fetched(url, headers));
    if (script === undefined) return undefined;
    const why = this.build.add(url, script.body.toString());
    if (why !== undefined)
      throw new ScriptError(
        `${url.href} is not of the build of the scripts before it: ${why}. TikTok has changed its SDK since they were fetched. ` +
          'Run again with --refresh-sdk, so that all of them are fetched again.',
      );
    if (script.fetchedAt !== undefined) this.times.set(url.href, script.fetchedAt);
    return script;
  }

  /**
   * The cached script, if it may be used: an incomplete one is fetched again, and in a refresh also one that is older than the
   * run.
   */
  private async kept(url: URL): Promise<Script | undefined> {
    const kept = await read(this.fileOf(url));
    if (kept === undefined || brokenAt(kept.body.toString()) !== undefined) return undefined;
    return this.refresh && kept.fetchedAt < this.since ? undefined : kept;
  }

  private async fetched(url: URL, headers: Record<string, string>): Promise<Script | undefined> {
    const body = await this.download(url, headers);
    if (body === undefined) return undefined;
    // Another process of the run may have cached it in the meantime.
    const meanwhile = await this.kept(url);
    if (meanwhile !== undefined) return meanwhile;
    await keep(this.fileOf(url), body);
    return { body, fetchedAt: Date.now() };
  }

  private fileOf(url: URL): string {
    return join(this.cache, url.hostname, url.pathname + encodeURIComponent(url.search));
  }

  private async download(url: URL, headers: Record<string, string>): Promise<Buffer | undefined> {
    const { status, type, body } = await this.ask(url, headers);
    if (status === 404 && !isEssential(url)) return undefined;
    if (status !== 200) throw this.failure(url, `it answered with status ${status}`);
    if (!/\b(java|ecma)script\b/i.test(type))
      throw this.failure(url, `it answered with ${type || 'no type'}, not a script`);
    if (body.length === 0) throw this.failure(url, 'it answered with an empty script');
    const broken = brokenAt(body.toString());
    if (broken !== undefined)
      throw this.failure(
        url,
        `the ${body.length} bytes that it answered with are not a whole script (${broken})`,
      );
    return body;
  }

  private async ask(url: URL, headers: Record<string, string>) {
    const { 'user-agent': userAgent = '', referer } = headers;
    try {
      const response = await this.fetch(
        this.upstream === undefined ? url.href : mirrored(url, this.upstream),
        {
          headers: { accept: '*/*', 'user-agent': userAgent, ...(referer === undefined ? {} : { referer }) },
          signal: AbortSignal.timeout(this.timeout),
        },
      );
      const body = Buffer.from(await response.arrayBuffer());
      return { status: response.status, type: response.headers.get('content-type') ?? '', body };
    } catch (error) {
      throw this.failure(url, reasonOf(error, this.timeout));
    }
  }

  private failure(url: URL, why: string): ScriptError {
    const from = this.upstream === undefined ? 'TikTok' : `the mirror ${new URL(this.upstream).host}`;
    return new ScriptError(
      `${url.href} could not be fetched from ${from}: ${why}. Check this machine's connection to ${from}, or audit with a saved SDK ` +
        '(--sdk <folder>) or with the stand-in (--sdk double).',
    );
  }
}

/** TikTok's script is never fetched without TLS, nor from a port that the page chooses. */
function atTikTok(asked: URL): URL {
  const url = new URL(asked);
  url.protocol = 'https:';
  url.port = '';
  return url;
}

function mirrored({ pathname, search }: URL, upstream: string): string {
  return `${upstream.replace(/\/$/, '')}${pathname}${search}`;
}

async function read(file: string): Promise<(Script & { fetchedAt: number }) | undefined> {
  try {
    const [body, { mtimeMs }] = await Promise.all([readFile(file), stat(file)]);
    return { body, fetchedAt: Math.round(mtimeMs) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ScriptError(`The cached script ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Writes a file completely or not at all, as other processes read and write here at the same time. */
async function keep(file: string, body: Buffer): Promise<void> {
  const unfinished = join(dirname(file), `.${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(unfinished, body);
    // From the same clock as the start of the run; the file system's may be some milliseconds behind.
    const now = new Date();
    await utimes(unfinished, now, now);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new ScriptError(`The script cannot be kept in ${file}: ${(error as Error).message}`);
  }
}
