/** A text that must not be written, and what messages call it. */
export interface Secret {
  text: string;
  kind: 'token' | 'email' | 'phone';
}

/** Shorter texts could occur by chance. */
const SHORTEST = 8;

/**
 * Watches what this process writes to stdout and stderr, where a server's log goes. Nothing of it is kept.
 *
 * @param secrets called at each write
 * @param tell receives the kind of each secret in a write
 */
export function watchOutput(secrets: () => Iterable<Secret>, tell: (kind: Secret['kind']) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    const { write } = stream;
    stream.write = function (this: typeof stream, chunk: string | Uint8Array, ...rest: unknown[]) {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      for (const secret of secrets()) {
        if (secret.text.length >= SHORTEST && text.includes(secret.text)) tell(secret.kind);
      }
      return Reflect.apply(write, this, [chunk, ...rest]);
    } as typeof write;
  }
}
