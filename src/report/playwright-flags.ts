import { OptionError } from '../target/sdk.ts';

/** Flags of `playwright test` that the configuration depends on. */
export interface PlaywrightFlags {
  /** Whether browsers show a window. */
  headed: boolean;
  quiet: boolean;
  /** Whether visits are run and watched in Playwright's UI; `served` if it is served to a browser that somebody opens. */
  ui: 'window' | 'served' | undefined;
  /** The trace mode, if not off. */
  trace: string | undefined;
  /** The part that was asked for, which may be none. */
  shard: string | undefined;
  /** The flag that leaves visits out. */
  filter: string | undefined;
}

const FILTERS = [
  '--grep',
  '-g',
  '--grep-invert',
  '-G',
  '--last-failed',
  '--only-changed',
  '--test-list',
  '--test-list-invert',
];

/** @param argv as `process.argv` */
export function playwrightFlags(argv: readonly string[]): PlaywrightFlags {
  const has = (...names: string[]) =>
    argv.some((arg) => names.some((name) => arg === name || arg.startsWith(`${name}=`)));
  const debug = given('--debug', argv);
  const trace = given('--trace', argv);
  const ui = has('--ui-host', '--ui-port') ? 'served' : has('--ui') ? 'window' : undefined;
  return {
    headed: has('--headed') || (debug !== undefined && debug !== 'cli'),
    quiet: has('--quiet'),
    ui,
    trace: trace === 'off' ? undefined : trace,
    shard: given('--shard', argv),
    filter: FILTERS.find((name) => has(name)),
  };
}

/** The value of a flag, empty if none follows; undefined without the flag. */
function given(name: string, argv: readonly string[]): string | undefined {
  const at = argv.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const arg = argv[at]!;
  return arg === name ? (argv[at + 1] ?? '') : arg.slice(name.length + 1);
}

/**
 * Refuses what an audit cannot do.
 *
 * @param isChosen whether visits were chosen by --journey or --scenario
 * @throws OptionError
 */
export function refuseFlags({ trace, shard, filter }: PlaywrightFlags, isChosen: boolean): void {
  if (trace !== undefined) throw new OptionError(NO_TRACE);
  if (shard !== undefined && !isPart(shard))
    throw new OptionError(
      `--shard: found ${JSON.stringify(shard)}; wanted a part and the number of parts, such as 1/4.`,
    );
  const chosenBy = filter ?? (isChosen ? '--journey or --scenario' : undefined);
  if (shard !== undefined && chosenBy !== undefined)
    throw new OptionError(
      `--shard: found ${chosenBy} beside it; wanted one of the two. Shards are parts of a whole audit, and a filtered run does not decide on a release.`,
    );
}

function isPart(shard: string): boolean {
  const [, part, parts] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(shard) ?? [];
  return Number(part) <= Number(parts);
}

/** Why no trace is made, and how to get one. */
const NO_TRACE =
  "--trace: an audit makes no trace, since Playwright's traces hold the pages and what was typed into them, the identity in plain text. " +
  'Read the timeline of the visit and the picture of the page where a step failed instead, or watch it with --headed or --debug. ' +
  "In a suite of your own, with an identity that is made up, trace: 'on' works as usual: docs/playwright.md.";
