import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { VISIT_COOKIE } from '../double/events-api/preload-settings.ts';
import { RunLog } from '../double/events-api/run-log.ts';
import type { ProblemArgs, ProblemCode } from '../evidence/problem.ts';
import { lineMask } from '../masking/mask.ts';
import { sealWith } from '../masking/seal.ts';
import { secretsOf } from '../recorder/secrets.ts';
import { MASK_KEY } from '../target/options.ts';
import { isFree } from '../target/ports.ts';
import { callsOf, type RunTarget, sharedRun, withServed } from '../target/run.ts';
import { RUN_KEY } from '../target/run-file.ts';
import { SiteCauses } from './site-causes.ts';
import { noteSiteProblem } from './site-problem.ts';
import { startSiteProxy } from './site-proxy.ts';
import { SERVERS_DONE, type SiteServer, serversOf } from './web-servers.ts';

/*
 * The program that Playwright runs beside the visits: it starts the servers of all targets at once, and reports when each is
 * up or has failed. A failure, then or later, is recorded in the log of its target, whose visits break off with it; other
 * targets keep their visits. Playwright stops it together with the servers, which are in its process group.
 */

/** Milliseconds between checks of whether a server is up. */
const POLL = 100;
/** Milliseconds that a port may stay in use before its server is given up. */
const RELEASE = 5_000;
/** Milliseconds for an answer. */
const ANSWER = 5_000;
/** Identifies the harness itself to a stub in the site's server, like the id of a visit. */
const PROBE = 'the-harness';
/** Milliseconds for the servers to end once nobody is left to stop them. */
const END = 5_000;

const run = sharedRun();
// The servers inherit this program's environment.
for (const key of [RUN_KEY, MASK_KEY]) delete process.env[key];
sealWith(run.maskKey);
const servers: ChildProcess[] = [];
let isStopping = false;

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
// Playwright holds the other end: if it is killed, only this program can stop the servers and remove the logs.
process.stdin.on('end', stopAll).on('error', stopAll).resume();

await Promise.all(run.targets.map(startTarget));
process.stdout.write(`${SERVERS_DONE}\n`);

/** Playwright has sent the signal to the servers, too. */
function stop(): void {
  isStopping = true;
  const running = servers.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  if (running.length === 0) process.exit();
  for (const server of running) server.once('close', stop);
}

function stopAll(): void {
  rmSync(run.logs, { recursive: true, force: true });
  stop();
  killAll('SIGTERM');
  setTimeout(() => killAll('SIGKILL'), END);
}

function killAll(signal: NodeJS.Signals): void {
  // On POSIX to the whole group, this program included: a shell does not forward signals.
  if (process.platform !== 'win32') process.kill(0, signal);
  else for (const server of servers) server.kill(signal);
}

async function startTarget(own: RunTarget): Promise<void> {
  if (serversOf(own).length === 0 && own.startedBy) return;
  const target = withServed(own, run.targets);
  const proxy = await startSiteProxy(target, (line) =>
    process.stderr.write(`${target.target.name}: ${line}\n`),
  );
  if (proxy?.open !== undefined) tellOfOpen(proxy.open);
  for (const server of serversOf(target, proxy)) {
    const trouble = await start(server, target);
    if (trouble === undefined) {
      noteWhetherLoaded(target, server.url);
      continue;
    }
    for (const { logs } of servedWith(target)) noteSiteProblem(logs, trouble.code, trouble.args);
    return;
  }
}

const told = new Set<string>();

/** Printed once in a run: it is about the machine, and not a target. */
function tellOfOpen(line: string): void {
  if (!told.has(line)) process.stderr.write(`${line}\n`);
  told.add(line);
}

/** The targets that use what this one starts, including itself. */
function servedWith(one: RunTarget): RunTarget[] {
  const { name } = one.target;
  const others = run.targets.filter(
    ({ startedBy }) => startedBy?.server === name || startedBy?.stub === name,
  );
  return [one, ...others];
}

/** The requests made until the server was up show whether the answering process has loaded the stub. */
function noteWhetherLoaded(one: RunTarget, url: string): void {
  if (one.target.eventsApi.transport !== 'preload') return;
  const log = RunLog.in(callsOf(one));
  const isLoaded = log.read().some((entry) => entry.type === 'seen' && entry.visit === PROBE);
  if (!isLoaded) log.append({ type: 'not-loaded', url, at: Date.now() });
}

/** Returns why it is not up. */
async function start(server: SiteServer, run: RunTarget): Promise<Trouble | undefined> {
  const { name, url } = server;
  if ((await statusOf(url)) !== undefined) return trouble('address-taken', { server: name, url });
  const first = await startOnce(server, run);
  // A foreign connection may have used the port, and connections end.
  const isAgain = first?.isAddressInUse && first.hasEnded && !isStopping && (await isPortFree(url));
  const failure = isAgain ? await startOnce(server, run) : first;
  return failure?.trouble;
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
  hasEnded: boolean;
  isAddressInUse: boolean;
}

async function startOnce(server: SiteServer, one: RunTarget): Promise<Failure | undefined> {
  const { target } = one;
  const all = servedWith(one);
  const { command, url, cwd, env, timeout } = server;
  const child = spawn(command, {
    shell: true,
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = endOf(child, cwd);
  const mask = lineMask(all.flatMap(({ target }) => secretsOf(target)));
  const causes = new SiteCauses();
  forward(child.stdout!, process.stdout, target.name, mask, causes);
  forward(child.stderr!, process.stderr, target.name, mask, causes);
  servers.push(child);
  const deadline = new AbortController();
  const { name } = server;
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
      hasEnded: child.exitCode !== null || child.signalCode !== null,
      isAddressInUse: causes.isAddressInUse,
    };
  void ended.then((how) => {
    if (isStopping) return;
    for (const { logs } of all)
      noteSiteProblem(logs, 'server-ended', { server: name, ...how, ...causes.args });
  });
  return undefined;
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

/**
 * Prefixes each line with the name of its target, to tell it from others' and from this program's own. Masked, because Playwright
 * passes it to every reporter as it is.
 */
function forward(
  from: Readable,
  to: Writable,
  target: string,
  mask: (line: string) => string,
  causes: SiteCauses,
): void {
  createInterface({ input: from }).on('line', (line) => {
    causes.read(line);
    to.write(`${target}: ${mask(line)}\n`);
  });
}
