import type { Evidence } from '../evidence/evidence.ts';
import type { Severity } from '../target/target.ts';

export type Outcome = 'pass' | 'fail' | 'inapplicable' | 'inconclusive';

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
}

/** The judgement of one rule over one visit. */
export interface Verdict {
  rule: string;
  severity: Severity;
  outcome: Outcome;
  /** Why it is inapplicable or inconclusive. */
  reason?: string;
  findings: ReportedFinding[];
}

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
  verdicts: Verdict[];
}

export interface Gate {
  released: boolean;
  /** One sentence for each thing that holds the release. */
  reasons: string[];
}

/** reports/verdicts.json */
export interface AuditVerdicts {
  version: 1;
  target: string;
  gate: Gate;
  visits: VisitVerdicts[];
}
