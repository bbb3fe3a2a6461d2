import Type, { type Static } from 'typebox';

/** What holds a release: a code with arguments, and the wording made from them, all of it here. */
export const Reason = Type.Object(
  {
    code: Type.String(),
    args: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Array(Type.String())]), {
      description: 'What the message is made from',
    }),
    target: Type.Optional(Type.String({ description: 'The target it is of; without it, of the run' })),
    message: Type.String({ description: 'For readers: made from code and args' }),
  },
  { additionalProperties: false, description: 'One thing that holds the release' },
);
export type Reason = Static<typeof Reason>;

/** In which visits, by their names, of how many; none of none: over the whole run. */
interface In {
  visits: string[];
  of: number;
}

/** Why what was waived counts again: owners and days. */
interface Expired {
  owners: string[];
  days: string[];
}

const REASONS = {
  'no-visit': () => 'No visit was made',
  failed: (args: In & Expired & { rule: string; severity: string; change: 'worse' | 'none' }) =>
    `${args.rule} (${args.severity}) failed${args.change === 'worse' ? ', worse than in the baseline,' : ''} ${isOfRun(args) ? 'over the whole run' : `in ${share(args)}: ${names(args)}`}` +
    `${args.owners.map((owner, index) => `; the waiver of ${owner} expired on ${args.days[index]}`).join('')}`,
  missing: (args: In & { why: string }) => `No evidence came of ${share(args)} (${names(args)}): ${args.why}`,
  broken: (args: In & { why: string }) => `Broken off: ${share(args)} (${names(args)}): ${args.why}`,
  'nothing-applied': (args: In) => `No rule applied in ${share(args)}: ${names(args)}`,
  unjudged: (args: In & { rule: string; why: string }) =>
    `${args.rule} could not be judged ${where(args)}: ${args.why}`,
  'no-longer-judged': (args: In & { rule: string; why: string }) =>
    `${args.rule} is no longer judged ${where(args)}: ${args.why}`,
  gone: ({ what }: { what: string }) => `The baseline has ${what}, and this audit has it not`,
  'stale-waiver': ({ rule, owner }: { rule: string; owner: string }) =>
    `The waiver of ${rule} (${owner}) is stale: nothing that it covers fails. Take it out of the target file`,
  refused: ({ why }: { codes: string[]; why: string }) => `It could not be audited: ${why}`,
  'no-target': () => 'No target was audited',
  interrupted: () => 'The run was interrupted',
  'timed-out': () => 'The run took longer than its time limit',
  'shard-missing': ({ shard, of }: { shard: number; of: number }) => `Shard ${shard} of ${of} is missing`,
  'test-failed': ({ title }: { title: string }) => `Test failed: ${title}`,
  'test-unstable': ({ title }: { title: string }) =>
    `Unstable: the test failed, and passed when it was tried again: ${title}`,
  'foreign-visit': ({ target }: { target: string }) =>
    `A visit is of ${target}, which is no target of this audit`,
  'servers-not-started': ({ error }: { error: string }) => `The sites' servers were not started: ${error}`,
  error: ({ error }: { error: string }) => error,
  unwritten: ({ error }: { error: string }) => error,
  'allure-unwritten': ({ error }: { error: string }) => `The Allure results were not written: ${error}`,
};

export type ReasonCode = keyof typeof REASONS;
type ReasonArgs<Code extends ReasonCode> =
  Parameters<(typeof REASONS)[Code]> extends [infer Args] ? Args : Record<never, never>;

export function reason<Code extends ReasonCode>(code: Code, args: ReasonArgs<Code>): Reason {
  const message = (REASONS[code] as (args: ReasonArgs<Code>) => string)(args);
  return { code, args: args as Reason['args'], message };
}

/** A reason of a target's, in the gate over several. */
export function ofTarget(reason: Reason, target: string, isOnly: boolean): Reason {
  return { ...reason, target, message: isOnly ? reason.message : `${target}: ${reason.message}` };
}

function isOfRun({ of }: In): boolean {
  return of === 0;
}

function where(args: In): string {
  return isOfRun(args) ? 'over the whole run' : `in ${share(args)} (${names(args)})`;
}

function share({ visits, of }: In): string {
  return `${visits.length} of ${of} ${of === 1 ? 'visit' : 'visits'}`;
}

const NAMED = 3;

function names({ visits }: In): string {
  if (visits.length <= NAMED + 1) return visits.join(', ');
  return `${visits.slice(0, NAMED).join(', ')} and ${visits.length - NAMED} more`;
}
