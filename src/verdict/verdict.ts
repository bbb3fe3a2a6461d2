import Type, { type Static } from 'typebox';
import { Arguments } from '../evidence/args.ts';
import { PARTS } from '../evidence/evidence.ts';
import { Problem } from '../evidence/problem.ts';
import { WrittenRefusal } from '../target/refusal.ts';
import { SEVERITIES } from '../target/target.ts';
import { Digest } from '../views/digest.ts';
import { Reason } from './reasons.ts';

/** reports/verdicts.json: the results of an audit. */
const closed = { additionalProperties: false };
const Severity = Type.Enum([...SEVERITIES]);

const OUTCOMES = ['pass', 'fail', 'waived', 'inapplicable', 'inconclusive'] as const;
/** `waived`: it failed, and a waiver covers each of its findings. */
export type Outcome = (typeof OUTCOMES)[number];

/** Against a baseline. `known`: it was no better then; `unjudged`: it was judged then, and is not now. */
const CHANGES = ['new', 'worse', 'unjudged', 'known', 'fixed'] as const;
export type ChangeKind = (typeof CHANGES)[number];

const FindingWaiver = Type.Object(
  {
    reason: Type.String(),
    owner: Type.String(),
    expires: Type.String({ description: 'The last day on which it applies, YYYY-MM-DD, in UTC' }),
    expired: Type.Boolean({ description: 'Whether that day has passed: then the finding counts again' }),
  },
  { ...closed, description: 'The waiver that covers a finding, or covered it until it expired' },
);

const Stake = Type.Record(Type.String(), Type.String(), {
  description:
    'What TikTok counts again or loses by it, or may: exact decimal text by currency, "" where none was sent. Missing if nothing of known value is at stake',
});

export const ReportedFinding = Type.Object(
  {
    code: Type.String(),
    args: Arguments,
    message: Type.String({ description: 'For people: made from code and args' }),
    place: Type.String({ description: "JSON Pointer into the visit's evidence" }),
    event: Type.Optional(Type.String()),
    page: Type.Optional(Type.String()),
    source: Type.Optional(
      Type.String({ description: 'Where the site made the call it is about: url:line:column' }),
    ),
    stake: Type.Optional(Stake),
    waiver: Type.Optional(FindingWaiver),
    seen: Type.Optional(
      Type.Array(
        Type.Object(
          { visit: Type.String(), evidence: Type.Optional(Type.String()), place: Type.String() },
          closed,
        ),
        {
          description:
            'For a rule over a whole run: each visit that shows it, with its evidence and the place there; place and page are those of the first',
        },
      ),
    ),
  },
  closed,
);

export const Verdict = Type.Object(
  {
    rule: Type.String(),
    severity: Severity,
    outcome: Type.Enum([...OUTCOMES]),
    reason: Type.Optional(Type.String({ description: 'Why it is inapplicable or inconclusive' })),
    unseen: Type.Optional(
      Type.Array(Type.Enum([...PARTS]), {
        description: 'Parts of the visit that the evidence does not show, if these are the reason',
      }),
    ),
    yieldedTo: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Rules that report the cause of everything it found, if it is inapplicable for that reason',
      }),
    ),
    findings: Type.Array(ReportedFinding),
    evidence: Type.Optional(
      Type.String({
        description: "The evidence that the findings point into, if it is not the visit's own",
      }),
    ),
    runs: Type.Optional(
      Type.Partial(Type.Record(Type.Enum([...OUTCOMES]), Type.Integer()), {
        description: 'How often it had each outcome, if the visit was made several times',
      }),
    ),
    change: Type.Optional(
      Type.Enum([...CHANGES], { description: 'How it differs from the baseline, if there is one' }),
    ),
  },
  { ...closed, description: 'The judgement of one rule over one visit, or over a whole run' },
);

export const TrackedEvent = Type.Object(
  {
    event: Type.String({ description: "TikTok's current name for it" }),
    by: Type.Enum(['browser', 'server']),
    count: Type.Integer(),
    params: Type.Array(Type.String(), { description: 'Names of the properties that each copy carries' }),
    id: Type.Boolean({ description: 'Whether each copy carries an event_id' }),
    clickId: Type.Boolean({ description: 'Whether each copy carries a click id' }),
  },
  { ...closed, description: 'What one side sent of one event' },
);

