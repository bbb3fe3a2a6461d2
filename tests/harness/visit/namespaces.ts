import { spawnSync } from 'node:child_process';

/** Whether this machine lets this user make a network namespace: most containers of CI do not. */
export function hasNamespaces(): boolean {
  return ['-mn', '-Urmn'].some((flags) => spawnSync('unshare', [flags, 'true']).status === 0);
}
