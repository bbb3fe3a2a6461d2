import { SEVERITIES } from '../target/target.ts';
import { compareText } from '../verdict/breaches.ts';
import { failureHolds, isInconclusive } from '../verdict/gate.ts';
import type { TargetVerdicts, Verdict, VisitVerdicts } from '../verdict/verdict.ts';
import { reportedOf } from '../verdict/whole-run.ts';

/** Outcomes of a rule for a target, the worst of its verdicts. Worst first. */
export const STATES = [
  { name: 'holds', mark: '✕', style: 'bad', says: 'fails and holds the release', many: 'failing' },
  {
    name: 'open',
    mark: '?',
    style: 'open',
    says: 'could not be judged, and holds the release',
    many: 'not judged',
  },
  { name: 'fail', mark: '!', style: 'warn', says: 'fails', many: 'failing without holding' },
  { name: 'waived', mark: '~', style: 'waived', says: 'fails and is waived', many: 'waived' },
  { name: 'pass', mark: '✓', style: 'good', says: 'passes', many: 'passing' },
  { name: 'unseen', mark: '○', style: 'unseen', says: 'could not be seen in any visit', many: 'not seen' },
  { name: 'none', mark: '–', style: 'none', says: 'does not apply', many: 'not applying' },
] as const;

export type State = (typeof STATES)[number];

function stateOf(verdict: Verdict, { failOn }: TargetVerdicts): State {
  const name = isInconclusive(verdict)
    ? 'open'
    : verdict.outcome === 'fail'
      ? failureHolds(verdict, failOn)
        ? 'holds'
        : 'fail'
      : verdict.outcome === 'inapplicable'
        ? verdict.unseen === undefined
          ? 'none'
          : 'unseen'
        : verdict.outcome;
  return STATES.find((state) => state.name === name)!;
}

/** A rule's worst verdict for a target, and its visit. */
export interface Worst {
  state: State;
  verdict: Verdict;
  visit: VisitVerdicts;
}

/** By rule. */
export function worstByRule(target: TargetVerdicts): Map<string, Worst> {
  const worst = new Map<string, Worst>();
  for (const visit of reportedOf(target)) {
    for (const verdict of visit.verdicts) {
      const state = stateOf(verdict, target);
      const before = worst.get(verdict.rule);
      if (!before || STATES.indexOf(state) < STATES.indexOf(before.state))
        worst.set(verdict.rule, { state, verdict, visit });
    }
  }
  return worst;
}

/** Targets that could not be audited first, then held ones by severity, then by number of failures, then by name. */
export function worstTargetsFirst(targets: readonly TargetVerdicts[]): TargetVerdicts[] {
  const ranked = targets.map((target) => ({ target, rank: rankOf(target) }));
  return ranked
    .sort((a, b) => compareRanks(a.rank, b.rank) || compareText(a.target.target, b.target.target))
    .map(({ target }) => target);
}

/** Greater is worse; the first number that differs decides. */
function rankOf(target: TargetVerdicts): number[] {
  const worst = [...worstByRule(target).values()];
  const failed = (severity: string) =>
    worst.filter(
      ({ state, verdict }) =>
        (state.name === 'holds' || state.name === 'fail') && verdict.severity === severity,
    ).length;
  return [
    Number(target.problem !== undefined),
    Number(!target.gate.released),
    ...SEVERITIES.slice(0, 2).map(failed),
    target.visits.filter(({ outcome }) => outcome !== 'complete').length,
    worst.filter(({ state }) => state.name === 'open').length,
    ...SEVERITIES.slice(2).map(failed),
    worst.filter(({ state }) => state.name === 'waived').length,
  ];
}

function compareRanks(a: number[], b: number[]): number {
  const index = a.findIndex((rank, place) => rank !== b[place]);
  return index < 0 ? 0 : b[index]! - a[index]!;
}
