import { type Change, isRegression, type Subject, type TargetDiff } from '../verdict/diff.ts';
import { visitName } from '../verdict/gate.ts';
import type { VisitId } from '../verdict/verdict.ts';
import { shortenWords } from './text.ts';

const KINDS: Record<Change['kind'], string> = {
  lost: 'lost',
  gained: 'gained',
  count: 'count',
  new: 'fails now',
  worse: 'fails worse',
  unjudged: 'not judged',
  fixed: 'fixed',
  gone: 'gone',
};
const WIDTH = Math.max(...Object.values(KINDS).map((text) => text.length));

/** Two audits compared, as text: what changed by target and event, and in which visits. */
export function formatDiff(diffs: readonly TargetDiff[]): string {
  const [changed, same] = [diffs.filter(hasChanged), diffs.filter((diff) => !hasChanged(diff))];
  const worse = diffs.filter(isRegression).length;
  return [
    ...changed.map(targetText),
    ...(same.length > 0 ? [`No change: ${same.map(({ target }) => target).join(', ')}`] : []),
    worse === 0
      ? 'Nothing got worse.'
      : `Worse: ${worse} of ${diffs.length} ${diffs.length === 1 ? 'target' : 'targets'}.`,
  ].join('\n\n');
}

function hasChanged({ state, subjects }: TargetDiff): boolean {
  return state !== 'both' || subjects.length > 0;
}

function targetText({ target, state, visits, subjects }: TargetDiff): string {
  if (state === 'added') return `${target}: only in the later audit`;
  if (state === 'gone') return `${target}: only in the earlier audit`;
  return [target, ...subjects.map((subject) => subjectText(subject, visits))].join('\n');
}

function subjectText({ event, changes }: Subject, visits: number): string {
  const lines = changes.map((change) => changeText(change, visits));
  return [`  ${event === '' ? 'In general' : event}`, ...lines].join('\n');
}

const NAMED = 4;

function changeText({ kind, text, visits }: Change, all: number): string {
  const lines = [`    ${KINDS[kind].padEnd(WIDTH)}  ${shortenWords(text)}`];
  if (visits.length > 0) lines.push(`    ${' '.repeat(WIDTH)}  in ${shortenWords(where(visits, all))}`);
  return lines.join('\n');
}

function where(visits: readonly VisitId[], all: number): string {
  if (visits.length === all && all > 1) return `all ${all} visits`;
  const names = visits.map((visit) => visitName(visit));
  if (names.length <= NAMED + 1) return names.join(', ');
  return [...names.slice(0, NAMED), `${names.length - NAMED} more`].join(', ');
}
