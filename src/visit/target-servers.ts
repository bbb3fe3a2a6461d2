import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { VISIT_COOKIE } from '../double/events-api/preload-settings.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import type { ProblemArgs, ProblemCode } from '../evidence/problem.ts';
import { lineMask } from '../masking/mask.ts';
import { secretsOf } from '../recorder/secrets.ts';
import { isFree } from '../target/ports.ts';
import { callsOf, type RunTarget, withServed } from '../target/shared-run.ts';
import { processTree } from './process-tree.ts';
import { ServerLines } from './server-lines.ts';
import { SiteCauses } from './site-causes.ts';
import { noteSiteProblem } from './site-problem.ts';
import { type SiteProxy, startSiteProxy } from './site-proxy.ts';
import { type SiteServer, serversOf } from './web-servers.ts';

/** Milliseconds between checks of whether a server is up. */
const POLL = 100;
/** Milliseconds that a port may stay in use before its server is given up. */
const RELEASE = 5_000;
/** Milliseconds for an answer. */
const ANSWER = 5_000;
/** Identifies the harness itself to a stub in the site's server, like the id of a visit. */
const PROBE = 'the-harness';
/** Milliseconds for servers to end once they are stopped. */
const END = 5_000;

/** The servers that are started for one target. */
export class TargetServers {
  readonly #run: RunTarget;
  readonly #name: string;
  /** Of each target that uses them. */
  readonly #logs: string[];
  readonly #mask: (line: string) => string;
  #proxy: SiteProxy | undefined;
  #children: ChildProcess[] = [];
  #started: Promise<void> | undefined;
  #stopped: Promise<void> = Promise.resolve();
  #isStopping = false;

  /** @param all targets of the run */
  constructor(own: RunTarget, all: readonly RunTarget[]) {
    this.#run = withServed(own, all);
    this.#name = own.target.name;
    const served = all.filter((one) => this.serves(one));
    this.#logs = served.map(({ logs }) => logs);
    this.#mask = lineMask(served.flatMap(({ target }) => secretsOf(target)));
  }

