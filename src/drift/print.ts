import type { Difference } from './compare.ts';
import type { DriftReport, Outcome, SeenSide } from './run.ts';

/** Longest value that is printed whole. */
const VALUE = 160;

/** In how many probes the same difference is one of the whole SDK, which is printed once. */
const COMMON = 10;

/** The report as plain text. */
export function print(report: DriftReport): string {
  const { left, right, probes } = report;
  const common = commonDifferences(probes);
  const telling = probes
    .map((outcome) => ({
      ...outcome,
      differences: outcome.differences.filter((one) => !common.has(kind(one))),
    }))
    .filter((outcome) => differs(outcome) || isBroken(outcome));
  return [
    `left ${seen(left)}, right ${seen(right)}`,
    '',
    ...(common.size === 0 ? [] : [`in ${COMMON} probes or more:`, ...common.keys(), '']),
    ...telling.flatMap((outcome) => [...printed(outcome), '']),
    summary(probes, telling),
  ].join('\n');
}

/** The lines that stand for the same difference in many probes. */
function commonDifferences(probes: Outcome[]): Set<string> {
  const counts = new Map<string, number>();
  for (const { differences } of probes)
    for (const one of new Set(differences.map(kind))) counts.set(one, (counts.get(one) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count >= COMMON).map(([one]) => one));
}

/** A difference without what is the probe's own: the event it stands in, and the numbers. */
function kind(difference: Difference): string {
  const place = difference.place.replace(/^wire · .*? · /, 'wire · any event · ');
  return line({ ...difference, place }).replace(/#\d+>/g, '>');
}

export const differs = ({ differences }: Outcome): boolean => differences.length > 0;
export const isBroken = ({ problems }: Outcome): boolean => Object.keys(problems).length > 0;

function seen({ name, library }: SeenSide): string {
  return `${name} (${library ?? 'sent nothing'})`;
}

function printed({ name, about, differences, problems }: Outcome): string[] {
  return [
    `${name}: ${about}`,
    ...Object.entries(problems).map(([side, problem]) => `  could not be run   ${side}: ${problem}`),
    ...differences.map(line),
  ];
}

function line({ grade, place, left, right }: Difference): string {
  return `  ${grade.padEnd(6)} ${place}: left ${value(left)} right ${value(right)}`;
}

function value(found: unknown): string {
  if (found === undefined) return '(missing)';
  const text = JSON.stringify(found);
  return text.length > VALUE ? `${text.slice(0, VALUE)}… (${text.length} characters)` : text;
}

/** @param telling those that have more to say than what is common */
function summary(probes: Outcome[], telling: Outcome[]): string {
  const names = (some: Outcome[]) => some.map(({ name }) => name).join(', ');
  const [differing, own, broken] = [probes.filter(differs), telling.filter(differs), probes.filter(isBroken)];
  const listed =
    own.length === differing.length ? `: ${names(own)}` : `, beside the common: ${names(own) || 'none'}`;
  return [
    `${probes.length} probes, ${differing.length === 0 ? 'none differs' : `${differing.length} differ${listed}`}`,
    ...(broken.length === 0 ? [] : [`${broken.length} could not be run: ${names(broken)}`]),
  ].join('; ');
}
