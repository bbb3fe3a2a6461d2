import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** A process of shops: each line of its input is the folder of one more, which it starts beside the others. */

// Each shop listens for the signals that end it.
process.setMaxListeners(0);
for await (const folder of createInterface(process.stdin))
  await import(pathToFileURL(join(folder, 'server.ts')).href);
