import { RULES } from '../../../src/rules/index.ts';
import { refusal, written } from '../../../src/target/refusal.ts';
import type { Waiver } from '../../../src/target/target.ts';
import { auditVerdicts, refusedTarget, targetVerdicts } from '../../../src/verdict/audit.ts';
import { judgeVisit } from '../../../src/verdict/judge.ts';
import type { AuditVerdicts, TargetVerdicts, VisitVerdicts } from '../../../src/verdict/verdict.ts';
import { EVIDENCE_MUTANTS } from '../mutants/evidence.ts';
import { clean, cleanTarget } from '../rules/clean.ts';
import { policy, TODAY } from './samples.ts';

const SCENARIOS = ['organic', 'ad-click', 'returning', 'mobile'];

/**
 * An audit of many shops, with four visits each: most are correct, others have the failures of one to five mutants of the
 * evidence, some broke off, were not made, are waived, or were not audited at all.
 */
export function fleet(size: number): AuditVerdicts {
  return auditVerdicts(
    Array.from({ length: size }, (_, index) => shop(index)),
    {},
  );
}

function shop(index: number): TargetVerdicts {
  const name = `shop-${String(index).padStart(3, '0')}.example`;
  if (index % 50 === 7)
    return refusedTarget(name, [
      written(refusal('empty', { found: '""' }, '/journeys/0/start'), 'targets/shop.json'),
    ]);
  const mutants = index % 3 === 0 ? index % 6 : 0;
  const visits = SCENARIOS.map((scenario, place): VisitVerdicts => {
    const file = `evidence/${name}/purchase.${scenario}.json`;
    const visit = { journey: 'purchase', scenario, outcome: 'complete', evidence: file } as const;
    if (index % 20 === 4 && place === 3)
      return {
        journey: 'purchase',
        scenario,
        outcome: 'missing',
        problem: { kind: 'missing', code: 'missing', args: {}, message: 'it was not run' },
        verdicts: [],
      };
    if (index % 20 === 9 && place === 1)
      return {
        ...visit,
        outcome: 'broken',
        problem: {
          kind: 'step',
          code: 'step',
          args: {},
          message: 'Step 4 found no "text=Place order" within 5 s',
        },
        verdicts: verdictsOf(index).map((verdict) => ({ ...verdict, outcome: 'inconclusive', findings: [] })),
      };
    const verdicts = Array.from({ length: mutants + 1 }, (_, nth) =>
      verdictsOf(index + nth * 7, mutants > 0),
    );
    return {
      ...visit,
      timeline: `timelines/${name}/purchase.${scenario}.svg`,
      verdicts: verdicts[0]!.map(
        (verdict) =>
          verdicts.flat().find(({ rule, outcome }) => rule === verdict.rule && outcome === 'fail') ?? verdict,
      ),
    };
  });
  const waivers: Waiver[] = visits[0]!.verdicts
    .filter(({ outcome }) => index % 9 === 0 && outcome === 'fail')
    .map(({ rule }) => ({ rule, reason: 'The shop moves in spring', owner: 'shop team', expires: TODAY }));
  return targetVerdicts(policy({ name, waivers }), visits, { today: TODAY });
}

const judged = new Map<number, VisitVerdicts['verdicts']>();

function verdictsOf(index: number, broken = false): VisitVerdicts['verdicts'] {
  const place = broken ? index % EVIDENCE_MUTANTS.length : -1;
  const known = judged.get(place);
  if (known) return known;
  const mutant = EVIDENCE_MUTANTS[place];
  const { verdicts } = judgeVisit(clean(mutant?.change), cleanTarget(mutant?.target), RULES);
  judged.set(place, verdicts);
  return verdicts;
}
