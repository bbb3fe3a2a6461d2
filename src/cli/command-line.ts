import { Command, CommanderError, Option } from 'commander';
import { COULD_NOT_RUN, RELEASED } from '../report/exit-code.ts';
import { ownManifest } from '../report/package-root.ts';
import type { RunOptions } from '../target/options.ts';
import type { Profile } from '../target/target.ts';
import type { AuditFlags } from './audit.ts';
import type { EventsApiOptions } from './events-api.ts';
import type { InitOptions } from './init.ts';
import type { JudgeOptions } from './judge.ts';
import type { MergeOptions } from './merge.ts';
import { PRINTED } from './printed-errors.ts';
import type { SdkDiffOptions } from './sdk-diff.ts';

/** Repeated here, since the code that reads targets is loaded only if needed; the compiler finds what is missing. */
const PROFILES: Record<Profile, true> = {
  '2024-04': true,
  '2025-08': true,
  '2025-12': true,
  '2026-05': true,
  '2026-09': true,
};
const SDKS = `double, ${Object.keys(PROFILES).join(', ')}, live, or the folder of a saved SDK`;

/** Runs a command line in the current folder, and returns the exit code. Arguments after `--` are for Playwright. */
export async function main(args: string[]): Promise<number> {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  let code: number = COULD_NOT_RUN;
  const program = commands(args.slice(end + 1), (result) => {
    code = result;
  });
  try {
    await program.parseAsync(commandLine(args.slice(0, end), program), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT_RUN;
    const message =
      error instanceof Error && PRINTED.has(error.name)
        ? error.message
        : fileTrouble(error as NodeJS.ErrnoException);
    if (message === undefined) throw error;
    console.error(message);
    return COULD_NOT_RUN;
  }
}

/**
 * `help audit` is `audit --help`. For an unknown command, the remaining arguments are dropped: commander would print help, and
 * report success if the command line ends with --help.
 */
function commandLine(args: string[], program: Command): string[] {
  const words = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
  let command = program;
  for (const [index, word] of words.entries()) {
    if (word.startsWith('-') || command.commands.length === 0) return words;
    const next = command.commands.find((one) => one.name() === word);
    if (!next) return words.slice(0, index + 1);
    command = next;
  }
  return words;
}

/** As parsed by commander. */
type AuditOptions = Omit<RunOptions, 'repeat'> & AuditFlags & { repeat?: string };

/** Writing may fail because of a full disk or missing rights. */
function fileTrouble({ code, path, message }: NodeJS.ErrnoException): string | undefined {
  if (code === undefined || path === undefined) return undefined;
  return `${message}. Check that the place exists, is writable and has room, and run again.`;
}

/** The commands. Each is loaded on use, as their modules take a second to load. */
export function commands(playwrightArgs: string[], end: (code: number) => void): Command {
  const program = new Command('ttq-conformance')
    .description('Audits the TikTok tracking of web shops in a headless browser')
    .version(ownManifest().version, '--version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', '\nRun help <command> to see its arguments and options.')
    .commandsGroup('Look at a site:')
    .exitOverride();
  program
    .command('audit')
    .description('audit targets and write reports/; exits with 0: released, 1: held, 2: could not run')
    .argument(
      '[target...]',
      'target files, folders of them, or quoted globs; by default TTQ_TARGET, otherwise the demo shop',
    )
    .option('--all', 'for the demo shop, make all visits instead of the few that show what an audit is')
    .option('--sdk <which>', `${SDKS} (TTQ_SDK)`)
    .option('--refresh-sdk', 'fetch again what the cache of a live SDK holds (TTQ_REFRESH_SDK)')
    .option(
      '--forward-events',
      'also deliver events to TikTok; the target file has to say so, too (TTQ_FORWARD_EVENTS)',
    )
    .option(
      '--baseline <file>',
      'compare with an earlier audit: hold only for what is new, worse or no longer judged (TTQ_BASELINE)',
    )
    .option(
      '--repeat <n>',
      'make each visit this many times; what differs between them is inconclusive (TTQ_REPEAT)',
    )
    .option(
      '--journey <name>',
      'make only the visits of this journey; may be repeated (TTQ_JOURNEY)',
      gathered,
    )
    .option(
      '--scenario <name>',
      'make only the visits under this scenario; may be repeated (TTQ_SCENARIO)',
      gathered,
    )
    .option(
      '-g, --grep <pattern>',
      "make only the visits whose name matches a regular expression, such as 'purchase under (organic|mobile)'",
    )
    .option('-j, --workers <n>', 'how many visits run at once, or a share of the cores, such as 50%')
    .option('--headed', 'show the browsers')
    .option(
      '--debug',
      "show the browser and stop at each step in Playwright's Inspector; one visit at a time",
    )
    .option(
      '--ui',
      "choose visits and make them in Playwright's UI; it shows no steps, and nothing is decided",
    )
    .option(
      '--times <file>',
      'divide the visits among shards by the visit-times.json of an earlier run (TTQ_TIMES)',
    )
    .option(
      '--strict-network',
      "isolate every site's server, so that nothing it sends leaves this machine (TTQ_STRICT_NETWORK)",
    )
    .option('--verbose', 'report each visit; of a failing one, every finding and the timeline (TTQ_VERBOSE)')
    .addOption(
      new Option('--quiet', 'report only the decision and its reasons (TTQ_QUIET)').conflicts('verbose'),
    )
    // It is refused, with the reason.
    .addOption(new Option('--trace [mode]').hideHelp())
    .addHelpText(
      'after',
      '\nA run of only some visits (--journey, --scenario, --grep) does not decide on a release: it exits with 1 if something fails, ' +
        'otherwise with 2.\nArguments after -- go to Playwright, for example: -- --shard=1/3 --max-failures=5',
    )
    .exitOverride()
    .action(async (targets: string[], { repeat, ...options }: AuditOptions) => {
      const { all, grep, workers, headed, debug, ui, trace, ...run } = options;
      const [{ audit }, { parseRepeat }] = await Promise.all([
        import('./audit.ts'),
        import('../target/options.ts'),
      ]);
      const asked = repeat === undefined ? run : { ...run, repeat: parseRepeat(repeat) };
      end(await audit(targets, asked, { all, grep, workers, headed, debug, ui, trace }, playwrightArgs));
    });
  program
    .command('check')
    .description(
      'look at one page, without a target file; exits with 0: no problem was seen, 1: a problem was seen, or no pixel, 2: could not run',
    )
    .argument('<url>', 'the URL of the page')
    .exitOverride()
    .action(async (url: string) => {
      const { check } = await import('./check.ts');
      end(await check(url));
    });
  program
    .command('init')
    .description(
      'explore a shop and write a target file; exits with 0: ready to run, 1: something was not found, 2: could not run',
    )
    .argument('<url>', 'the URL of the shop, or of a product')
    .option('--playwright', 'write a spec for your own Playwright suite')
    .option(
      '-o, --output <file>',
      'the file to write; by default named after the host, a spec in the folder of tests',
    )
    .exitOverride()
    .action(async (url: string, options: InitOptions) => {
      const { init } = await import('./init.ts');
      end(await init(url, options));
    });
  program
    .commandsGroup('After an audit:')
    .command('baseline')
    .description(
      'accept the verdicts of an audit: write them as the baseline that later audits are compared with',
    )
    .argument('[verdicts]', 'verdicts.json, or the reports folder it is in', 'reports')
    .option('-o, --output <file>', 'the baseline file', 'ttq-baseline.json')
    .exitOverride()
    .action(async (path: string, { output }: { output: string }) => {
      const { baseline } = await import('./baseline.ts');
      end(baseline(path, output));
    });
  program
    .command('diff')
    .description(
      'show what changed in the tracking between two audits; exits with 0: nothing got worse, 1: something did, 2: could not run',
    )
    .argument('<before>', 'a baseline file, verdicts.json, or the reports folder it is in')
    .argument('[after]', 'verdicts.json, or the reports folder it is in', 'reports')
    .exitOverride()
    .action(async (before: string, after: string) => {
      const { diff } = await import('./diff.ts');
      end(diff(before, after));
    });
  program
    .command('judge')
    .description(
      'judge recorded visits again, without a browser; exits with 0: released, 1: held, 2: something could not be judged',
    )
    .argument('<paths...>', 'evidence files, HARs, lists of Events API calls, and folders that hold them')
    .addOption(repeatable('--target <file>', 'the target file; may be repeated', 'TTQ_TARGET'))
    .option('--output <file>', 'write the verdicts to a file, as data')
    .option(
      '--baseline <file>',
      'compare with an earlier audit: hold only for what is new, worse or no longer judged',
    )
    .option('--today <day>', 'the day by which waivers expire, YYYY-MM-DD; by default today, in UTC')
    .option('--journey <name>', 'the journey that a HAR shows; by default the only one of the target')
    .option(
      '--scenario <name>',
      'the scenario that a HAR shows; by default ad-click or organic, by its first URL',
    )
    .option('--verbose', 'also report each visit')
    .exitOverride()
    .action(async (paths: string[], options: JudgeOptions) => {
      const { judge } = await import('./judge.ts');
      end(await judge(paths, options));
    });
  program
    .command('merge')
    .description("merge the reports of an audit's shards into reports/; exits as audit does")
    .argument('<folder...>', 'the reports folder of each shard')
    .option(
      '--baseline <file>',
      'compare with an earlier audit: hold only for what is new, worse or no longer judged',
    )
    .exitOverride()
    .action(async (folders: string[], options: MergeOptions) => {
      const { merge } = await import('./merge.ts');
      end(await merge(folders, options));
    });
  program
    .commandsGroup('On this machine:')
    .command('setup')
    .description('find a browser, or install one')
    .exitOverride()
    .action(async () => {
      const { ensureBrowser } = await import('./setup.ts');
      const { path, from } = await ensureBrowser(console.log);
      console.log(`Browser: ${path ?? "Playwright's own"} (from ${from})`);
      end(RELEASED);
    });
  program
    .commandsGroup('Stand-ins for TikTok:')
    .command('sdk')
    .description("look at TikTok's SDK and its stand-in")
    .command('diff')
    .description(
      'show where two SDKs behave differently; exits with 0: nowhere, 1: somewhere, 2: could not run',
    )
    .argument('<left>', SDKS)
    .argument('<right>', 'likewise')
    .option('--only <pattern>', 'regular expression: only the probes whose name matches')
    .option('--pixel <id>', 'for live: a pixel that TikTok knows, whose settings the pages get')
    .option('--json <file>', 'write the report to a file as well, as data')
    .exitOverride()
    .action(async (left: string, right: string, options: SdkDiffOptions) => {
      const { sdkDiff } = await import('./sdk-diff.ts');
      end(await sdkDiff(left, right, options));
    });
  program
    .command('events-api')
    .description('run the Events API stub as a server on 127.0.0.1, until interrupted')
    .option('--port <n>', 'where to listen; 0 for a free port', '4180')
    .option('--https', 'speak HTTPS, with a certificate for business-api.tiktok.com, localhost and 127.0.0.1')
    .addOption(repeatable('--host <name>', 'another name for the certificate; may be repeated', 'none'))
    .option('--log <file>', 'append each call, masked, as a line of JSON')
    .addOption(repeatable('--fault <kind[:times[:ms]]>', 'answer with a fault; may be repeated', 'none'))
    .exitOverride()
    .action(async (options: EventsApiOptions) => {
      const { eventsApi } = await import('./events-api.ts');
      await eventsApi(options);
      end(RELEASED);
    });
  return program;
}

/** @param shown what help shows as the default */
function repeatable(flags: string, description: string, shown: string): Option {
  return new Option(flags, description).argParser(gathered).default([], shown);
}

function gathered(value: string, before: string[] = []): string[] {
  return [...before, value];
}
