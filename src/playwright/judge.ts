import { fileURLToPath } from 'node:url';
import type { TestInfo } from '@playwright/test';
import type { Evidence } from '../evidence/evidence.ts';
import { dayOf } from '../report/day.ts';
import { VISIT_ATTACHMENT } from '../report/recorded.ts';
import { formatVisitFailure } from '../report/terminal.ts';
import { timelineOf } from '../report/timeline/model.ts';
import { timelineSvg } from '../report/timeline/svg.ts';
import { timelineText } from '../report/timeline/text.ts';
import { RULE_BY_ID, RULES } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import type { Target } from '../target/target.ts';
import type { Policy } from '../verdict/audit.ts';
import { decideGate } from '../verdict/gate.ts';
import { judgeVisit } from '../verdict/judge.ts';
import type { VisitVerdicts } from '../verdict/verdict.ts';
import { withWaivers } from '../verdict/waivers.ts';

/** The result of a visit: of a journey, or of a context that a test opened. */
export interface Judged {
  evidence: Evidence;
  policy: Policy;
  /** Before any waiver. */
  visit: VisitVerdicts;
  /** With the target's waivers applied. */
  waived: VisitVerdicts;
  /** Whether it lets a release pass. */
  released: boolean;
  /** The report if it does not. Brief: without what happened in the visit. */
  message: (how?: { isBrief?: boolean }) => string;
  /** Its pages, before they were left. */
  shots?: readonly Buffer[];
}

/** Attached with the verdicts, which the reporter reads, too. */
export const EVIDENCE_ATTACHMENT = 'ttq-evidence';

/** Paths of a visit's files, relative to the reports. */
type Kept = Pick<VisitVerdicts, 'evidence' | 'timeline' | 'picture'>;

export function judge(
  evidence: Evidence,
  target: Target,
  { rules = RULES, kept = {} }: { rules?: readonly Rule[]; kept?: Kept } = {},
): Judged {
  const today = dayOf();
  const visit = { ...judgeVisit(evidence, target, rules, kept.evidence, today), ...kept };
  const waived = withWaivers(visit, target.waivers, today);
  const { name, gate } = target;
  const { released } = decideGate([waived], gate.failOn);
  return {
    evidence,
    policy: { name, gate, rules: target.rules, waivers: target.waivers },
    visit,
    waived,
    released,
    message: ({ isBrief = false } = {}) => {
      const failure = formatVisitFailure(waived, RULE_BY_ID, { failOn: gate.failOn });
      return isBrief ? failure : `${failure}\n\n${timelineText(timelineOf(evidence, waived))}`;
    },
  };
}

/** Attaches a visit to its test, masked as the evidence is. */
export async function attach(judged: Judged, test: TestInfo): Promise<void> {
  const { evidence, policy, visit, waived, released, shots = [] } = judged;
  if (!released)
    for (const body of shots) await test.attach('screenshot', { body, contentType: 'image/png' });
  await test.attach(VISIT_ATTACHMENT, {
    body: JSON.stringify({ policy, visit }),
    contentType: 'application/json',
  });
  await test.attach(EVIDENCE_ATTACHMENT, {
    body: `${JSON.stringify(evidence, null, 2)}\n`,
    contentType: 'application/json',
  });
  await test.attach('ttq-timeline', {
    body: timelineSvg(timelineOf(evidence, waived)),
    contentType: 'image/svg+xml',
  });
}

/** An error without a stack: where in the harness it was thrown helps nobody. */
export function asFailure(message: string): Error {
  return Object.assign(new Error(message), { stack: message });
}

/** The folder of this package's code: ./src, or all of ./dist, where code is shared beside ./dist/src. */
const OWN = fileURLToPath(new URL('../', import.meta.url)).replace(/(?<=[\\/]dist[\\/])src[\\/]$/, '');

/** The result of a call that a test made; if it fails, it fails where the test made it, and not in this package. */
export async function ofTest<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof Error && error.stack !== undefined)
      error.stack = error.stack
        .split('\n')
        .filter((line) => !/^\s+at /.test(line) || !line.includes(OWN))
        .join('\n');
    throw error;
  }
}
