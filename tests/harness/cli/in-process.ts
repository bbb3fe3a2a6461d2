import { main } from '../../../src/cli/command-line.ts';
import { captured } from '../captured.ts';

export interface Done {
  code: number;
  out: string;
  err: string;
}

/**
 * Runs a command line in this process, in a folder, for what needs no process of its own: starting one costs a second. What a
 * command would leave running, or an exit by signal, needs one.
 *
 * @param env beside the environment of this process, of which nothing of an audit is passed on
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
