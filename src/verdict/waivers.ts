import { isOfFinding, isOfVisit } from '../rules/waived.ts';
import type { Target, Waiver } from '../target/target.ts';
import type { FindingWaiver, ReportedFinding, Verdict, VisitVerdicts, WaiverUse } from './verdict.ts';

/**
 * Applies the target's waivers to a visit's verdicts: a waived finding is marked, and a failure all of whose findings are waived
 * becomes `waived`. Only failures can be waived: what could not be judged may hide anything.
 *
 * @param today YYYY-MM-DD, in UTC
 */
export function withWaivers(visit: VisitVerdicts, waivers: readonly Waiver[], today: string): VisitVerdicts {
  const here = waivers.filter((waiver) => isOfVisit(waiver, visit));
  if (here.length === 0) return visit;
  return { ...visit, verdicts: visit.verdicts.map((verdict) => waived(verdict, here, today)) };
}

function waived(verdict: Verdict, waivers: readonly Waiver[], today: string): Verdict {
  if (verdict.outcome !== 'fail') return verdict;
  const findings = verdict.findings.map((finding) => {
    const waiver = waiverOf(finding, verdict.rule, waivers, today);
    return waiver ? { ...finding, waiver } : finding;
  });
  const isWaived = findings.every(({ waiver }) => waiver && !waiver.expired);
  return { ...verdict, outcome: isWaived ? 'waived' : 'fail', findings };
}

/** If several cover it, one that has not expired. */
function waiverOf(
  finding: ReportedFinding,
  rule: string,
  waivers: readonly Waiver[],
  today: string,
): FindingWaiver | undefined {
  const covering = waivers.filter((waiver) => waiver.rule === rule && isOfFinding(waiver, finding));
  const waiver = covering.find(({ expires }) => expires >= today) ?? covering[0];
  if (!waiver) return undefined;
  const { reason, owner, expires } = waiver;
  return { reason, owner, expires, expired: expires < today };
}

/**
 * What became of each waiver in an audit.
 *
 * @param visits of the whole target; a shard does not know everything that a waiver applies to
 * @param isWhole whether these are all of its visits
 */
export function waiverUses(
  { waivers, rules }: Pick<Target, 'waivers' | 'rules'>,
  visits: readonly VisitVerdicts[],
  today: string,
  isWhole: boolean,
): WaiverUse[] {
  return waivers.map((waiver) => ({ ...waiver, state: stateOf(waiver, visits, rules, today, isWhole) }));
}

function stateOf(
  waiver: Waiver,
  visits: readonly VisitVerdicts[],
  rules: Target['rules'],
  today: string,
  isWhole: boolean,
): WaiverUse['state'] {
  const about = visits.filter((visit) => isOfVisit(waiver, visit));
  const verdicts = about.flatMap((visit) => visit.verdicts.filter(({ rule }) => rule === waiver.rule));
  const isNeeded = verdicts.some(
    ({ outcome, findings }) =>
      (outcome === 'fail' || outcome === 'waived') &&
      findings.some((finding) => isOfFinding(waiver, finding)),
  );
  if (isNeeded) return waiver.expires < today ? 'expired' : 'used';
  if (rules[waiver.rule] === 'off') return 'stale';
  const isJudged =
    about.every(({ outcome }) => outcome === 'complete') &&
    verdicts.every(({ outcome }) => outcome !== 'inconclusive');
  return isWhole && isJudged ? 'stale' : 'unknown';
}
