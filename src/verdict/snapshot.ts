import Type, { type Static } from 'typebox';
import { subjectsOf } from './causes.ts';
import { type AuditVerdicts, ReportedFinding, TrackedEvent, Verdict, VisitVerdicts } from './verdict.ts';
import { visitIdOf } from './visit-id.ts';
import { WHOLE_RUN } from './whole-run.ts';

/**
 * The results of an audit that a later one is compared with: a baseline file. It holds no wording, and nothing that varies
 * between runs, so that it can be kept under version control.
 */
const closed = { additionalProperties: false };

const KnownFinding = Type.Object(
  {
    event: ReportedFinding.properties.event,
    code: ReportedFinding.properties.code,
    args: ReportedFinding.properties.args,
  },
  { ...closed, description: 'What a finding is about' },
);

const Failure = Type.Object(
  {
    rule: Verdict.properties.rule,
    severity: Verdict.properties.severity,
    findings: Type.Optional(
      Type.Array(KnownFinding, {
        description: 'Missing in a baseline of version 1: then a failure is compared by its rule only',
      }),
    ),
  },
  closed,
);

const rules = (description: string) => Type.Array(Type.String(), { description });

const outcomes = {
  fail: Type.Array(Failure),
  waived: Type.Array(Failure),
  inconclusive: rules('Rules that could not be judged'),
  inapplicable: rules('Rules that did not apply'),
  pass: rules('Rules that held'),
};

const VisitSnapshot = Type.Object(
  {
    journey: VisitVerdicts.properties.journey,
    scenario: VisitVerdicts.properties.scenario,
    clickUrl: VisitVerdicts.properties.clickUrl,
    fault: VisitVerdicts.properties.fault,
    outcome: VisitVerdicts.properties.outcome,
    ...outcomes,
    tracked: Type.Array(TrackedEvent),
  },
  closed,
);

const RunSnapshot = Type.Object(outcomes, { ...closed, description: 'Of the rules over the whole run' });

const TargetSnapshot = Type.Object(
  { target: Type.String(), visits: Type.Array(VisitSnapshot), run: Type.Optional(RunSnapshot) },
  closed,
);

export const Snapshot = Type.Object(
  { baseline: Type.Literal(2), targets: Type.Array(TargetSnapshot) },
  { ...closed, $id: 'urn:ttq-conformance:baseline:2', title: 'ttq-conformance baseline' },
);

export type KnownFinding = Static<typeof KnownFinding>;
export type Failure = Static<typeof Failure>;
export type VisitSnapshot = Static<typeof VisitSnapshot>;
export type TargetSnapshot = Static<typeof TargetSnapshot>;
export type Snapshot = Static<typeof Snapshot>;

export function snapshotOf({ targets }: AuditVerdicts): Snapshot {
  return {
    baseline: 2,
    targets: targets.map(({ target, visits, run }) => ({
      target,
      visits: visits.map(snapshotOfVisit),
      ...(run ? { run: outcomesOf(run) } : {}),
    })),
  };
}

function snapshotOfVisit(visit: VisitVerdicts): VisitSnapshot {
  const { outcome, tracked = [], verdicts } = visit;
  return { ...visitIdOf(visit), outcome, ...outcomesOf(verdicts), tracked };
}

/** The visits of a snapshot, with its whole run in the same form. */
export function judgedThen({ visits, run }: TargetSnapshot): VisitSnapshot[] {
  return run ? [...visits, { ...WHOLE_RUN, outcome: 'complete', ...run, tracked: [] }] : visits;
}

function outcomesOf(verdicts: readonly Verdict[]): Static<typeof RunSnapshot> {
  const of = (wanted: Verdict['outcome']) => verdicts.filter((verdict) => verdict.outcome === wanted);
  const named = (wanted: Verdict['outcome']) => of(wanted).map(({ rule }) => rule);
  return {
    fail: of('fail').map(failureOf),
    waived: of('waived').map(failureOf),
    inconclusive: named('inconclusive'),
    inapplicable: named('inapplicable'),
    pass: named('pass'),
  };
}

function failureOf({ rule, severity, findings }: Verdict): Failure {
  // Several orders may have the same fault.
  const known = new Map(findings.map(knownFinding).map((one) => [keyOf(one), one]));
  return { rule, severity, findings: [...known.values()] };
}

/** A finding as a baseline stores it. */
function knownFinding({ event, code, args }: KnownFinding): KnownFinding {
  return { ...(event === undefined ? {} : { event }), code, args: subjectsOf(args) };
}

/** Equal texts for findings about the same thing. */
export function keyOf(finding: KnownFinding): string {
  const { event = '', code, args } = knownFinding(finding);
  return JSON.stringify([event, code, args]);
}

/** A baseline of version 1 identifies findings by their wording, which cannot be relied on. */
export function withoutWording(old: Record<string, unknown>): Record<string, unknown> {
  const failures = (of: unknown) =>
    Array.isArray(of) ? of.map(({ findings: _findings, ...failure }) => failure) : of;
  const visit = ({ fail, waived, ...rest }: Record<string, unknown>) => ({
    ...rest,
    fail: failures(fail),
    waived: failures(waived),
  });
  const target = ({ visits, ...rest }: Record<string, unknown>) => ({
    ...rest,
    visits: Array.isArray(visits) ? visits.map(visit) : visits,
  });
  const { targets } = old;
  return { ...old, baseline: 2, targets: Array.isArray(targets) ? targets.map(target) : targets };
}
