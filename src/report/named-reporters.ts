import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OptionError } from '../target/sdk.ts';

/** The reporters of an audit, by the paths by which Playwright loads them. */
export const PROGRESS = fileURLToPath(new URL(`./progress${extname(import.meta.url)}`, import.meta.url));
export const GATE = fileURLToPath(new URL(`./gate${extname(import.meta.url)}`, import.meta.url));

/** Whether the command line names reporters, which replace those of the configuration. */
export const NAMES_REPORTERS = process.argv.some((arg) => /^--reporter(=|$)/.test(arg));

/**
 * The reporter that a user named by the same variable, to be added to the configuration's.
 *
 * @throws OptionError if the command line names others, which replace the configuration's
 */
export function reporterBeside(env = process.env): string | undefined {
  const name = env.PW_TEST_REPORTER;
  if (!name || name === GATE) return undefined;
  if (NAMES_REPORTERS)
    throw new OptionError(
      `PW_TEST_REPORTER: found ${JSON.stringify(name)} beside --reporter; wanted one of the two. Name it after --reporter as well, and unset the variable.`,
    );
  return name;
}
