/** The public library: record a visit, judge it, decide the gate; run the Events API stub. */
export type { EventsApiCall } from './double/events-api/call.ts';
export {
  type EventsApiStub,
  type EventsApiStubOptions,
  startEventsApiStub,
} from './double/events-api/in-process.ts';
export { EVIDENCE_VERSION, Evidence } from './evidence/evidence.ts';
export { readEvidence } from './evidence/read.ts';
export { HarError, type HarVisit, harToEvidence } from './har/evidence.ts';
export { BrowserError, findBrowser } from './recorder/browser.ts';
export { type Prepared, prepare, type RecorderOptions } from './recorder/prepare.ts';
export { type AttachOptions, Recorder } from './recorder/recorder.ts';
export { Session } from './recorder/session.ts';
export { formatSummary } from './report/summary.ts';
export { formatVisitFailure } from './report/terminal.ts';
export { type Timeline, timelineOf } from './report/timeline/model.ts';
export { timelineSvg } from './report/timeline/svg.ts';
export { timelineText } from './report/timeline/text.ts';
export { RULES, RUN_RULES } from './rules/index.ts';
export type { CheckResult, Finding, Rule } from './rules/rule.ts';
export type { RunFinding, RunRule, RunVisit } from './rules/run-rule.ts';
export { defineTarget, type StepFunction, type TargetInput } from './target/define.ts';
export { loadTarget, TargetError } from './target/load.ts';
export { freePort } from './target/ports.ts';
export { type Severity, type Target, TargetFile } from './target/target.ts';
export { decideGate } from './verdict/gate.ts';
export { judgeVisit } from './verdict/judge.ts';
export { judgeRun } from './verdict/run.ts';
export type { AuditVerdicts, Gate, Outcome, Verdict, VisitVerdicts } from './verdict/verdict.ts';
export { type PlannedVisit, planVisits } from './visit/plan.ts';
export { recordVisit } from './visit/record.ts';
