import { UNKNOWN_PROBLEM } from '../evidence/problem.ts';
import { causeOf, causeOfDoubt, causeOfStop } from './causes.ts';
import { compareWith } from './compare.ts';
import { isFiltered } from './gate.ts';
import { judgedThen, type Snapshot, type TargetSnapshot, type VisitSnapshot } from './snapshot.ts';
import type {
  AuditVerdicts,
  ChangeKind,
  TargetVerdicts,
  TrackedEvent,
  Verdict,
  VisitId,
  VisitVerdicts,
} from './verdict.ts';
import { isSameVisit } from './visit-id.ts';
import { judgedOf } from './whole-run.ts';

/** Two audits of a target, compared. */
export interface TargetDiff {
  target: string;
  /** `added`: only the later audit has it; `gone`: only the earlier one. */
  state: 'both' | 'added' | 'gone';
  /** How many visits of it the later audit made. */
  visits: number;
  subjects: Subject[];
}

/** What changed about one event, or, with an empty name, about no event in particular. */
export interface Subject {
  event: string;
  changes: Change[];
}

/** One change, with all the visits in which it occurred. */
export interface Change {
  /** `lost`, `gained` and `count` are about what was sent, the others about a rule. */
  kind: 'lost' | 'gained' | 'count' | Exclude<ChangeKind, 'known'> | 'gone';
  text: string;
  visits: VisitId[];
}

/** A change before grouping: equal keys have one cause. */
interface Single extends Omit<Change, 'visits'> {
  event: string;
  key: string;
  visit?: VisitId;
}

/** How the tracking differs between two audits, by target; a change in several visits is listed once. */
export function diffAudits(before: Snapshot, after: AuditVerdicts): TargetDiff[] {
  const then = new Map(before.targets.map((target) => [target.target, target]));
  const now = new Set(after.targets.map(({ target }) => target));
  return [
    ...after.targets.map((target): TargetDiff => {
      const old = then.get(target.target);
      const { target: name, visits } = target;
      return old
        ? { target: name, state: 'both', visits: visits.length, subjects: subjects(old, target) }
        : { target: name, state: 'added', visits: visits.length, subjects: [] };
    }),
    ...before.targets
      // Of what a filter left out, nothing is known.
      .filter(({ target }) => !now.has(target) && !isFiltered(after.gate))
      .map(({ target }): TargetDiff => ({ target, state: 'gone', visits: 0, subjects: [] })),
  ];
}

/** Whether anything was lost, fails that did not before, or is no longer judged. */
export function isRegression({ state, subjects: all }: TargetDiff): boolean {
  const harmless: Change['kind'][] = ['gained', 'fixed'];
  return state === 'gone' || all.some(({ changes }) => changes.some(({ kind }) => !harmless.includes(kind)));
}

function subjects(before: TargetSnapshot, target: TargetVerdicts): Subject[] {
  const { comparison, ...compared } = compareWith(before, target, target.off, !isFiltered(target.gate));
  const known = judgedThen(before);
  const singles = [
    ...judgedOf(compared).flatMap((visit) => {
      const then = known.find((one) => isSameVisit(one, visit));
      return then ? visitChanges(then, visit) : [];
    }),
    ...comparison.gone.map((what): Single => ({ event: '', kind: 'gone', text: what, key: what })),
  ];
  return [...Map.groupBy(singles, ({ event }) => event)]
    .sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1))
    .map(([event, changes]) => ({ event, changes: grouped(changes) }));
}

function grouped(singles: Single[]): Change[] {
  return [...Map.groupBy(singles, ({ kind, key }) => `${kind} ${key}`).values()].map((alike) => {
    const { kind, text } = alike[0]!;
    return { kind, text, visits: alike.flatMap(({ visit }) => visit ?? []) };
  });
}

function visitChanges(then: VisitSnapshot, visit: VisitVerdicts): Single[] {
  if (then.outcome === 'complete' && visit.outcome !== 'complete') {
    const { problem } = visit;
    const text = `The visit ${visit.outcome === 'missing' ? 'is missing' : 'broke off'}: ${problem?.message ?? UNKNOWN_PROBLEM}`;
    return [{ event: '', kind: 'unjudged', text, key: causeOfStop(visit), visit }];
  }
  // A visit that broke off might have sent more.
  const isWhole = then.outcome === 'complete' && visit.outcome === 'complete';
  const sent = isWhole ? trackingChanges(then.tracked, visit.tracked ?? []) : [];
  return [
    ...sent.map((change): Single => ({ ...change, visit })),
    ...visit.verdicts.flatMap((verdict) => ruleChanges(then, visit, verdict)),
  ];
}

function ruleChanges(then: VisitSnapshot, visit: VisitVerdicts, verdict: Verdict): Single[] {
  const { change, rule, severity, reason, findings } = verdict;
  if (change === undefined || change === 'known') return [];
  const name = `${rule} (${severity})`;
  const single = (event: string, text: string, cause: string): Single => ({
    event,
    kind: change,
    text: `${name}: ${text}`,
    key: `${rule} ${cause}`,
    visit,
  });
  if (change === 'unjudged') return [single('', reason ?? 'no reason was given', causeOfDoubt(verdict))];
  if (change !== 'fixed')
    return findings.map((finding) => single(finding.event ?? '', finding.message, causeOf(finding)));
  const failed = [...then.fail, ...then.waived].find((failure) => failure.rule === rule);
  if (!failed) return [single('', 'it can now be judged', 'judged')];
  if (!failed.findings) return [single('', 'it no longer fails', 'fixed')];
  return failed.findings.map(({ event = '', code }) => single(event, code, code));
}

type Sent = Pick<Single, 'event' | 'kind' | 'text' | 'key'>;

/** `Purchase lost currency`: what the events of a visit no longer carry, or newly carry. */
function trackingChanges(before: readonly TrackedEvent[], after: readonly TrackedEvent[]): Sent[] {
  const find = (all: readonly TrackedEvent[], { event, by }: TrackedEvent) =>
    all.find((one) => one.event === event && one.by === by);
  const change = ({ event, by }: TrackedEvent, kind: Sent['kind'], what: string): Sent => {
    const text = `${what} (${by})`;
    return { event, kind, text, key: text };
  };
  return [
    ...before.flatMap((then) => {
      const now = find(after, then);
      if (!now) return [change(then, 'lost', 'is no longer sent')];
      return [
        ...carried(then)
          .filter((name) => !carried(now).includes(name))
          .map((name) => change(then, 'lost', `lost ${name}`)),
        ...carried(now)
          .filter((name) => !carried(then).includes(name))
          .map((name) => change(then, 'gained', `carries ${name}`)),
        ...(now.count === then.count
          ? []
          : [change(then, 'count', `sent ${times(now.count)}, previously ${times(then.count)}`)]),
      ];
    }),
    ...after.filter((now) => !find(before, now)).map((now) => change(now, 'gained', 'is sent')),
  ];
}

function carried({ params, id, clickId }: TrackedEvent): string[] {
  return [...(id ? ['its event_id'] : []), ...(clickId ? ['its click id'] : []), ...params];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
