import { resolve } from 'node:path';
import { refusal } from './refusal.ts';
import { OptionError, parseSdk } from './sdk.ts';
import type { Sdk, Target } from './target.ts';

/** Options of a run, besides the target file: from the command line, which passes them on in the environment. */
export interface RunOptions {
  /** `--sdk`, TTQ_SDK: see parseSdk. A relative folder starts from the current one. */
  sdk?: string | undefined;
  /** `--refresh-sdk`, TTQ_REFRESH_SDK: fetches the cached scripts of a live SDK again. */
  refreshSdk?: boolean;
  /** `--forward-events`, TTQ_FORWARD_EVENTS: confirms a target with `"events": "forward"`. */
  forwardEvents?: boolean;
  /** `--repeat`, TTQ_REPEAT: how often each visit is made. */
  repeat?: number | undefined;
  /** `--baseline`, TTQ_BASELINE: a file of earlier verdicts to compare with. */
  baseline?: string | undefined;
  /** `--times`, TTQ_TIMES: visit-times.json of an earlier run, by which visits are divided among shards. */
  times?: string | undefined;
  /** `--verbose`, TTQ_VERBOSE: prints each visit, with the timeline of one that fails. */
  verbose?: boolean;
  /** `--quiet`, TTQ_QUIET: prints only the decision and its reasons. */
  quiet?: boolean;
  /** `--journey`, TTQ_JOURNEY, one on each line: only the visits of these journeys. */
  journey?: string[] | undefined;
  /** `--scenario`, TTQ_SCENARIO, one on each line: only the visits under these scenarios. */
  scenario?: string[] | undefined;
  /** PWDEBUG, which Playwright's `--debug` sets: a person goes step by step, so nothing may time out. */
  debug?: boolean;
  /** `--strict-network`, TTQ_STRICT_NETWORK: audits only if clients that ignore proxies cannot leave this machine either. */
  strictNetwork?: boolean;
  /** TTQ_MASK_KEY: the key that secrets are sealed with. Not an option, because every process can read command lines. */
  maskKey?: string | undefined;
}

/** The variable for the key. It is removed from the environment of everything that a run starts. */
export const MASK_KEY = 'TTQ_MASK_KEY';

type Environment = Record<string, string | undefined>;

/**
 * The options in an environment.
 *
 * @throws OptionError if TTQ_REPEAT is not a valid number, or TTQ_MASK_KEY is too short
 */
export function optionsIn(env: Environment): RunOptions {
  return {
    sdk: env.TTQ_SDK || undefined,
    refreshSdk: isOn(env.TTQ_REFRESH_SDK),
    forwardEvents: isOn(env.TTQ_FORWARD_EVENTS),
    repeat: env.TTQ_REPEAT ? parseRepeat(env.TTQ_REPEAT) : undefined,
    baseline: env.TTQ_BASELINE || undefined,
    times: env.TTQ_TIMES || undefined,
    verbose: isVerbose(env),
    quiet: isQuiet(env),
    journey: linesOf(env.TTQ_JOURNEY),
    scenario: linesOf(env.TTQ_SCENARIO),
    debug: isDebug(env),
    strictNetwork: isOn(env.TTQ_STRICT_NETWORK),
    maskKey: env[MASK_KEY] ? maskKeyIn(env[MASK_KEY]) : undefined,
  };
}

/** The environment variables for these options. */
export function environmentOf({
  sdk,
  refreshSdk,
  forwardEvents,
  repeat,
  baseline,
  times,
  verbose,
  quiet,
  journey,
  scenario,
  strictNetwork,
}: RunOptions): Record<string, string> {
  return {
    ...(sdk === undefined ? {} : { TTQ_SDK: sdk }),
    ...(refreshSdk ? { TTQ_REFRESH_SDK: '1' } : {}),
    ...(forwardEvents ? { TTQ_FORWARD_EVENTS: '1' } : {}),
    ...(repeat === undefined ? {} : { TTQ_REPEAT: String(repeat) }),
    ...(baseline === undefined ? {} : { TTQ_BASELINE: baseline }),
    ...(times === undefined ? {} : { TTQ_TIMES: times }),
    ...(verbose ? { TTQ_VERBOSE: '1' } : {}),
    ...(quiet ? { TTQ_QUIET: '1' } : {}),
    ...(journey === undefined ? {} : { TTQ_JOURNEY: journey.join('\n') }),
    ...(scenario === undefined ? {} : { TTQ_SCENARIO: scenario.join('\n') }),
    ...(strictNetwork ? { TTQ_STRICT_NETWORK: '1' } : {}),
  };
}

