import type { Evidence } from '../evidence/evidence.ts';
import type { Severity, Target } from '../target/target.ts';

/** `waived`: it failed, and a waiver covers each of its findings. */
export type Outcome = 'pass' | 'fail' | 'waived' | 'inapplicable' | 'inconclusive';

/** The waiver that covers a finding, or covered it until it expired. */
export interface FindingWaiver {
  reason: string;
  owner: string;
  /** The last day on which it counts, YYYY-MM-DD, in UTC. */
  expires: string;
  /** Whether that day is over: then the finding counts again. */
  expired: boolean;
}

/** A finding in words. */
export interface ReportedFinding {
  code: string;
  message: string;
  /** JSON Pointer into the visit's evidence. */
  place: string;
  event?: string;
  page?: string;
  /** Where the site made the call it is about: `url:line:column`. */
  source?: string;
  waiver?: FindingWaiver;
}

/** The judgement of one rule over one visit. */
export interface Verdict {
  rule: string;
  /** The rule's own, unless the target sets another. */
  severity: Severity;
  outcome: Outcome;
  /** Why it is inapplicable or inconclusive. */
  reason?: string;
  findings: ReportedFinding[];
  /** The evidence that the findings point into, where it is another run's than the visit's. */
  evidence?: string;
  /** How often it came to which outcome, where the visit was made several times. */
  runs?: Partial<Record<Outcome, number>>;
}

/** What names a visit of a target. */
export type VisitId = Pick<VisitVerdicts, 'journey' | 'scenario' | 'clickUrl' | 'fault'>;

/** One of the times that a visit was made, before any waiver. */
export type VisitRun = Pick<VisitVerdicts, 'outcome' | 'problem' | 'evidence' | 'timeline' | 'verdicts'> & {
  /** From 1. */
  run: number;
};

/** One visit and its verdicts. */
export interface VisitVerdicts {
  journey: string;
  scenario: string;
  /** The click URL of an ad-click visit. */
  clickUrl?: string;
  /** The fault of a visit under events-api-faults, in words. */
  fault?: string;
  /** `missing`: planned, but no evidence came of it. */
  outcome: Evidence['outcome'] | 'missing';
  /** Why it is broken or missing. */
  problem?: { kind: NonNullable<Evidence['problem']>['kind'] | 'missing'; message: string };
  /** The evidence file, relative to the reports folder. */
  evidence?: string;
  /** The timeline as a picture, relative to the reports folder. */
  timeline?: string;
  verdicts: Verdict[];
  /** Each time by itself, where the visit was made several times; the verdicts above are of all. */
  runs?: VisitRun[];
}

export interface Gate {
  released: boolean;
  /** One sentence for each thing that holds the release. */
  reasons: string[];
}

/** What became of one of a target's waivers. */
export interface WaiverUse {
  rule: string;
  journey?: string;
  scenario?: string;
  event?: string;
  reason: string;
  owner: string;
  expires: string;
  /**
   * `used`: it covers a failure; `expired`: it would; `stale`: all that it is about was judged, and nothing failed; `unknown`: not
   * all of that was judged.
   */
  state: 'used' | 'expired' | 'stale' | 'unknown';
}

/** What an audit of a target was to be, whoever runs a part of it. */
export interface WholeAudit {
  gate: Target['gate'];
  /** How often each visit is made. */
  repeat: number;
  visits: VisitId[];
}

/** The audit of one target. */
export interface TargetVerdicts {
  target: string;
  /** Why it could not be audited at all, such as a wrong target file. Then there are no visits. */
  problem?: string;
  gate: Gate;
  /** Rules that the target switches off. */
  off: string[];
  waivers: WaiverUse[];
  visits: VisitVerdicts[];
  /** In the verdicts of a shard: what those who join the shards have to know. */
  whole?: WholeAudit;
}

/** reports/verdicts.json */
export interface AuditVerdicts {
  version: 2;
  /** Over all targets. */
  gate: Gate;
  /** The part that was run, where others ran the rest. */
  shard?: { current: number; total: number };
  /** In the verdicts of a shard: what holds it beside its targets, such as an interruption. */
  troubles?: string[];
  targets: TargetVerdicts[];
}
