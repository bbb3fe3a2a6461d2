import { OptionError } from '../target/sdk.ts';
import type { Target } from '../target/target.ts';
import { isWanted, type Wanted } from '../target/wanted.ts';
import { visitName } from '../verdict/gate.ts';
import { planVisits, visitIdOf } from '../visit/plan.ts';

/** How many visits are named as examples. */
const NAMED = 4;

/**
 * Refuses an invalid pattern, and one that leaves no visit to make: Playwright would start a run without visits.
 *
 * @throws OptionError
 */
export function refuseGrep(grep: string, targets: readonly Target[], wanted: Wanted | undefined): void {
  const pattern = patternOf(grep);
  const names = targets.flatMap((target) =>
    planVisits(target)
      .map(visitIdOf)
      .filter((visit) => isWanted(visit, wanted))
      .map((visit) => ({ target: target.name, visit: visitName(visit), scenario: visit.scenario })),
  );
  // As Playwright makes the text that it looks in.
  const isMade = names.some(({ target, visit, scenario }) => {
    pattern.lastIndex = 0;
    return pattern.test(` audit.spec.ts ${target} ${visit} @${scenario}`);
  });
  if (isMade) return;
  const some = [...new Set(names.map(({ visit }) => visit))];
  const more = some.length > NAMED ? ` and ${some.length - NAMED} more` : '';
  throw new OptionError(
    `--grep: found ${JSON.stringify(grep)}, which matches no visit; wanted a part of the name of one: ${some.slice(0, NAMED).join(', ')}${more}.`,
  );
}

/** As Playwright reads it: with flags between slashes, otherwise regardless of case. */
function patternOf(text: string): RegExp {
  const [, source = text, flags = 'gi'] = /^\/(.*)\/([gi]*)$/.exec(text) ?? [];
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new OptionError(
      `--grep: found ${JSON.stringify(text)}; wanted a regular expression (${(error as Error).message}).`,
    );
  }
}
