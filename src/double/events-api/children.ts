import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';

/** Environment variables; null means unset. */
export type Variables = Record<string, string | null>;

type Environment = Record<string, string | undefined>;

/** Changes the environment that a child process, or a worker thread with its own environment, is given. */
type Lead = (env: Environment) => Environment;

/**
 * Gives these variables to every process and worker thread that this one starts, even if it passes an environment of its own:
 * without them, the child would bypass the stub.
 *
 * @param nodeOptions added to NODE_OPTIONS unless it contains them
 */
export function leadChildren(variables: Variables, nodeOptions: string): void {
  const lead: Lead = (env) => {
    const held = env.NODE_OPTIONS ?? '';
    const led: Environment = {
      ...env,
      NODE_OPTIONS: held.includes(nodeOptions) ? held : `${held} ${nodeOptions}`.trim(),
    };
    for (const [name, value] of Object.entries(variables)) {
      if (value === null) delete led[name];
      else led[name] = value;
    }
    return led;
  };
  leadProcesses(lead);
  leadProcessesInStep(lead);
  leadWorkers(lead);
  syncBuiltinESMExports();
}

/** Covers spawn, exec, execFile and fork. Undocumented, but Node's instrumentation tools hook in here, too. */
function leadProcesses(lead: Lead): void {
  const prototype = ChildProcess.prototype as unknown as {
    spawn: (options: { envPairs?: string[] }) => unknown;
  };
  const { spawn } = prototype;
  prototype.spawn = function (this: unknown, options) {
    const given = (options.envPairs ?? []).map((pair): [string, string] => {
      // On Windows, per-drive current folders are kept in names that begin with an equals sign.
      const end = pair.indexOf('=', 1);
      return [pair.slice(0, end), pair.slice(end + 1)];
    });
    const envPairs = Object.entries(lead(Object.fromEntries(given))).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`],
    );
    return Reflect.apply(spawn, this, [{ ...options, envPairs }]);
  };
}

/** spawnSync, execFileSync and execSync have nothing in common that can be replaced. */
function leadProcessesInStep(lead: Lead): void {
  for (const name of ['spawnSync', 'execFileSync', 'execSync'] as const) {
    const start = childProcess[name] as (...args: unknown[]) => unknown;
    const led = (...given: unknown[]) => {
      const args = given.filter((arg) => arg !== undefined && arg !== null);
      const last = args.at(-1);
      const options = isOptions(last) ? last : {};
      const env = lead(options.env ?? process.env);
      return start(...(isOptions(last) ? args.slice(0, -1) : args), { ...options, env });
    };
    Object.assign(childProcess, { [name]: led });
  }
}

function leadWorkers(lead: Lead): void {
  workerThreads.Worker = class extends workerThreads.Worker {
    constructor(file: string | URL, options?: WorkerOptions) {
      const { env } = options ?? {};
      // Without one, a worker has its parent's environment, which loads the stub.
      const isOwn = typeof env === 'object' && env !== null;
      super(file, isOwn ? { ...options, env: lead(env as Environment) } : options);
    }
  };
}

function isOptions(value: unknown): value is { env?: Environment } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