const visitId = {
  journey: Type.String(),
  scenario: Type.String(),
  clickUrl: Type.Optional(Type.String({ description: 'The click URL of an ad-click visit' })),
  fault: Type.Optional(Type.String({ description: 'The fault of a visit under events-api-faults, as text' })),
};
const VisitId = Type.Object(visitId, { ...closed, description: 'What identifies a visit of a target' });

const visitCourse = {
  outcome: Type.Enum(['complete', 'broken', 'missing'], {
    description: 'missing: planned, but there is no evidence of it',
  }),
  problem: Type.Optional(Problem),
  evidence: Type.Optional(Type.String({ description: 'The evidence file, relative to the reports folder' })),
  timeline: Type.Optional(
    Type.String({ description: 'The timeline as a picture, relative to the reports folder' }),
  ),
  picture: Type.Optional(
    Type.String({
      description: 'A picture of the page where the visit broke off, relative to the reports folder',
    }),
  ),
  tracked: Type.Optional(Type.Array(TrackedEvent, { description: 'What was sent in it' })),
  digest: Type.Optional(Digest),
  verdicts: Type.Array(Verdict),
};

const VisitRun = Type.Object(
  { run: Type.Integer({ minimum: 1 }), ...visitCourse },
  { ...closed, description: 'One run of a visit, before any waiver' },
);

export const VisitVerdicts = Type.Object(
  {
    ...visitId,
    ...visitCourse,
    runs: Type.Optional(
      Type.Array(VisitRun, {
        description:
          'Each run separately, if the visit was made several times; the verdicts above cover all of them',
      }),
    ),
  },
  { ...closed, description: 'One visit and its verdicts' },
);

const Gate = Type.Object(
  {
    released: Type.Boolean(),
    reasons: Type.Array(Reason, { description: 'Each thing that holds the release' }),
  },
  closed,
);

const WaiverUse = Type.Object(
  {
    rule: Type.String(),
    journey: Type.Optional(Type.String()),
    scenario: Type.Optional(Type.String()),
    event: Type.Optional(Type.String()),
    reason: Type.String(),
    owner: Type.String(),
    expires: Type.String(),
    state: Type.Enum(['used', 'expired', 'stale', 'unknown'], {
      description:
        'used: it covers a failure; expired: it would cover one; stale: everything that it covers was judged, and nothing failed; ' +
        'unknown: not everything that it covers was judged',
    }),
  },
  { ...closed, description: "What happened to one of a target's waivers" },
);

const Comparison = Type.Object(
  {
    counts: Type.Object(
      Object.fromEntries(CHANGES.map((kind) => [kind, Type.Integer()])) as Record<ChangeKind, Type.TInteger>,
      closed,
    ),
    gone: Type.Array(Type.String(), {
      description: 'What the baseline has and this audit does not: visits, and rules of visits, as text',
    }),
  },
  { ...closed, description: 'The target against its baseline: verdicts by how they differ' },
);

const WholeAudit = Type.Object(
  {
    gate: Type.Object(
      {
        failOn: Type.Array(Severity),
        staleWaivers: Type.Enum(['hold', 'report']),
        waiverDays: Type.Optional(Type.Integer()),
      },
      closed,
    ),
    rules: Type.Record(Type.String(), Type.Enum(['off', ...SEVERITIES]), {
      description: 'Rules that the target gives another severity, or switches off',
    }),
    repeat: Type.Integer({ description: 'How often each visit is made' }),
    visits: Type.Array(VisitId),
  },
  {
    ...closed,
    description: 'In the verdicts of a shard, for merging: what the audit of the target should contain',
  },
);

const Counts = Type.Object(
  {
    failedRules: Type.Integer({
      description:
        'Pairs of a target and a rule that failed there, of any severity; waived ones are not counted',
    }),
    failedVisits: Type.Integer({ description: 'Visits in which a failure holds the release' }),
    unjudgedVisits: Type.Integer({
      description: 'Other visits that hold it: broken off, not made, or with a rule that could not be judged',
    }),
  },
  { ...closed, description: 'The numbers that all reports share' },
);

