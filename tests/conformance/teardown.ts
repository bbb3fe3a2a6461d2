import { rm } from 'node:fs/promises';

/** What the stub wrote down stands in the evidence by now, masked. */
export default async function teardown(): Promise<void> {
  if (process.env.TTQ_LOGS) await rm(process.env.TTQ_LOGS, { recursive: true, force: true });
}