  /** Whether a target uses what is started here, its own or another one's. */
  serves({ target, startedBy }: RunTarget): boolean {
    return [target.name, startedBy?.server, startedBy?.stub].includes(this.#name);
  }

  /**
   * Starts them, if they are not up.
   *
   * @returns when they are up, or one has failed: the reason is in the log of each target that uses it
   */
  start(): Promise<void> {
    this.#started ??= this.#stopped.then(() => this.#startAll());
    return this.#started;
  }

  /**
   * Stops them, with what they have started themselves. They can be started again.
   *
   * @returns when they have ended
   */
  stop(): Promise<void> {
    const started = this.#started;
    if (started) {
      this.#started = undefined;
      this.#stopped = started.then(() => this.#stopAll());
    }
    return this.#stopped;
  }

  /** Notes that they end on purpose from here on, and resolves when they have. */
  async end(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#children.map(closed));
  }

  /** Sends a signal to each process that is theirs. */
  signal(signal: NodeJS.Signals): void {
    for (const { pid } of this.#children) if (pid !== undefined) signalTree(pid, signal);
  }

  async #startAll(): Promise<void> {
    this.#isStopping = false;
    try {
      await this.#startEach();
    } catch (error) {
      const { message } = error as Error;
      this.#note(trouble('server-not-started', { server: "The site's server", error: message }));
    }
  }

  async #startEach(): Promise<void> {
    this.#proxy = await startSiteProxy(this.#run, (line) => process.stderr.write(`${this.#name}: ${line}\n`));
    if (this.#proxy?.open !== undefined) tellOfOpen(this.#proxy.open);
    for (const server of serversOf(this.#run, this.#proxy)) {
      const trouble = await this.#start(server);
      if (trouble) {
        this.#note(trouble);
        return;
      }
      noteWhetherLoaded(this.#run, server.url);
    }
  }

  async #stopAll(): Promise<void> {
    const ended = this.end();
    this.signal('SIGTERM');
    const late = setTimeout(() => this.signal('SIGKILL'), END);
    await ended;
    clearTimeout(late);
    await this.#proxy?.close();
    this.#proxy = undefined;
  }

  #note({ code, args }: Trouble): void {
    for (const logs of this.#logs) noteSiteProblem(logs, code, args);
  }

  /** Returns why it is not up. */
  async #start(server: SiteServer): Promise<Trouble | undefined> {
    const { name, url } = server;
    if ((await statusOf(url)) !== undefined) return trouble('address-taken', { server: name, url });
    const first = await this.#startOnce(server);
    // A foreign connection may have used the port, and connections end.
    const isAgain = first?.isAddressInUse && first.hasEnded && !this.#isStopping && (await isPortFree(url));
    const failure = isAgain ? await this.#startOnce(server) : first;
    failure?.lines.quote();
    return failure?.trouble;
  }

  async #startOnce(server: SiteServer): Promise<Failure | undefined> {
    const { name, command, url, cwd, env, timeout } = server;
    const child = spawn(command, {
      shell: true,
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.push(child);
    const ended = endOf(child, cwd).finally(() => {
      this.#children = this.#children.filter((one) => one !== child);
    });
    const causes = new SiteCauses();
    const lines = new ServerLines(this.#name, this.#mask);
    for (const output of [child.stdout!, child.stderr!])
      createInterface({ input: output }).on('line', (line) => {
        causes.read(line);
        lines.add(line);
      });
    const deadline = new AbortController();
    const failed = await Promise.race([
      ended.then((how) => trouble('server-ended-early', { server: name, url, ...how, ...causes.args })),
      up(server, deadline.signal),
      wait(timeout, undefined, { signal: deadline.signal }).then(() =>
        trouble('server-silent', { server: name, url, seconds: timeout / 1000, ...causes.args }),
      ),
    ]);
    deadline.abort();
    if (failed !== undefined)
      return {
        trouble: failed,
        lines,
        hasEnded: child.exitCode !== null || child.signalCode !== null,
        isAddressInUse: causes.isAddressInUse,
      };
    void ended.then((how) => {
      if (this.#isStopping) return;
      lines.quote();
      this.#note(trouble('server-ended', { server: name, ...how, ...causes.args }));
    });
    return undefined;
  }
}

async function closed(child: ChildProcess): Promise<void> {
  await once(child, 'close');
}

function signalTree(pid: number, signal: NodeJS.Signals): void {
  for (const one of processTree(pid)) {
    try {
      process.kill(one, signal);
    } catch {
      // It has ended.
    }
  }
}

const reported = new Set<string>();

/** Printed once in a run: it is about the machine, and not a target. */
function tellOfOpen(line: string): void {
  if (!reported.has(line)) process.stderr.write(`${line}\n`);
  reported.add(line);
}

/** The requests made until the server was up show whether the answering process has loaded the stub. */
function noteWhetherLoaded(one: RunTarget, url: string): void {
  if (one.target.eventsApi.transport !== 'preload') return;
  const log = RunLog.in(callsOf(one));
  const isLoaded = log.read().some((entry) => entry.type === 'seen' && entry.visit === PROBE);
  if (!isLoaded) log.append({ type: 'not-loaded', url, at: Date.now() });
}

interface Trouble<Code extends ProblemCode = ProblemCode> {
  code: Code;
  args: ProblemArgs<Code>;
}

function trouble<Code extends ProblemCode>(code: Code, args: ProblemArgs<Code>): Trouble<Code> {
  return { code, args };
}

/** Why a server is not up. */
interface Failure {
  trouble: Trouble;
  lines: ServerLines;
  hasEnded: boolean;
  isAddressInUse: boolean;
}

/** Waits until a server can listen on the port of a URL. False if that takes too long. */
async function isPortFree(url: string): Promise<boolean> {
  const { port, protocol } = new URL(url);
  const wanted = Number(port || (protocol === 'https:' ? 443 : 80));
  const deadline = Date.now() + RELEASE;
  while (!(await isFree(wanted))) {
    if (Date.now() > deadline) return false;
    await wait(POLL);
  }
  return true;
}

type End = { exitCode: number } | { signal: string } | { error: string; folder: string };

/** How a process ended. */
function endOf(child: ChildProcess, cwd: string): Promise<End> {
  return new Promise((resolve) => {
    child.on('error', ({ message }) => resolve({ error: message, folder: cwd }));
    child.on('close', (code, signal) => resolve(signal ? { signal } : { exitCode: code ?? 0 }));
  });
}

async function up({ url, isUp }: SiteServer, signal: AbortSignal): Promise<undefined> {
  while (!signal.aborted) {
    const status = await statusOf(url);
    if (status !== undefined && isUp(status)) return;
    await wait(POLL);
  }
}

/**
 * Undefined if nothing answers. Not with `fetch`, which uses the proxy of the environment if NODE_USE_ENV_PROXY is set: a proxy's
 * answer says nothing about a server on this machine.
 */
function statusOf(url: string): Promise<number | undefined> {
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve) => {
    const headers = { cookie: `${VISIT_COOKIE}=${PROBE}` };
    const request = get(url, { agent: false, headers, signal: AbortSignal.timeout(ANSWER) }, (response) => {
      resolve(response.statusCode);
      response.destroy();
    });
    request.on('error', () => resolve(undefined));
  });
}
