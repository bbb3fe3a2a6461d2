import type { Rule } from '../../../src/rules/rule.ts';
import { refusal, written } from '../../../src/target/refusal.ts';
import { SCENARIOS, type Severity } from '../../../src/target/target.ts';
import { auditVerdicts, type Policy, targetVerdicts } from '../../../src/verdict/audit.ts';
import type { AuditVerdicts, Outcome, Verdict, VisitVerdicts } from '../../../src/verdict/verdict.ts';

export function verdict(
  rule: string,
  outcome: Outcome,
  severity: Severity = 'blocker',
  more: Partial<Verdict> = {},
): Verdict {
  const findings =
    outcome === 'fail'
      ? [
          {
            code: 'missing',
            args: {},
            message: 'Purchase was sent without an event_id',
            place: '/requests/12',
            event: 'Purchase',
            page: 'http://www.shop.example/thank-you',
          },
        ]
      : [];
  const reason =
    outcome === 'pass' || outcome === 'fail' || outcome === 'waived'
      ? {}
      : { reason: `${rule} had nothing to look at` };
  return { rule, severity, outcome, findings, ...reason, ...more };
}

export function visit(
  scenario: string,
  verdicts: Verdict[] = [verdict('event-id/present', 'pass')],
  more: Partial<VisitVerdicts> = {},
): VisitVerdicts {
  return { journey: 'purchase', scenario, outcome: 'complete', verdicts, ...more };
}

/** A gate with its reasons as text. */
export function worded(gate: AuditVerdicts['gate'] | undefined) {
  return { released: gate?.released, reasons: wordings(gate) };
}

export function wordings(gate: AuditVerdicts['gate'] | undefined): string[] {
  return (gate?.reasons ?? []).map(({ message }) => message);
}

/** The day on which the sample audits were made. */
export const TODAY = '2026-11-25';

export function policy(more: Partial<Policy> = {}): Policy {
  const gate = { failOn: ['blocker', 'critical'], staleWaivers: 'hold' } as const;
  return { name: 'demo-shop', gate: { ...gate, failOn: [...gate.failOn] }, rules: {}, waivers: [], ...more };
}

/** The audit of one target. */
export function audit(visits: VisitVerdicts[], more: Partial<Policy> = {}): AuditVerdicts {
  return auditVerdicts([targetVerdicts(policy(more), visits, { today: TODAY })], {});
}

function rule(id: string, severity: Severity = 'blocker', title = `Title of ${id}`): Rule {
  return {
    id,
    severity,
    scenarios: SCENARIOS,
    title,
    why: 'TikTok cannot deduplicate the browser event and the server event, so it counts the sale twice.',
    fix: 'Give every conversion an event_id, the same one on both sides.',
    source: 'Event deduplication, https://ads.tiktok.com/help/article/event-deduplication.',
    messages: {},
    check: () => [],
  };
}

export function ruleMap(...ids: string[]): ReadonlyMap<string, Rule> {
  return new Map(ids.map((id) => [id, rule(id)]));
}

/** Why a target could not be audited: its file is not there. */
export const NO_FILE = [written(refusal('no-file', {}), 'shops/two.json')];
export const NO_FILE_MESSAGE =
  'The target file shops/two.json cannot be used: found no such file; wanted a JSON file or a module';
