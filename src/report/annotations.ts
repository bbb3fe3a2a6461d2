import type { Severity } from '../target/target.ts';
import { type Breach, failures, plural, seatName, troubles, waivedFailures } from '../verdict/breaches.ts';
import { decisionOf } from '../verdict/gate.ts';
import { nextStep, type Reason, together } from '../verdict/reasons.ts';
import type { AuditVerdicts } from '../verdict/verdict.ts';
import { visible } from './escape.ts';
import { type RuleTexts, whereOf } from './terminal.ts';
import { shortenMiddle, shortenWords } from './text.ts';

/** How many annotations of each level GitHub shows for a step. */
const SHOWN = 10;
/** GitHub's runner cuts a message at this many characters. */
const MESSAGE = 4_096;
const TITLE = 200;

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  level: Level;
  title: string;
  message: string;
}

/**
 * GitHub workflow commands that annotate a run, one on each line, worst first: an error for each thing that holds the release, a
 * warning or notice for each other failure. There are no more of a level than GitHub shows; the last one says how many are left
 * out.
 *
 * @returns no lines if there is nothing to report
 */
export function formatAnnotations(audit: AuditVerdicts, rules: RuleTexts): string[] {
  const all = [
    ...failures(audit).map((breach) => ofBreach(breach, rules, audit)),
    ...ofReasons(audit),
    ...waivedFailures(audit).map((breach) => ofWaived(breach, audit)),
  ];
  return (['error', 'warning', 'notice'] as const).flatMap((level) =>
    summedUp(all.filter((one) => one.level === level)).map(command),
  );
}

const LEVEL: Record<Severity, Level> = {
  blocker: 'warning',
  critical: 'warning',
  normal: 'warning',
  minor: 'notice',
  trivial: 'notice',
};

function ofBreach(breach: Breach, rules: RuleTexts, audit: AuditVerdicts): Annotation {
  const { rule, severity, message, holds } = breach;
  const text = rules.get(rule);
  const lines = [message, ...wherever(breach, audit), ...(text ? [`Do: ${text.fix}`] : [])];
  return {
    level: holds ? 'error' : LEVEL[severity],
    title: `${rule} (${severity})`,
    message: lines.join('\n'),
  };
}

function ofWaived(breach: Breach, audit: AuditVerdicts): Annotation {
  const { rule, severity, message, sightings } = breach;
  const waiver = sightings[0]?.finding.waiver;
  const why = waiver ? [`Waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`] : [];
  const lines = [message, ...why, ...wherever(breach, audit)];
  return { level: 'notice', title: `Waived: ${rule} (${severity})`, message: lines.join('\n') };
}

function wherever({ sightings }: Breach, audit: AuditVerdicts): string[] {
  const [first, ...rest] = sightings as [Breach['sightings'][number], ...Breach['sightings']];
  return [
    `Where: ${seatName(first, audit)}, ${whereOf(first.finding)}`,
    ...(rest.length > 0 ? [`and ${plural(rest.length, 'more place')}`] : []),
  ];
}

/** What holds the release besides failures; a reason that several targets share is reported once. */
function ofReasons(audit: AuditVerdicts): Annotation[] {
  const { gate, targets } = audit;
  const others = gate.reasons.filter(({ code }) => code !== 'failed');
  return together(others, targets.length).map((reason) => {
    const next = nextStep(reason);
    const of =
      reason.target ?? (targets.length === 1 && !isOfRun(reason, audit) ? targets[0]!.target : undefined);
    return {
      level: 'error',
      title: of === undefined ? decisionOf(gate) : `${decisionOf(gate)}: ${of}`,
      message: [reason.message, ...(next === undefined ? [] : [`Do: ${next}`])].join('\n'),
    };
  });
}

function isOfRun({ message }: Reason, audit: AuditVerdicts): boolean {
  return troubles(audit).includes(message);
}

/** The last annotation shown says how many are left out. */
function summedUp(annotations: Annotation[]): Annotation[] {
  if (annotations.length <= SHOWN) return annotations;
  const shown = annotations.slice(0, SHOWN - 1);
  const rest = annotations.slice(SHOWN - 1);
  const title = `and ${rest.length} more like these`;
  const lines = rest.map((one) => `${one.title}: ${one.message.split('\n')[0]}`);
  return [...shown, { level: rest[0]!.level, title, message: lines.join('\n') }];
}

function command({ level, title, message }: Annotation): string {
  const name = property(shortenMiddle(visible(shortenWords(title)), TITLE));
  return `::${level} title=${name}::${data(cut(visible(shortenWords(message))))}`;
}

function cut(message: string): string {
  if (message.length <= MESSAGE) return message;
  const end = '\n… cut; all of it is in verdicts.json';
  return `${message.slice(0, MESSAGE - end.length).toWellFormed()}${end}`;
}

/** Escaped as in actions/toolkit. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
