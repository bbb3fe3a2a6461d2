import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { mask, type Secret } from '../evidence/mask.ts';

/** The command that is to run, and what must not be seen of its log. */
interface Settings {
  command: string;
  env: Record<string, string>;
  secrets: Secret[];
}

const VARIABLE = 'TTQ_MASKED_LOG';

/**
 * A command, and its environment, that runs another with its standard error masked: that is where the log of a site's server
 * goes, and Playwright passes it on to every reporter as it is.
 */
export function maskedLog(settings: Settings): { command: string; env: Record<string, string> } {
  const command = [process.execPath, fileURLToPath(import.meta.url)].map((word) => JSON.stringify(word));
  return { command: command.join(' '), env: { [VARIABLE]: JSON.stringify(settings) } };
}

const settings = process.env[VARIABLE];
if (settings !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await run(JSON.parse(settings) as Settings);
}

/** Ends when the command does, with its exit code. */
async function run({ command, env, secrets }: Settings): Promise<number> {
  const { [VARIABLE]: _own, ...rest } = process.env;
  const child = spawn(command, {
    shell: true,
    env: { ...rest, ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  // A signal goes to the whole group of processes, so that the command has it, too, and may end in good order.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  createInterface(child.stderr).on('line', (line) => process.stderr.write(`${mask(line, secrets)}\n`));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
