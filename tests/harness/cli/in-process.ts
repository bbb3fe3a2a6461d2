import { main } from '../../../src/cli/command-line.ts';
import { captured } from '../captured.ts';

export interface Done {
  code: number;
  out: string;
  err: string;
}

/**
 * Runs a command line in this process, in a folder, where no separate process is needed: starting one costs a second. Commands
 * that leave something running, or end by a signal, need one.
 *
 * @param env added to the environment of this process, without the variables of an audit
 */
export async function inProcess(
  folder: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<Done> {
  const before = { folder: process.cwd(), env: { ...process.env } };
  const out = captured(process.stdout);
  const err = captured(process.stderr);
  try {
    for (const name of Object.keys(process.env)) if (name.startsWith('TTQ_')) delete process.env[name];
    Object.assign(process.env, env);
    process.chdir(folder);
    const code = await main(args);
    return { code, out: out.text(), err: err.text() };
  } finally {
    process.chdir(before.folder);
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before.env);
    out.end();
    err.end();
  }
}
