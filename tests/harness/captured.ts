export interface Captured {
  text(): string;
  end(): void;
}

/** Keeps what is written to a stream of this process, as a pipe would get it: a worker passes for the terminal it was started from. */
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
