import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';

/** Variables; null: is not set. */
export type Variables = Record<string, string | null>;

type Environment = Record<string, string | undefined>;

/** What a child, or a worker thread with an environment of its own, is started with in place of what its parent gives it. */
type Lead = (env: Environment) => Environment;

/**
 * Has every process and worker thread that this one starts go by these variables, also where it is given an environment of its own:
 * a copy without them, or an empty one, would lead it past the stub.
 *
 * @param nodeOptions added to NODE_OPTIONS where it does not hold them
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

/** What spawn, exec, execFile and fork come to. Not documented; Node's own programs of instrumentation stand here, too. */
function leadProcesses(lead: Lead): void {
  const prototype = ChildProcess.prototype as unknown as {
    spawn: (options: { envPairs?: string[] }) => unknown;
  };
  const { spawn } = prototype;
  prototype.spawn = function (this: unknown, options) {
    const given = (options.envPairs ?? []).map((pair): [string, string] => {
      // On Windows, names of folders of drives begin with an equals sign.
      const end = pair.indexOf('=', 1);
      return [pair.slice(0, end), pair.slice(end + 1)];
    });
    const envPairs = Object.entries(lead(Object.fromEntries(given))).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${value}`],
    );
    return Reflect.apply(spawn, this, [{ ...options, envPairs }]);
  };
}

/** spawnSync, execFileSync and execSync do not share anything that can be replaced. */
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
      // Without one a worker has its parent's, which the stub is in.
      const isOwn = typeof env === 'object' && env !== null;
      super(file, isOwn ? { ...options, env: lead(env as Environment) } : options);
    }
  };
}

function isOptions(value: unknown): value is { env?: Environment } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
