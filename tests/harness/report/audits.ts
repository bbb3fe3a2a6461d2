import fc from 'fast-check';
import { refusal, written } from '../../../src/target/refusal.ts';
import { SEVERITIES, type Waiver } from '../../../src/target/target.ts';
import { auditVerdicts, refusedTarget, targetVerdicts } from '../../../src/verdict/audit.ts';
import { reason } from '../../../src/verdict/reasons.ts';
import type {
  AuditVerdicts,
  ReportedFinding,
  TargetVerdicts,
  Verdict,
  VisitVerdicts,
} from '../../../src/verdict/verdict.ts';
import { policy, TODAY } from './samples.ts';

/** Texts from a site or a target file that have a meaning for GitHub, Markdown, HTML or a terminal. */
export const HOSTILE = [
  '<script>globalThis.pwned = 1</script>',
  '"><img src=x onerror=globalThis.pwned=1>',
  '</style></script><!--',
  '| a | b |',
  '`code` ``` *bold* _em_ ~~gone~~ [link](https://evil.example) ![x](y)',
  '@octocat and org/repo#12, #123, GH-7, https://evil.example/?a=1&b=2 www.evil.example',
  '::error title=x::y%0A',
  '100% of $10 and $20 :tada: a:b:c',
  'line one\nline two\r\nline three',
  '# heading',
  '1. item',
  '\u202egnp.exe \u0000\u001b[31mred',
  '\ud800 half',
  'javascript:alert(1)',
  '',
];

/** Any character. fast-check's own arbitraries for this, and for URLs, take seconds for the first text. */
const character = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7e }),
    fc.integer({ min: 0x7f, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10_ffff }),
  )
  .map((code) => String.fromCodePoint(code));

const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 60, unit: character }));
const address = fc
  .tuple(fc.domain(), fc.string({ maxLength: 20, unit: character }))
  .map(([host, path]) => `https://${host}/${encodeURI(path)}`);
const rule = fc.constantFrom('event-id/present', 'pixel/sdk-loads', 'a/b', 'x', '"><b>/c d');

const finding: fc.Arbitrary<ReportedFinding> = fc.record(
  {
    code: text,
    args: fc.constant({}),
    message: text,
    place: fc.constantFrom('', '/requests/12', '/calls/0'),
    event: text,
    page: fc.oneof(text, address),
    source: text,
  },
  { requiredKeys: ['code', 'args', 'message', 'place'] },
);

const verdict: fc.Arbitrary<Verdict> = fc
  .record({
    rule,
    severity: fc.constantFrom(...SEVERITIES),
    outcome: fc.constantFrom('pass', 'fail', 'inapplicable', 'inconclusive'),
    findings: fc.array(finding, { maxLength: 3 }),
    reason: text,
  })
  .map(({ findings, reason, ...verdict }) =>
    verdict.outcome === 'fail' ? { ...verdict, findings } : { ...verdict, findings: [], reason },
  );

const visit: fc.Arbitrary<VisitVerdicts> = fc
  .record(
    {
      journey: text,
      scenario: fc.constantFrom('organic', 'ad-click'),
      clickUrl: text,
      fault: text,
      outcome: fc.constantFrom('complete', 'broken', 'missing'),
      evidence: fc.oneof(text, fc.constant('evidence/purchase.organic.json')),
      timeline: text,
      message: text,
      verdicts: fc.array(verdict, { maxLength: 5 }),
    },
    { requiredKeys: ['journey', 'scenario', 'outcome', 'message', 'verdicts'] },
  )
  .map(({ message, ...visit }): VisitVerdicts => {
    if (visit.outcome === 'complete') return visit as VisitVerdicts;
    const kind = visit.outcome === 'missing' ? 'missing' : 'step';
    return { ...visit, problem: { kind, code: kind, args: {}, message } } as VisitVerdicts;
  });

const waiver: fc.Arbitrary<Waiver> = fc.record({
  rule,
  reason: text,
  owner: text,
  expires: fc.constantFrom('2026-01-01', '2027-01-01'),
});

const target: fc.Arbitrary<TargetVerdicts> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc
      .tuple(text, text)
      .map(([name, target]) =>
        refusedTarget(name, [written(refusal('forward-not-asked', { target }), undefined)]),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(text, fc.array(visit, { maxLength: 4 }), fc.array(waiver, { maxLength: 2 }), fc.boolean())
      .map(([name, visits, waivers, off]) =>
        targetVerdicts(policy({ name, waivers, rules: off ? { 'c/d': 'off' } : {} }), visits, {
          today: TODAY,
        }),
      ),
  },
);

/** Any audit, with hostile texts. */
export const anyAudit: fc.Arbitrary<AuditVerdicts> = fc
  .tuple(fc.array(target, { maxLength: 5 }), fc.array(text, { maxLength: 2 }))
  .map(([targets, troubles]) =>
    auditVerdicts(
      targets,
      {},
      troubles.map((error) => reason('error', { error })),
    ),
  );
