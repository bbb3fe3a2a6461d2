#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { TargetError } from '../target/load.ts';
import { BrowserError } from '../visit/browser.ts';
import { audit, COULD_NOT_RUN } from './audit.ts';
import { ensureBrowser } from './setup.ts';

process.exitCode = await main(process.argv.slice(2));

/** Runs a command line and returns the exit code. What follows `--` is for Playwright. */
async function main(args: string[]): Promise<number> {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  let code = 0;
  const program = commands(args.slice(end + 1), (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args.slice(0, end), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT_RUN;
    if (!(error instanceof TargetError || error instanceof BrowserError)) throw error;
    console.error(error.message);
    return COULD_NOT_RUN;
  }
}

function commands(playwrightArgs: string[], end: (code: number) => void): Command {
  const program = new Command('ttq-conformance')
    .description('Audits the TikTok tracking of web shops in a headless browser')
    .exitOverride();
  program
    .command('audit')
    .description('audit a target and write reports/; exits with 0: released, 1: held, 2: could not run')
    .argument('[target]', 'the target file; by default TTQ_TARGET, else the demo shop')
    .addHelpText('after', '\nArguments after -- go to Playwright, for instance: -- --workers=2 --shard=1/3')
    .exitOverride()
    .action(async (target?: string) => end(await audit(target, playwrightArgs)));
  program
    .command('setup')
    .description('find a browser, or install one')
    .exitOverride()
    .action(async () => {
      const { path, from } = await ensureBrowser(console.log);
      console.log(`Browser: ${path ?? "Playwright's own"} (from ${from})`);
    });
  return program;
}
