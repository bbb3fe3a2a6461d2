import { listed } from '../rules/finding.ts';
import { RUN_RULES } from '../rules/index.ts';
import type { RunCheckResult, RunFinding, RunRule, RunVisit, Sighting } from '../rules/run-rule.ts';
import { severityOf } from '../rules/severity.ts';
import { sumOfStakes } from '../rules/stake.ts';
import type { Severity, Target } from '../target/target.ts';
import type { DigestedEvent } from '../views/digest.ts';
import { visitName } from './gate.ts';
import type { ReportedFinding, Verdict, VisitVerdicts } from './verdict.ts';
import { visitIdOf, visitKey } from './visit-id.ts';
import { withWaivers } from './waivers.ts';

/** A visit, or one of its runs, as judged. */
interface Judged extends RunVisit {
  /** The same text for the same recording. */
  key: string;
  name: string;
  evidence?: string;
  verdicts: readonly Verdict[];
}

/** The policy that a run is judged by. */
interface RunPolicy extends Pick<Target, 'rules' | 'gate' | 'waivers'> {
  /** YYYY-MM-DD, in UTC: other rules do not yield to a failure that is waived on that day. */
  today: string;
}

/**
 * Judges all visits of a target by the rules over a whole run. Pure: the same visits, in any order, give the same verdicts.
 *
 * @param visits with their digests
 * @returns undefined if none has a digest: then nothing was judged from evidence
 */
export function judgeRun(
  visits: readonly VisitVerdicts[],
  policy: RunPolicy,
  rules: readonly RunRule[] = RUN_RULES,
): Verdict[] | undefined {
  const made = visits.flatMap((visit) => judgedIn(visit, visits, policy)).sort(byFile);
  const judged = [...Map.groupBy(made, ({ key }) => key).values()].map(([first]) => first!);
  if (judged.length === 0) return undefined;
  const lacking = visits.filter(
    ({ outcome, runs, digest }) => outcome !== 'complete' || (!runs && !digest),
  ).length;
  const open = lacking > 0 ? `Not known for ${lacking} of ${visits.length} visits` : undefined;
  return rules.flatMap((rule): Verdict[] => {
    const severity = severityOf(rule, policy);
    if (severity === undefined) return [];
    return [
      {
        rule: rule.id,
        severity,
        findings: [],
        ...answer(rule, judged, { severity, open, gate: policy.gate }),
      },
    ];
  });
}

/** For a visit that was made several times, each run separately. */
function judgedIn(
  visit: VisitVerdicts,
  among: readonly VisitVerdicts[],
  { waivers, today }: RunPolicy,
): Judged[] {
  return (visit.runs ?? [visit]).flatMap(({ digest, evidence, verdicts }) => {
    if (!digest) return [];
    const waived = withWaivers({ ...visitIdOf(visit), outcome: 'complete', verdicts }, waivers, today);
    return {
      key: JSON.stringify([visitKey(visit), digest.startedAt]),
      name: visitName(visit, [...among]),
      digest,
      verdicts: waived.verdicts,
      ...(evidence === undefined ? {} : { evidence }),
    };
  });
}

/** A fixed order, whatever order the visits came in; copies of a recording by their file. */
function byFile(one: Judged, other: Judged): number {
  const [a, b] = [one, other].map(({ key, evidence = '' }) => key + evidence) as [string, string];
  return a < b ? -1 : 1;
}

interface Asked extends Pick<RunPolicy, 'gate'> {
  severity: Severity;
  /** Why the absence of a breach does not prove that there is none. */
  open: string | undefined;
}

type Answer = Pick<Verdict, 'outcome' | 'reason' | 'unseen' | 'yieldedTo'> &
  Partial<Pick<Verdict, 'findings'>>;

function answer(rule: RunRule, judged: readonly Judged[], asked: Asked): Answer {
  const shown = judged.filter(
    ({ digest: { unseen = [] } }) => !rule.needs.some((part) => unseen.includes(part)),
  );
  const result = shown.length === 0 ? [] : resultOf(rule, shown);
  const found = Array.isArray(result) ? result : [];
  const reporters = found.map((finding) => reportersOf(finding, rule, asked));
  const kept = found.filter((_, index) => reporters[index]!.length === 0);
  if (kept.length > 0) return { outcome: 'fail', findings: kept.map((finding) => inWords(finding, rule)) };
  if ('inconclusive' in result) return { outcome: 'inconclusive', reason: result.inconclusive };
  if (asked.open !== undefined) return { outcome: 'inconclusive', reason: asked.open };
  if (shown.length === 0) {
    const unseen = rule.needs.filter((part) => judged.some(({ digest }) => digest.unseen?.includes(part)));
    return { outcome: 'inapplicable', reason: 'No evidence shows what the rule is about', unseen };
  }
  if ('inapplicable' in result) return { outcome: 'inapplicable', reason: result.inapplicable };
  const yieldedTo = [...new Set(reporters.flat())];
  if (yieldedTo.length === 0) return { outcome: 'pass' };
  return { outcome: 'inapplicable', reason: `What is wrong is reported by ${listed(yieldedTo)}`, yieldedTo };
}

type Result = RunCheckResult<RunFinding<string, RunFinding['args'], Judged>> | { inconclusive: string };

/** A rule that throws has judged nothing. */
function resultOf(rule: RunRule, visits: readonly Judged[]): Result {
  try {
    return rule.check(visits);
  } catch (error) {
    return { inconclusive: `The rule itself failed: ${error instanceof Error ? error.message : error}` };
  }
}

type Found = RunFinding<string, RunFinding['args'], Judged>;

/** The rules that report it in the visits: in each visit that shows it, one of them does. */
function reportersOf({ seen, args }: Found, rule: RunRule, { severity, gate: { failOn } }: Asked): string[] {
  const by = seen.map(({ visit, place }) =>
    (rule.yieldsTo ?? []).flatMap(({ rule: id, sharing: [key] }) => {
      const cause = visit.verdicts.find((verdict) => verdict.rule === id && verdict.outcome === 'fail');
      if (!cause || (failOn.includes(severity) && !failOn.includes(cause.severity))) return [];
      const isSame = cause.findings.some((one) =>
        key === 'place' ? one.place === place : one.args.id === args.id,
      );
      return isSame ? [id] : [];
    }),
  );
  return by.every((names) => names.length > 0) ? by.flat() : [];
}

function inWords(found: Found, rule: RunRule): ReportedFinding {
  const { code, args, event, seen } = found;
  const [{ place, page }] = seen;
  const stake = sumOfStakes((rule.stakes?.(found) ?? []).map(worthAt));
  return {
    code,
    args,
    message: rule.messages[code]?.(args) ?? code,
    place,
    ...(event ? { event } : {}),
    ...(page ? { page } : {}),
    ...(stake ? { stake } : {}),
    seen: seen.map(sighting),
  };
}

function worthAt({ visit: { digest }, place }: Sighting<Judged>): DigestedEvent['worth'] {
  return digest.events.find((row) => row.place === place)?.worth;
}

function sighting({ visit: { name, evidence }, place }: Sighting<Judged>) {
  return { visit: name, place, ...(evidence === undefined ? {} : { evidence }) };
}
