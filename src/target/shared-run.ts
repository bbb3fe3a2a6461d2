import type { WrittenRefusal } from './refusal.ts';
import { RUN_KEY, readRunFile } from './run-file.ts';
import type { Target } from './target.ts';
import type { Wanted } from './wanted.ts';

/** What all processes of a Playwright run share. */
export interface Run {
  targets: RunTarget[];
  refused: RefusedTarget[];
  /** How often each visit is made. */
  repeat: number;
  /** The visits that were asked for, if not all. */
  wanted?: Wanted | undefined;
  /** The run's folder, with a folder for each target's log. */
  logs: string;
  /** Folder for the run's results, absolute. */
  folder: string;
  /** The key for `sealWith`: the same in all shards of an audit, if it was given. */
  maskKey: string;
}

/** One target of a run. */
export interface RunTarget {
  target: Target;
  /** Folder of its log, shared by its visits and its stub of the Events API. */
  logs: string;
  /** Port of the stub's own server, for that transport. */
  eventsApiPort?: number;
  /** For a target that shares its back end or stub with an earlier one: the folder of their common log. */
  calls?: string;
  /** Names of the targets that start them. */
  startedBy?: { server?: string; stub?: string };
}

/** Folder of the log with the calls of a target's server. */
export function callsOf({ calls, logs }: Pick<RunTarget, 'calls' | 'logs'>): string {
  return calls ?? logs;
}

/** Whether this target itself starts its stub, if that is a separate server. */
export function isOwnStub({ startedBy }: Pick<RunTarget, 'startedBy'>): boolean {
  return startedBy?.stub === undefined && startedBy?.server === undefined;
}

/** A target that cannot be audited. */
export interface RefusedTarget {
  /** Its name, or the path of its file if it has none. */
  target: string;
  /** For the verdicts. */
  refusals: WrittenRefusal[];
  /** In full, for the author of the file. */
  message: string;
}

/** The run that another process has loaded. */
export function sharedRun(logs = process.env.TTQ_LOGS, key = process.env[RUN_KEY]): Run {
  if (!logs || !key)
    throw new Error(`TTQ_LOGS or ${RUN_KEY} is not set: no run was loaded. Start with playwright.config.ts.`);
  return readRunFile(logs, key) as Run;
}

/**
 * A target that starts a back end, with what its server must know about all targets it serves: their hosts, and where the pixel
 * is passed on. The starting target's own entries for a host come first.
 */
export function withServed(one: RunTarget, all: readonly RunTarget[]): RunTarget {
  const others = all
    .filter(({ startedBy }) => startedBy?.server === one.target.name)
    .map(({ target }) => target);
  if (others.length === 0) return one;
  const { network } = one.target;
  const hosts = { ...one.target.hosts };
  for (const other of others) {
    const { hostname } = new URL(other.baseURL);
    // A hermetic target's own host is allowed without an entry.
    const own = network === 'hermetic' ? { [hostname]: hostname } : {};
    for (const [name, address] of Object.entries({ ...own, ...other.hosts })) hosts[name] ??= address;
  }
  const pixelPaths = [...new Set([one.target, ...others].flatMap((target) => target.pixelPaths))];
  return { ...one, target: { ...one.target, hosts, pixelPaths } };
}
