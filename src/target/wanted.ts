import { meantBy } from './schema-problems.ts';
import { OptionError } from './sdk.ts';
import type { Target } from './target.ts';

/** The visits that a run was asked for: of these journeys, under these scenarios. Undefined means all. */
export interface Wanted {
  journeys?: string[];
  scenarios?: string[];
}

/** What the options ask for; undefined if it is everything. */
export function wantedBy({
  journey,
  scenario,
}: {
  journey?: string[] | undefined;
  scenario?: string[] | undefined;
}): Wanted | undefined {
  if (!journey && !scenario) return undefined;
  return { ...(journey ? { journeys: journey } : {}), ...(scenario ? { scenarios: scenario } : {}) };
}

/** Whether a visit is one of them. */
export function isWanted(visit: { journey: string; scenario: string }, wanted: Wanted | undefined): boolean {
  const { journeys = [visit.journey], scenarios = [visit.scenario] } = wanted ?? {};
  return journeys.includes(visit.journey) && scenarios.includes(visit.scenario);
}

/**
 * Refuses a name that no target has: otherwise a typing mistake would leave out what was asked for.
 *
 * @throws OptionError
 */
export function refuseUnknown(
  targets: readonly Pick<Target, 'journeys' | 'scenarios'>[],
  wanted: Wanted,
): void {
  const journeys = targets.flatMap((target) => target.journeys.map(({ name }) => name));
  refuse('--journey (TTQ_JOURNEY)', wanted.journeys, journeys);
  refuse(
    '--scenario (TTQ_SCENARIO)',
    wanted.scenarios,
    targets.flatMap(({ scenarios }) => scenarios),
  );
}

function refuse(option: string, asked: readonly string[] = [], known: readonly string[]): void {
  const names = [...new Set(known)];
  for (const name of asked.filter((one) => !names.includes(one))) {
    const near = meantBy(name, names);
    const meant = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
    throw new OptionError(
      `${option}: found ${JSON.stringify(name)}; wanted one that the target file has: ${names.join(', ')}.${meant}`,
    );
  }
}
