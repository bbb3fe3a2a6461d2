import Type, { type Static } from 'typebox';
import type { ProblemCode } from '../evidence/problem.ts';

/** What holds a release: a code with arguments, and the message made from them. All wordings are in this file. */
export const Reason = Type.Object(
  {
    code: Type.String(),
    args: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Array(Type.String())]), {
      description: 'What the message is made from',
    }),
    target: Type.Optional(Type.String({ description: 'The target it is about; without it, the run' })),
    message: Type.String({ description: 'For people: made from code and args' }),
  },
  { additionalProperties: false, description: 'One thing that holds the release' },
);
export type Reason = Static<typeof Reason>;

/** The names of the visits, and out of how many; empty for the whole run. */
interface In {
  visits: string[];
  of: number;
  /** Replaces the visits if it is reported for several targets at once. */
  targets?: string[];
}

/** Why waived failures count again: owners and days. */
interface Expired {
  owners: string[];
  days: string[];
}

/** What kept visits from their end. */
interface Stopped {
  /** Its code. */
  problem: string;
  why: string;
  /** 1 if it is worded differently for other visits or targets, by an address for example. */
  varies?: number;
}

const REASONS = {
  'no-visit': () => 'No visit was made',
  failed: (args: In & Expired & { rule: string; severity: string; change: 'worse' | 'none' }) =>
    `${args.rule} (${args.severity}) failed${args.change === 'worse' ? ', worse than in the baseline,' : ''} ${isOfRun(args) ? 'over the whole run' : `in ${share(args)}: ${named(args)}`}` +
    `${args.owners.map((owner, index) => `; the waiver of ${owner} expired on ${args.days[index]}`).join('')}`,
  missing: (args: In & Stopped) => `${share(args)} left no evidence (${named(args)})${because(args)}`,
  broken: (args: In & Stopped) => `Broken off: ${share(args)} (${named(args)})${because(args)}`,
  'nothing-applied': (args: In) => `No rule applied in ${share(args)}: ${named(args)}`,
  unjudged: (args: In & { rule: string; rules?: string[]; why: string }) =>
    `${args.rules ? some(args.rules) : args.rule} could not be judged ${where(args)}: ${args.why}`,
  'no-longer-judged': (args: In & { rule: string; why: string }) =>
    `${args.rule} is no longer judged ${where(args)}: ${args.why}`,
  gone: ({ what }: { what: string }) => `The baseline has ${what}, which this audit does not have`,
  'stale-waiver': ({ rule, owner }: { rule: string; owner: string }) =>
    `The waiver of ${rule} (${owner}) is stale: nothing that it covers fails. Remove it from the target file`,
  refused: ({ why }: { codes: string[]; why: string }) => `It could not be audited: ${why}`,
  'no-target': () => 'No target was audited',
  interrupted: () => 'The run was interrupted',
  'timed-out': () => 'The run took longer than its time limit',
  filtered: ({ made, of }: { made: number; of: number }) =>
    `${made} of ${of} visits ${made === 1 ? 'was' : 'were'} asked for: a partial run does not decide on a release`,
  'shard-missing': ({ shard, of, targets }: { shard: number; of: number; targets: string[] }) =>
    `Shard ${shard} of ${of} is missing${targets.length > 0 ? `: not all visits of ${some(targets)} were made` : ''}`,
  'test-failed': ({ title }: { title: string }) => `Test failed: ${title}`,
  'test-unstable': ({ title }: { title: string }) =>
    `Unstable: the test failed, then passed on a retry: ${title}`,
  'foreign-visit': ({ target }: { target: string }) =>
    `A visit belongs to ${target}, which is not a target of this audit`,
  'servers-not-started': ({ error }: { error: string }) => `The sites' servers were not started: ${error}`,
  error: ({ error }: { error: string }) => error,
  unwritten: ({ error }: { error: string }) => error,
  'allure-unwritten': ({ error }: { error: string }) => `The Allure results were not written: ${error}`,

  // What opens the gate: these hold nothing, and are reported beside it.
  'holds-nothing': () => 'gate.failOn is empty: no failure holds the release',
  'lets-pass': ({ severities }: { severities: string }) =>
    `gate.failOn lacks ${severities}: such failures do not hold the release`,
  'all-off': ({ rules }: { rules: number }) => `All ${rules} rules are switched off`,
  off: ({ rules }: { rules: string[] }) =>
    `${rules.length === 1 ? 'A rule' : `${rules.length} rules`} that would hold the release ${rules.length === 1 ? 'is' : 'are'} switched off: ${some(rules)}`,
  lowered: ({ rules }: { rules: string[] }) =>
    `${rules.length === 1 ? 'A rule' : `${rules.length} rules`} that would hold the release ${rules.length === 1 ? 'has' : 'have'} a severity that does not: ${some(rules)}`,
  'long-waivers': ({ days }: { days: number }) => `gate.waiverDays allows waivers of ${days} days`,
};

