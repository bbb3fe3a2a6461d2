import { lineMask, type Secret } from '../masking/mask.ts';

/**
 * Masks what this process writes to stdout and stderr from now on: the site's server logs and Playwright's quotes of pages end
 * there, too.
 */
export function maskOutput(secrets: Secret[]): void {
  const mask = lineMask(secrets);
  for (const stream of [process.stdout, process.stderr]) {
    const { write } = stream;
    stream.write = function (this: typeof stream, chunk: string | Uint8Array, ...rest: unknown[]) {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      return Reflect.apply(write, this, [mask(text), ...rest]);
    } as typeof write;
  }
}
