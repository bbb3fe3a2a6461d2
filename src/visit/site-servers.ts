import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { sealWith } from '../masking/seal.ts';
import { type Chosen, readChosen } from '../target/chosen.ts';
import { MASK_KEY } from '../target/options.ts';
import { RUN_KEY } from '../target/run-file.ts';
import { type RunTarget, sharedRun } from '../target/shared-run.ts';
import { isWanted } from '../target/wanted.ts';
import { shardsOf } from './order.ts';
import { planVisits, visitIdOf } from './plan.ts';
import { firstLine, holdAddress, UP } from './server-hold.ts';
import { TargetServers } from './target-servers.ts';
import { LISTENING, needsServers, startsServers } from './web-servers.ts';

/*
 * The program that Playwright runs beside the visits: it starts the servers of a target when the first visit to it, or to the target
 * before it, begins, and stops them after the last. A failure, then or later, is recorded in the log of its target, whose visits break
 * off with it; other targets keep their visits. Playwright stops it together with the servers, which are in its process group.
 */

/** Milliseconds for the servers to end once nobody is left to stop them. */
const END = 5_000;

const run = sharedRun();
const key = process.env[RUN_KEY];
// The servers inherit this program's environment.
for (const name of [RUN_KEY, MASK_KEY]) delete process.env[name];
sealWith(run.maskKey);
const targets = run.targets.filter(needsServers);
const servers = targets.filter(startsServers).map((one) => new TargetServers(one, run.targets));
/** Visits that have ended, by target. */
const ended = new Map<string, number>();
let known: Chosen | undefined;
let isStopping = false;

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
// Playwright holds the other end: if it is killed, only this program can stop the servers and remove the logs.
process.stdin.on('end', stopAll).on('error', stopAll).resume();
for (const output of [process.stdout, process.stderr]) output.on('error', stopAll);

createServer((socket) => void hold(socket)).listen(holdAddress(run.logs), () => {
  process.stdout.write(`${LISTENING}\n`);
});

startFirst();

/** A visit: from its first line to the end of its connection. */
async function hold(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  const name = await firstLine(socket);
  const target = targets.find((one) => one.target.name === name);
  if (!target || isStopping) {
    socket.destroy();
    return;
  }
  socket.once('close', () => release(target));
  const up = serversOf(target).map((one) => one.start());
  startNext(target);
  await Promise.all(up);
  socket.write(`${UP}\n`);
}

function release({ target: { name } }: RunTarget): void {
  ended.set(name, (ended.get(name) ?? 0) + 1);
  if (isStopping) return;
  for (const one of servers) if (visitsLeft(one) === 0) void one.stop();
}

/** Before the first visit asks for them, while its browser starts. In a shard, the first visit is not known yet. */
function startFirst(): void {
  if (shardsOf() > 1) return;
  const isMade = ({ target }: RunTarget) =>
    planVisits(target).some((plan) => isWanted(visitIdOf(plan), run.wanted));
  const first = run.targets.find(isMade);
  if (first) for (const one of serversOf(first)) void one.start();
}

/** Starts the servers of the target whose visits come after those of this one. */
function startNext({ target }: RunTarget): void {
  const names = chosen()?.map(([name]) => name) ?? [];
  const next = targets.find((one) => one.target.name === names[names.indexOf(target.name) + 1]);
  if (next) for (const one of serversOf(next)) if (visitsLeft(one) > 0) void one.start();
}

function serversOf(target: RunTarget): TargetServers[] {
  return servers.filter((one) => one.serves(target));
}

/** Infinity before it is known. */
function visitsLeft(one: TargetServers): number {
  const all = chosen();
  if (!all) return Number.POSITIVE_INFINITY;
  const served = targets.filter((target) => one.serves(target)).map(({ target }) => target.name);
  return all
    .filter(([name]) => served.includes(name))
    .reduce((left, [name, visits]) => left + visits - (ended.get(name) ?? 0), 0);
}

function chosen(): Chosen | undefined {
  known ??= readChosen(run.logs, key);
  return known;
}

/** Playwright has sent the signal to the servers, too. */
async function stop(): Promise<void> {
  isStopping = true;
  await Promise.all(servers.map((one) => one.end()));
  process.exit();
}

function stopAll(): void {
  rmSync(run.logs, { recursive: true, force: true });
  void stop();
  killAll('SIGTERM');
  setTimeout(() => killAll('SIGKILL'), END);
}

function killAll(signal: NodeJS.Signals): void {
  // On POSIX to the whole group, this program included: detached children of a server are in it, too.
  if (process.platform !== 'win32') process.kill(0, signal);
  else for (const one of servers) one.signal(signal);
}
