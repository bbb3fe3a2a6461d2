import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { differs, isBroken, print } from '../drift/print.ts';
import type { Probe } from '../drift/probe.ts';
import { PROBES } from '../drift/probes/index.ts';
import { DriftError, type DriftReport, drift, type Progress, type Side } from '../drift/run.ts';
import { COULD_NOT_RUN } from '../report/exit-code.ts';
import { OptionError, parseSdk } from '../target/sdk.ts';
import { withTemporaryFolder } from './in-session.ts';
import { ensureBrowser } from './setup.ts';

const SAME = 0;
const DIFFERENT = 1;

export interface SdkDiffOptions {
  /** A regular expression for the names of probes. */
  only?: string;
  /** A file for the report as data. */
  json?: string;
  /** A pixel id that TikTok knows, for `live`. */
  pixel?: string;
}

/**
 * Runs the probes under two SDKs and prints the differences.
 *
 * @returns the exit code
 * @throws OptionError, BrowserError
 */
export async function sdkDiff(
  left: string,
  right: string,
  { only, json, pixel }: SdkDiffOptions,
): Promise<number> {
  const side = (name: string) => sideOf(name, pixel);
  const [one, other, probes] = [side(left), side(right), chosen(only)];
  await ensureBrowser((line) => console.error(line));
  try {
    const report = await withTemporaryFolder(() => drift(one, other, probes, tenths()));
    return await tell(report, json);
  } catch (error) {
    if (!(error instanceof DriftError)) throw error;
    console.error(error.message);
    return COULD_NOT_RUN;
  }
}

/** Prints the progress on stderr, at each tenth. */
function tenths(): Progress {
  let said = 0;
  return (played, of) => {
    const tenth = Math.floor((played * 10) / of);
    if (tenth > said && of > 20) console.error(`${tenth * 10}% of the probes played`);
    said = tenth;
  };
}

function sideOf(name: string, pixel: string | undefined): Side {
  const sdk = parseSdk(name, resolve());
  if (sdk.mode !== 'live') return { name, sdk };
  if (pixel !== undefined) return { name, sdk, pixel };
  throw new OptionError(
    'live was given without --pixel. TikTok sets up only pixels that it knows: name one of your own.',
  );
}

async function tell(report: DriftReport, json: string | undefined): Promise<number> {
  console.log(print(report));
  if (json !== undefined) await write(json, `${JSON.stringify(report, null, 2)}\n`);
  if (report.probes.some(isBroken)) return COULD_NOT_RUN;
  return report.probes.some(differs) ? DIFFERENT : SAME;
}

function chosen(only: string | undefined): readonly Probe[] {
  if (only === undefined) return PROBES;
  const pattern = regularExpression(only);
  const probes = PROBES.filter(({ name }) => pattern.test(name));
  if (probes.length > 0) return probes;
  const groups = new Set(PROBES.map(({ name }) => name.replace(/\/.*/, '/')));
  throw new OptionError(
    `--only ${JSON.stringify(only)} matches no probe. Their names begin with ${[...groups].join(', ')}; docs/sdk.md lists them.`,
  );
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new OptionError(
      `--only ${JSON.stringify(text)} is not a regular expression: ${(error as Error).message}.`,
    );
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new OptionError(`--json ${JSON.stringify(file)} cannot be written: ${(error as Error).message}.`);
  }
}