export type ReasonCode = keyof typeof REASONS;
type ReasonArgs<Code extends ReasonCode> =
  Parameters<(typeof REASONS)[Code]> extends [infer Args] ? Args : Record<never, never>;

export function reason<Code extends ReasonCode>(code: Code, args: ReasonArgs<Code>): Reason {
  const message = (REASONS[code] as (args: ReasonArgs<Code>) => string)(args);
  return { code, args: args as Reason['args'], message };
}

/** A reason of one target, in the gate over several. */
export function ofTarget(reason: Reason, target: string, isOnly: boolean): Reason {
  return { ...reason, target, message: isOnly ? reason.message : `${target}: ${reason.message}` };
}

const START_SERVER =
  "Read the server's own messages above, or with --verbose, and correct `server` in the target file.";

/** What to do about each, in one sentence; for a failed rule, the rule says it. */
const NEXT: Readonly<Record<ReasonCode, string | undefined>> = {
  'no-visit': 'Give the target a journey, or select its visits with a different --grep.',
  failed: undefined,
  missing: 'Run the audit again without what left them out (--grep, --max-failures, an interruption).',
  broken: 'Open its timeline to see where it broke off, fix the journey or the site, and run again.',
  'nothing-applied': 'Check that the journey reaches pages that have the pixel.',
  unjudged: 'Read the reason, give the audit what it lacks, and run again.',
  'no-longer-judged': 'Restore what the rule judged, or accept a new baseline.',
  gone: 'Restore the visit or the rule, or accept a new baseline.',
  'stale-waiver': undefined,
  refused: 'Correct the target file, and run again.',
  'no-target': 'Name a target file.',
  interrupted: 'Run the audit again, to the end.',
  'timed-out': 'Give the run more time (--global-timeout) or fewer visits.',
  filtered: 'Run the audit without what left the others out (--journey, --scenario, --grep).',
  'shard-missing':
    'Run only that shard again, with the same --shard, targets and options, and merge it with the others.',
  'test-failed': 'Read its message above.',
  'test-unstable': 'Find out what differs between its attempts.',
  'foreign-visit': 'Audit the targets that the configuration names.',
  'servers-not-started': START_SERVER,
  error: undefined,
  unwritten: undefined,
  'allure-unwritten': undefined,
  'holds-nothing': undefined,
  'lets-pass': undefined,
  'all-off': undefined,
  off: undefined,
  lowered: undefined,
  'long-waivers': undefined,
};

/** What to do about visits where no step of the journey, and no flag, is in the way. */
const NEXT_OF_PROBLEM: Partial<Record<ProblemCode, string>> = {
  'address-taken': 'End the program that uses the address, or use {port} in the target file.',
  'server-not-started': START_SERVER,
  'server-ended-early': START_SERVER,
  'server-silent': START_SERVER,
  'server-ended': "Read the server's own messages above, or with --verbose, fix why it ended, and run again.",
  unwritten: 'Make room there, and run the audit again.',
  'test-failed': 'Do what the reason says, and run the audit again.',
};

