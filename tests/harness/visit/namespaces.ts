import { spawnSync } from 'node:child_process';

/** Whether this user can create a network namespace on this machine: not in most CI containers. */
export function hasNamespaces(): boolean {
  return ['-mn', '-Urmn'].some((flags) => spawnSync('unshare', [flags, 'true']).status === 0);
}
