import type { Difference } from './compare.ts';
import type { DriftReport, Outcome, SeenSide } from './run.ts';

/** Longest value that is printed in full. */
const VALUE = 160;

/** How many probes with a difference are named. */
const NAMED = 4;

/** One difference, with all the probes that show it. */
interface Cause {
  /** That of the first probe. */
  difference: Difference;
  probes: Set<string>;
  /** The events in which it occurs. */
  places: Set<string>;
}

/** The report as plain text: what could not be run, then the causes, the more serious and frequent first. */
export function print({ left, right, probes, leftOut }: DriftReport): string {
  const causes = causesOf(probes);
  return [
    `left ${seen(left)}, right ${seen(right)}`,
    '',
    ...section(probes.filter(isBroken).flatMap(broken)),
    ...section(causes.flatMap(printed)),
    ...(leftOut.length === 0 ? [] : [`left out, since a saved loader knows every id: ${leftOut.join(', ')}`]),
    summary(probes, causes),
  ].join('\n');
}

export const differs = ({ differences }: Outcome): boolean => differences.length > 0;
export const isBroken = ({ problems }: Outcome): boolean => Object.keys(problems).length > 0;

const section = (lines: string[]) => (lines.length === 0 ? [] : [...lines, '']);

function causesOf(probes: Outcome[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const { name, differences } of probes) {
    for (const difference of differences) {
      const key = kind(difference);
      const cause = causes.get(key) ?? { difference, probes: new Set(), places: new Set() };
      cause.probes.add(name);
      cause.places.add(difference.place);
      causes.set(key, cause);
    }
  }
  const rank = ({ difference }: Cause) => (difference.grade === 'event' ? 0 : 1);
  return [...causes.values()].sort((a, b) => rank(a) - rank(b) || b.probes.size - a.probes.size);
}

/** A difference without what is specific to the probe: the event it is in, and the numbers. */
function kind(difference: Difference): string {
  return line({ ...difference, place: anyEvent(difference.place) }).replace(/#\d+>/g, '>');
}

const anyEvent = (place: string) => place.replace(/^wire · .*? · /, 'wire · any event · ');

function seen({ name, library }: SeenSide): string {
  return `${name} (${library ?? 'sent nothing'})`;
}

function broken({ name, problems }: Outcome): string[] {
  return Object.entries(problems).map(([side, problem]) => `${name} could not be run, ${side}: ${problem}`);
}

function printed({ difference, probes, places }: Cause): string[] {
  const isOne = places.size === 1;
  const shown = isOne ? line(difference) : kind(difference);
  const names = [...probes];
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
  return [shown, `         in ${names.slice(0, NAMED).join(', ')}${more}`];
}

function line({ grade, place, left, right }: Difference): string {
  return `${grade.padEnd(6)} ${place}: left ${value(left)} right ${value(right)}`;
}

function value(found: unknown): string {
  if (found === undefined) return '(missing)';
  const text = JSON.stringify(found);
  return text.length > VALUE ? `${text.slice(0, VALUE)}… (${text.length} characters)` : text;
}

function summary(probes: Outcome[], causes: Cause[]): string {
  const differing = probes.filter(differs).length;
  const unrun = probes.filter(isBroken).length;
  const grave = causes.filter(({ difference }) => difference.grade === 'event').length;
  return [
    `${probes.length} probes, ${differing === 0 ? 'none differs' : `${differing} differ in ${causes.length} ways, ${grave} of which a rule could see`}`,
    ...(unrun === 0 ? [] : [`${unrun} could not be run`]),
  ].join('; ');
}