/** What to do about a reason; undefined if the failed rule, or the reason itself, says it. */
export function nextStep({ code, args }: Reason): string | undefined {
  const ofProblem = (NEXT_OF_PROBLEM as Readonly<Record<string, string | undefined>>)[String(args.problem)];
  return ofProblem ?? (NEXT as Readonly<Record<string, string | undefined>>)[code];
}

/**
 * Merges equal reasons: those of the run first, then those of most targets. If one thing kept several rules from being judged,
 * they are listed together.
 */
export function together(reasons: readonly Reason[], targets: number): Reason[] {
  return rulesTogether(targets < 2 ? reasons : targetsTogether(reasons));
}

function rulesTogether(reasons: readonly Reason[]): Reason[] {
  const cause = ({ code, target, args: { rule: _, ...rest } }: Reason, index: number) =>
    code === 'unjudged' ? JSON.stringify([target, rest]) : String(index);
  return [...Map.groupBy(reasons, cause).values()].map((alike) => {
    const [first] = alike as [Reason];
    if (alike.length === 1) return first;
    const args = { ...first.args, rules: alike.map((one) => String(one.args.rule)) };
    return { ...first, args, message: worded(first.code, args) };
  });
}

function targetsTogether(reasons: readonly Reason[]): Reason[] {
  return [...Map.groupBy(reasons, sameness).values()]
    .map((alike) => ({
      first: alike[0]!,
      names: [...new Set(alike.flatMap(({ target }) => target ?? []))],
      varies: alike.some(({ args }) => args.varies === 1 || args.why !== alike[0]!.args.why)
        ? { varies: 1 }
        : {},
    }))
    .sort(
      (a, b) => Number(a.names.length > 0) - Number(b.names.length > 0) || b.names.length - a.names.length,
    )
    .map(({ first, names, varies }) => {
      if (names.length === 0 || (names.length === 1 && !isIn(first))) return first;
      const { target: _, args, code } = first;
      if (!isIn(first)) return { code, args, message: `${named({ visits: names })}: ${worded(code, args)}` };
      const across = { ...args, ...varies, targets: names, owners: [], days: [] };
      return { code, args: across, message: worded(code, across) };
    });
}

function sameness(one: Reason, index: number): string {
  if (one.target === undefined) return String(index);
  const { visits: _, of, owners: _owners, days: _days, why, varies: _varies, ...rest } = one.args;
  return JSON.stringify([one.code, rest, rest.problem === undefined && why, of === 0]);
}

function isIn({ args }: Reason): boolean {
  return Array.isArray(args.visits) && args.of !== 0;
}

function worded(code: string, args: Reason['args']): string {
  return (REASONS[code as ReasonCode] as (args: Reason['args']) => string)(args);
}

function because({ why, varies }: Stopped): string {
  return varies === 1 ? `; the first: ${why}` : `: ${why}`;
}

function isOfRun({ of }: In): boolean {
  return of === 0;
}

function where(args: In): string {
  return isOfRun(args) ? 'over the whole run' : `in ${share(args)} (${named(args)})`;
}

function share({ visits, of, targets }: In): string {
  if (targets) return `${targets.length} ${targets.length === 1 ? 'target' : 'targets'}`;
  return `${visits.length} of ${of} ${of === 1 ? 'visit' : 'visits'}`;
}

const NAMED = 3;

/** The first of them by name. */
function named({ visits, targets = visits }: Pick<In, 'visits' | 'targets'>): string {
  return some(targets);
}

function some(items: readonly string[]): string {
  if (items.length <= NAMED + 1) return items.join(', ');
  return `${items.slice(0, NAMED).join(', ')} and ${items.length - NAMED} more`;
}