const Cause = Type.Object(
  {
    rule: Type.String(),
    severity: Severity,
    holds: Type.Boolean({ description: 'Whether it holds the release' }),
    message: Type.String({ description: 'What was seen, as in the first visit that shows it' }),
    targets: Type.Array(Type.String(), { description: 'Each target that shows it' }),
    visits: Type.Integer({ description: 'How many visits show it; 0: the whole run' }),
    of: Type.Integer({ description: 'How many visits there are' }),
    stake: Type.Optional(Stake),
    title: Type.Optional(Type.String({ description: 'What the rule states' })),
    fix: Type.Optional(Type.String({ description: 'What to do' })),
    example: Type.Object(
      {
        target: Type.String(),
        visit: Type.String(),
        page: Type.Optional(Type.String()),
        event: Type.Optional(Type.String()),
        source: Type.Optional(Type.String()),
        place: Type.String({ description: 'JSON Pointer into the evidence' }),
        evidence: Type.Optional(Type.String()),
        timeline: Type.Optional(Type.String()),
      },
      { ...closed, description: 'The first visit that shows it, and where' },
    ),
  },
  { ...closed, description: 'One thing that fails, in one or more visits of one or more targets' },
);

const TargetVerdicts = Type.Object(
  {
    target: Type.String(),
    problem: Type.Optional(
      Type.Object(
        {
          refusals: Type.Array(WrittenRefusal, { description: 'Each thing that is wrong with it' }),
          message: Type.String({ description: 'For people: all of it in one line' }),
        },
        {
          ...closed,
          description:
            'Why it could not be audited at all, such as a wrong target file. Then there are no visits',
        },
      ),
    ),
    failOn: Type.Array(Severity, { description: 'Severities whose failures hold the release' }),
    gate: Gate,
    counts: Type.Optional(Counts),
    opened: Type.Optional(
      Type.Array(Reason, {
        description: 'Settings of the target that release what the gate would hold without them',
      }),
    ),
    off: Type.Array(Type.String(), { description: 'Rules that the target switches off' }),
    waivers: Type.Array(WaiverUse),
    comparison: Type.Optional(Comparison),
    visits: Type.Array(VisitVerdicts),
    run: Type.Optional(
      Type.Array(Verdict, {
        description:
          'Of the rules over all visits of the run; not in the verdicts of a shard, which has only some of them',
      }),
    ),
    whole: Type.Optional(WholeAudit),
  },
  { ...closed, description: 'The audit of one target' },
);

export const VERDICTS_VERSION = 3;

export const AuditVerdicts = Type.Object(
  {
    version: Type.Literal(VERDICTS_VERSION),
    gate: Type.Object(Gate.properties, { ...closed, description: 'Over all targets' }),
    shard: Type.Optional(
      Type.Object(
        {
          current: Type.Integer(),
          total: Type.Integer(),
          order: Type.Optional(
            Type.String({ description: 'Identifies the order of visits that the shards were cut from' }),
          ),
        },
        { ...closed, description: 'The part that was run, if other shards ran the rest' },
      ),
    ),
    troubles: Type.Optional(
      Type.Array(Reason, {
        description:
          'In the verdicts of a shard: what holds it apart from its targets, such as an interruption',
      }),
    ),
    counts: Type.Optional(Counts),
    causes: Type.Optional(
      Type.Array(Cause, {
        description: 'What fails, over all targets, worst first, but causes before their consequences',
      }),
    ),
    targets: Type.Array(TargetVerdicts),
  },
  { ...closed, $id: 'urn:ttq-conformance:verdicts:3', title: 'ttq-conformance verdicts' },
);

export type FindingWaiver = Static<typeof FindingWaiver>;
export type ReportedFinding = Static<typeof ReportedFinding>;
export type Verdict = Static<typeof Verdict>;
export type TrackedEvent = Static<typeof TrackedEvent>;
export type VisitId = Static<typeof VisitId>;
export type VisitRun = Static<typeof VisitRun>;
export type WholeAudit = Static<typeof WholeAudit>;
export type VisitVerdicts = Static<typeof VisitVerdicts>;
export type Gate = Static<typeof Gate>;
export type WaiverUse = Static<typeof WaiverUse>;
export type Counts = Static<typeof Counts>;
export type Cause = Static<typeof Cause>;
export type Comparison = Static<typeof Comparison>;
export type TargetVerdicts = Static<typeof TargetVerdicts>;
export type AuditVerdicts = Static<typeof AuditVerdicts>;
