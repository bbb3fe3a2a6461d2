import Type, { type Static } from 'typebox';
import { type AuditVerdicts, ReportedFinding, TrackedEvent, Verdict, VisitVerdicts } from './verdict.ts';
import { visitIdOf } from './visit-id.ts';

/**
 * What an audit came to, as far as a later one is held against it: a baseline file. It holds nothing that changes from run to run
 * but the wording of findings, so that it can be kept under version control.
 */
const closed = { additionalProperties: false };

const Failure = Type.Object(
  {
    rule: Verdict.properties.rule,
    severity: Verdict.properties.severity,
    findings: Type.Array(
      Type.Object(
        { event: ReportedFinding.properties.event, message: ReportedFinding.properties.message },
        closed,
      ),
    ),
  },
  closed,
);

const rules = (description: string) => Type.Array(Type.String(), { description });

const VisitSnapshot = Type.Object(
  {
    journey: VisitVerdicts.properties.journey,
    scenario: VisitVerdicts.properties.scenario,
    clickUrl: VisitVerdicts.properties.clickUrl,
    fault: VisitVerdicts.properties.fault,
    outcome: VisitVerdicts.properties.outcome,
    fail: Type.Array(Failure),
    waived: Type.Array(Failure),
    inconclusive: rules('Rules that could not be judged'),
    inapplicable: rules('Rules that did not apply'),
    pass: rules('Rules that held'),
    tracked: Type.Array(TrackedEvent),
  },
  closed,
);

const TargetSnapshot = Type.Object({ target: Type.String(), visits: Type.Array(VisitSnapshot) }, closed);

export const Snapshot = Type.Object(
  { baseline: Type.Literal(1), targets: Type.Array(TargetSnapshot) },
  { ...closed, $id: 'urn:ttq-conformance:baseline:1', title: 'ttq-conformance baseline' },
);

export type Failure = Static<typeof Failure>;
export type VisitSnapshot = Static<typeof VisitSnapshot>;
export type TargetSnapshot = Static<typeof TargetSnapshot>;
export type Snapshot = Static<typeof Snapshot>;

export function snapshotOf({ targets }: AuditVerdicts): Snapshot {
  return {
    baseline: 1,
    targets: targets.map(({ target, visits }) => ({ target, visits: visits.map(snapshotOfVisit) })),
  };
}

function snapshotOfVisit(visit: VisitVerdicts): VisitSnapshot {
  const { outcome, tracked = [], verdicts } = visit;
  const of = (wanted: Verdict['outcome']) => verdicts.filter((verdict) => verdict.outcome === wanted);
  const named = (wanted: Verdict['outcome']) => of(wanted).map(({ rule }) => rule);
  return {
    ...visitIdOf(visit),
    outcome,
    fail: of('fail').map(failureOf),
    waived: of('waived').map(failureOf),
    inconclusive: named('inconclusive'),
    inapplicable: named('inapplicable'),
    pass: named('pass'),
    tracked,
  };
}

function failureOf({ rule, severity, findings }: Verdict): Failure {
  const told = findings.map(({ event, message }) => ({ ...(event === undefined ? {} : { event }), message }));
  return { rule, severity, findings: told };
}