function linesOf(text = ''): string[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 ? lines : undefined;
}

/** Whether each visit is printed, with the timeline of one that fails. */
export function isVerbose(env: Environment): boolean {
  return isOn(env.TTQ_VERBOSE);
}

/** Whether only the decision and its reasons are printed. */
export function isQuiet(env: Environment): boolean {
  return isOn(env.TTQ_QUIET);
}

/** Whether Playwright's Inspector stops each visit at each step. */
function isDebug(env: Environment): boolean {
  return isOn(env.PWDEBUG);
}

/** More is certainly a typing mistake. */
const MOST_REPEATS = 100;

/**
 * How often each visit is made.
 *
 * @throws OptionError if the text is not a whole number, or out of range
 */
export function parseRepeat(text: string): number {
  const times = /^\d+$/.test(text) ? Number(text) : 0;
  if (times >= 1 && times <= MOST_REPEATS) return times;
  throw new OptionError(
    `--repeat (TTQ_REPEAT): found ${JSON.stringify(text)}; wanted a whole number from 1 to ${MOST_REPEATS}. ` +
      'It says how often each visit is made.',
  );
}

/** Too long to guess: whoever has the key and a report can test passwords. */
const SHORTEST_KEY = 32;

function maskKeyIn(text: string): string {
  if (text.length >= SHORTEST_KEY) return text;
  throw new OptionError(
    `${MASK_KEY}: found ${text.length} characters; wanted ${SHORTEST_KEY} or more. With it, all shards of an audit mask secrets in the ` +
      'same way. Make one with `openssl rand -hex 32`, or leave it out: then each run makes its own.',
  );
}

function isOn(value = ''): boolean {
  return value !== '' && value !== '0' && value !== 'false';
}

/**
 * The target with the options of a run applied.
 *
 * @throws OptionError if the options name no SDK, or contradict the target
 */
export function withOptions(target: Target, options: RunOptions): Target {
  refuseForwarding(target, options);
  const sdk = options.sdk === undefined ? target.sdk : overridden(target.sdk, options.sdk);
  const timeouts = options.debug ? { ...target.timeouts, step: DAY } : target.timeouts;
  const { server } = target;
  const whole = {
    ...target,
    timeouts,
    ...(server && options.strictNetwork && { server: { ...server, isolated: true } }),
  };
  if (!options.refreshSdk) return { ...whole, sdk };
  if (sdk.mode === 'live') return { ...whole, sdk: { ...sdk, refresh: true } };
  throw new OptionError(refusal('refresh-without-live', { mode: sdk.mode }));
}

/** Milliseconds: longer than anybody looks at a step. */
const DAY = 24 * 60 * 60 * 1000;

/** If the mode is the same, the target's other settings stay: its cache, or its pixel's settings in Events Manager. */
function overridden(own: Sdk, text: string): Sdk {
  const named = parseSdk(text, resolve());
  if (named.mode === 'live' && own.mode === 'live') return own;
  if (named.mode === 'double' && own.mode === 'double') return { ...own, profile: named.profile };
  return named;
}

/** Forwarded events stay in an advertiser's data for good, so both the file and the run must ask for it. */
function refuseForwarding({ name, events }: Target, { forwardEvents = false }: RunOptions): void {
  if (forwardEvents === (events === 'forward')) return;
  throw new OptionError(
    refusal(forwardEvents ? 'forward-not-in-file' : 'forward-not-asked', { target: name }),
  );
}
