import { createHash } from 'node:crypto';
import { expect } from '@playwright/test';
import { Lane } from '../../../src/drift/lane.ts';
import { nameOf, type Observation, type Sent } from '../../../src/drift/observation.ts';
import { play } from '../../../src/drift/play.ts';
import { END, type Probe } from '../../../src/drift/probe.ts';
import { PROBES } from '../../../src/drift/probes/index.ts';
import { DEFAULT_SDK } from '../../../src/target/target.ts';
import { test as base, type Lasting } from '../test.ts';

export { expect };

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A body on the wire; the tests read it as loosely as TikTok's servers would. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
export type Body = any;

export const probe = (name: string): Probe => PROBES.find((one) => one.name === name)!;

/** What the SDK sends on its own. */
const AUTOMATIC = ['LandingPageView', 'EngagedSession', 'EnrichAM'];

const isOfSite = (sent: Sent) => sent.path === '/api/v2/pixel' && ![...AUTOMATIC, END].includes(nameOf(sent));

/** Names of the site's events, in alphabetical order. */
export function siteEvents({ sent }: Observation): string[] {
  return sent.filter(isOfSite).map(nameOf).sort();
}

export function named({ sent }: Observation, name: string): Body[] {
  return sent.filter((one) => nameOf(one) === name).map(({ body }) => body);
}

export async function observe(one: Probe, lane: Lane): Promise<Observation> {
  const played = await play(one, lane);
  expect(played).toHaveProperty('observation');
  return (played as { observation: Observation }).observation;
}

const LANE: Lasting<Lane> = {
  open: () => Lane.open(DEFAULT_SDK),
  close: (lane) => lane.close(),
};

/** `lane`: the stand-in with its defaults. */
export const test = base.extend<{ lane: Lane }>({
  lane: async ({ shared }, use) => use(await shared.get(LANE)),
});
