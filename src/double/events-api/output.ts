/** A text that must not be written, and what it is called. */
export interface Secret {
  text: string;
  kind: 'token' | 'email' | 'phone';
}

/** A shorter text could appear anywhere by chance. */
const SHORTEST = 8;

/**
 * Watches what this process writes to its standard streams, which is where a server's log goes. What is written is not kept.
 *
 * @param secrets asked for at each writing
 * @param tell told the kind of each secret that a writing holds
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
