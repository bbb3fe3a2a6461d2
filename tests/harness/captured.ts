export interface Captured {
  text(): string;
  end(): void;
}

/**
 * Captures what is written to a stream of this process, as a pipe would receive it: a worker otherwise passes for its terminal.
 */
export function captured(stream: NodeJS.WriteStream): Captured {
  const { write, isTTY } = stream;
  let text = '';
  stream.isTTY = false;
  stream.write = (chunk: string | Uint8Array) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  return {
    text: () => text,
    end: () => Object.assign(stream, { write, isTTY }),
  };
}
