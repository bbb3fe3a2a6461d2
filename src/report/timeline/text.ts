import type { Lane, TimelineMark } from './marks.ts';
import { nameOf, type Timeline } from './model.ts';
import { columns, cut, seconds } from './words.ts';

const WIDTH = 100;
const LINES = 40;
/** The two lines around the marks. */
const FRAME = 2;

const LANE: Record<Lane, string> = {
  visitor: 'visitor',
  pages: 'page',
  calls: 'call',
  requests: 'request',
  server: 'server',
  end: 'left',
};

/** Columns before the text of a mark: its time and its lane. */
const START = 19;
/** Columns of that text if a broken rule follows, and the least that is left of them. */
const [WORDS, LEAST] = [42, 16];

/**
 * A timeline for the terminal: at most 40 lines of at most 100 columns. Of a longer one it keeps what is broken, what did not
 * work, and their surroundings.
 */
export function timelineText(timeline: Timeline): string {
  const told = timeline.marks.flatMap((mark, index) =>
    weightOf(mark, index, timeline) < LEFT_OUT ? [index] : [],
  );
  const kept = mostTelling(told, timeline);
  const lines = kept.map((index) => line(index, timeline));
  const rest = told.length - kept.length;
  return [
    'Timeline (seconds; calls and requests by their number in the evidence)',
    ...lines,
    ...(rest > 0 ? [`${' '.repeat(START)}${rest} more in the picture`] : []),
  ].join('\n');
}

const LEFT_OUT = 4;

/** How important a mark is: 0 is most. Requests that their call names, and the SDK's own, are left out. */
function weightOf(mark: TimelineMark, index: number, { joins }: Timeline): number {
  const { lane, tone, label } = mark;
  if (mark.badges.length > 0 || mark.isLoss || mark.isBreak) return 0;
  if (mark.isConsent || mark.isUnsent || tone === 'trouble') return 1;
  if (tone === 'quiet' || lane === 'end') return LEFT_OUT;
  if (lane === 'pages' || lane === 'server') return 2;
  if (label === 'load') return LEFT_OUT;
  if (lane === 'visitor') return 3;
  return lane === 'requests' && joins.some(({ to, kind }) => to === index && kind === 'sent') ? LEFT_OUT : 2;
}

/** The most important marks, then those nearest to what is broken; returned in order of time. */
function mostTelling(told: number[], timeline: Timeline): number[] {
  if (told.length <= LINES - FRAME) return told;
  const broken = told.filter((index) => weightOf(timeline.marks[index]!, index, timeline) === 0);
  const distance = (index: number) =>
    Math.min(...broken.map((other) => Math.abs(other - index)), told.length);
  return told
    .map((index) => ({
      index,
      weight: weightOf(timeline.marks[index]!, index, timeline),
      near: distance(index),
    }))
    .sort((a, b) => a.weight - b.weight || a.near - b.near || a.index - b.index)
    .slice(0, LINES - FRAME)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

function line(index: number, timeline: Timeline): string {
  const mark = timeline.marks[index]!;
  const { at, lane, lead, label, detail, badges } = mark;
  const start = `${seconds(at).padStart(8)}  ${(mark.isBreak ? '' : LANE[lane]).padEnd(START - 11)} `;
  const words = [lead, label, detail].filter(Boolean).join(' ');
  const after = [...joined(index, timeline), ...clickIdWords(mark)].map((text) => ` ${text}`).join('');
  const broken = brokenWords(badges, timeline);
  const room = WIDTH - START - columns(after) - columns(broken);
  const told = cut(words, Math.max(LEAST, room)) + after;
  return cut(start + (broken === '' ? told : told.padEnd(WORDS) + broken), WIDTH);
}

/** The first of the rules broken at a mark, and how many more there are. */
function brokenWords(badges: TimelineMark['badges'], { violations }: Timeline): string {
  const [first] = badges;
  if (!first) return '';
  const more = badges.length > 1 ? ` +${badges.length - 1}` : '';
  return `  ${first.isWaived ? '~ waived:' : '!'} ${violations[first.number - 1]!.rule}${more}`;
}

/** What became of a call, or what caused a request or a server event. */
function joined(index: number, { joins, marks }: Timeline): string[] {
  const mark = marks[index]!;
  const ends = joins.flatMap(({ from, to, kind }) => {
    if (from === index && kind === 'sent') return [`-> ${nameOf(marks[to]!)} at ${seconds(marks[to]!.at)}`];
    if (to === index && kind === 'sent') return [`<- ${nameOf(marks[from]!)}`];
    if (to === index)
      return [`${kind === 'same-id' ? 'same id as' : 'different id from'} ${nameOf(marks[from]!)}`];
    return [];
  });
  return mark.isUnsent ? [...ends, '-> no request'] : ends.slice(0, 3);
}

function clickIdWords({ lane, clickId, isLoss }: TimelineMark): string[] {
  if (clickId === undefined || lane === 'end') return [];
  if (isLoss) return [`(click id lost: ${clickId})`];
  return lane === 'pages' || clickId !== 'alive' ? [`(click id ${clickId})`] : [];
}
