import type { Sdk } from '../target/target.ts';
import { compare, type Difference } from './compare.ts';
import { Lane } from './lane.ts';
import { mask } from './mask.ts';
import { fields, type Observation, type Played } from './observation.ts';
import { play } from './play.ts';
import type { Probe } from './probe.ts';

/** One of the two SDKs. */
export interface Side {
  /** As it was named on the command line. */
  name: string;
  sdk: Sdk;
  /** For `live`: a pixel that TikTok knows, whose settings apply to the probes' pixels. */
  pixel?: string;
}

/** A probe under both SDKs. */
export interface Outcome {
  name: string;
  about: string;
  differences: Difference[];
  /** Why it could not be run, by side. */
  problems: { left?: string; right?: string };
}

export interface DriftReport {
  left: SeenSide;
  right: SeenSide;
  probes: Outcome[];
  /** Names of probes that were left out, as a saved SDK cannot show their behaviour. */
  leftOut: string[];
}

/** Called after each probe of either side: how many were played, and of how many. */
export type Progress = (played: number, of: number) => void;

export interface SeenSide {
  name: string;
  /** Its name and version on the wire; undefined if it sent nothing. */
  library: string | undefined;
}

/** An SDK is not available at all. The message is complete: print it without a stack. */
export class DriftError extends Error {
  override name = 'DriftError';
}

/**
 * Plays the probes under both SDKs, side by side, and compares.
 *
 * @throws BrowserError, DriftError
 */
export async function drift(
  left: Side,
  right: Side,
  all: readonly Probe[],
  progress: Progress = () => {},
): Promise<DriftReport> {
  const isSaved = [left, right].some(({ sdk }) => sdk.mode === 'file');
  const probes = all.filter(({ unknownPixel }) => !(isSaved && unknownPixel));
  let played = 0;
  const [lefts, rights] = await both(left, right, probes, () => {
    played += 1;
    progress(played, probes.length * 2);
  });
  return {
    left: { name: left.name, library: library(lefts) },
    right: { name: right.name, library: library(rights) },
    probes: probes.map((probe, index) => outcome(probe, lefts[index]!, rights[index]!)),
    leftOut: all.filter((probe) => !probes.includes(probe)).map(({ name }) => name),
  };
}

/** If one side fails, the other is stopped before the error is thrown. */
async function both(
  left: Side,
  right: Side,
  probes: readonly Probe[],
  tick: () => void,
): Promise<[Played[], Played[]]> {
  const stop = new AbortController();
  const sides = [left, right].map((side) =>
    playAll(side, probes, { signal: stop.signal, tick }).catch((error: unknown) => {
      stop.abort();
      throw error;
    }),
  );
  await Promise.allSettled(sides);
  return Promise.all(sides) as Promise<[Played[], Played[]]>;
}

interface Run {
  signal: AbortSignal;
  tick: () => void;
}

/** Milliseconds above which a probe mainly waits: such probes have a lane of their own, so that others need not wait. */
const PATIENT = 5_000;

/**
 * Plays probes under one SDK.
 *
 * @throws BrowserError, DriftError
 */
async function playAll(side: Side, probes: readonly Probe[], run: Run): Promise<Played[]> {
  const lanes = Object.values(Object.groupBy(probes, (probe) => String(isPatient(probe))));
  const played = await Promise.all(lanes.map((lane) => playLane(side, lane ?? [], run)));
  const byName = new Map(played.flat());
  return probes.map(({ name }) => byName.get(name) ?? { problem: 'The run was stopped.' });
}

function isPatient({ steps = [] }: Probe): boolean {
  return steps.some((step) => 'waitFor' in step && (step.within ?? 0) > PATIENT);
}

async function playLane(
  { name, sdk, pixel }: Side,
  probes: readonly Probe[],
  { signal, tick }: Run,
): Promise<[name: string, Played][]> {
  const lane = await Lane.open(sdk, pixel);
  try {
    const played: [string, Played][] = [];
    for (const probe of probes) {
      if (signal.aborted) break;
      const result = await play(probe, lane);
      // If it is missing at the start, it stays missing.
      if ('noSdk' in result && played.length === 0)
        throw new DriftError(`The SDK ${name} is not available. ${result.noSdk}`);
      played.push([probe.name, result]);
      tick();
    }
    return played;
  } finally {
    await lane.close();
  }
}

function outcome({ name, about }: Probe, left: Played, right: Played): Outcome {
  const observations = [left, right].map((played) =>
    'observation' in played ? played.observation : undefined,
  );
  const [one, other] = observations.map((observation) => observation && mask(observation));
  return {
    name,
    about,
    differences: one && other ? compare(one, other) : [],
    problems: {
      ...problem('left', left),
      ...problem('right', right),
    },
  };
}

function problem(side: 'left' | 'right', played: Played): Outcome['problems'] {
  if ('observation' in played) return {};
  return { [side]: 'problem' in played ? played.problem : played.noSdk };
}

function library(played: Played[]): string | undefined {
  for (const one of played) {
    const found = 'observation' in one ? libraryOf(one.observation) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function libraryOf({ sent }: Observation): string | undefined {
  for (const { body } of sent) {
    const { name, version } = fields(fields(fields(body).context).library);
    if (typeof name === 'string') return `${name} ${version}`;
  }
  return undefined;
}
