import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** A process of shops: each line of its input is the folder of another one to start. */

// Each shop listens for termination signals.
process.setMaxListeners(0);
for await (const folder of createInterface(process.stdin))
  await import(pathToFileURL(join(folder, 'server.ts')).href);
