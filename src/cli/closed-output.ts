/**
 * From now on this process goes on where nobody reads what it prints any more, as after `| head`, or where there is no room for it: the
 * result is in its files and its exit code.
 */
export function outliveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
