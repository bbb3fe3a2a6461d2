import type { TimelineMark } from '../marks.ts';
import type { Violation } from '../model.ts';
import { columns, cut, seconds } from '../words.ts';
import { BADGE, badge, CHARACTER, COLOUR, COLUMN, clickIdDot, ROW } from './look.ts';
import { element, type Part, text } from './xml.ts';

/** Position of a mark: the top of its row, in pixels. */
export interface Spot {
  mark: TimelineMark;
  y: number;
}

const MOST_BADGES = 4;

/** A mark with its badges, its text on one line, and the state of the click id. */
export function drawnMark({ mark, y }: Spot, violations: readonly Violation[]): Part {
  const { lane, clickId, badges, isUnsent, isLoss } = mark;
  const { x, width } = COLUMN[lane];
  // On the path of the click id, its dots are on the left, one below the other.
  const hasRail = lane === 'pages' || lane === 'end';
  const left = hasRail ? x + 14 : x;
  const shown = badges.slice(0, MOST_BADGES);
  const textX = left + 5 + shown.length * BADGE;
  const right = x + width - (clickId !== undefined && !hasRail ? 18 : 4);
  const look = boxLook(mark);
  return element('g', {}, [
    element('title', {}, [tooltip(mark, violations)]),
    ...(look
      ? [element('rect', { x: left, y: y + 2, width: x + width - left, height: ROW - 4, rx: 3, ...look })]
      : []),
    ...shown.map((one, index) => badge(one, left + 4 + index * BADGE, y + 3)),
    words(mark, textX, y + 14, Math.floor((right - textX) / CHARACTER)),
    ...(clickId === undefined ? [] : [clickIdDot(clickId, hasRail ? x + 6 : x + width - 9, y + ROW / 2)]),
    ...(isUnsent ? [openEnd(x + width, y + ROW / 2)] : []),
    ...(isLoss ? [cross(x + 6, y + ROW / 2)] : []),
  ]);
}

/** The box around a mark; undefined for marks that are text only. */
function boxLook({ lane, tone, badges, isConsent }: TimelineMark): Record<string, string> | undefined {
  if (badges.some(({ isWaived }) => !isWaived)) return { fill: COLOUR.badFill, stroke: COLOUR.bad };
  if (badges.length > 0) return { fill: COLOUR.waivedFill, stroke: COLOUR.waived, 'stroke-dasharray': '3 2' };
  const hasBox = isConsent || (tone !== 'quiet' && ['calls', 'requests', 'server'].includes(lane));
  return hasBox ? { fill: COLOUR.paper, stroke: tone === 'trouble' ? COLOUR.note : COLOUR.line } : undefined;
}

function words(
  { lead, label, detail, tone, isUnsent }: TimelineMark,
  x: number,
  y: number,
  room: number,
): Part {
  const before = lead === '' ? '' : `${lead} `;
  const name = cut(label, Math.max(1, room - columns(before)));
  const rest = room - columns(before) - columns(name) - 1;
  // A word or two of a detail help nobody.
  const after = detail !== '' && rest >= Math.min(columns(detail), 8) ? ` ${cut(detail, rest)}` : '';
  const fill = tone === 'trouble' || isUnsent ? COLOUR.note : tone === 'quiet' ? COLOUR.dim : COLOUR.ink;
  const weight = tone === 'quiet' ? {} : { 'font-weight': 600 };
  return element('text', { x, y, fill: COLOUR.dim }, [
    before,
    element('tspan', { fill, ...weight }, [name]),
    after,
  ]);
}

/** Width of the open line beside a call without a request. */
export const OPEN_END = 60;

/** For a call without a request: a line that leads nowhere. */
function openEnd(x: number, y: number): Part {
  return element('g', { stroke: COLOUR.note, 'stroke-width': 1.5, fill: 'none' }, [
    element('path', { d: `M${x} ${y}h8M${x + 8} ${y - 4}v8` }),
    text('no req.', { x: x + 12, y: y + 4, fill: COLOUR.note, stroke: 'none' }),
  ]);
}

function cross(x: number, y: number): Part {
  const d = `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`;
  return element('path', { d, stroke: COLOUR.bad, 'stroke-width': 2.5 });
}

/** The tooltip of a mark. */
function tooltip(
  { at, until, count, places, lead, label, detail, badges }: TimelineMark,
  violations: readonly Violation[],
): string {
  const time = count > 1 ? `${seconds(at)} to ${seconds(until)} s` : `${seconds(at)} s`;
  const where = count > 1 ? `${places[0]} to ${places.at(-1)}` : places[0]!;
  const broken = badges.map(
    ({ number, isWaived }) => `${violations[number - 1]!.rule}${isWaived ? ' (waived)' : ''}`,
  );
  return [`${time}, evidence ${where}`, [lead, label, detail].filter(Boolean).join(' '), ...broken].join(
    '\n',
  );
}
