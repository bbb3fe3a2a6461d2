import type { TimelineMark } from './marks.ts';
import type { Timeline } from './model.ts';
import { type Block, heading } from './svg/heading.ts';
import { breakBar, clickIdRail, consentLines, joinLine, laneHeads, pageBands } from './svg/lanes.ts';
import { COLOUR, COLUMN, HEADING, MARGIN, MONO, ROW, SIZE, TIME, WIDTH } from './svg/look.ts';
import { drawnMark, type Spot } from './svg/mark.ts';
import { rowsOf } from './svg/rows.ts';
import { element, text } from './svg/xml.ts';
import { seconds } from './words.ts';

/**
 * Draws a timeline as a self-contained SVG document: no script, style sheet or font, with its own background. Time runs
 * downwards, one row for each moment.
 */
export function timelineSvg(timeline: Timeline): string {
  const { title, marks, joins, violations } = timeline;
  const head = heading(timeline);
  const top = head.height + ROW + 12;
  const rows = rowsOf(marks.filter(({ lane }) => lane !== 'end')).map((row, index) => ({
    ...row,
    y: top + index * ROW,
  }));
  const bottom = top + rows.length * ROW + 6;
  const spots = rows.flatMap(({ marks, y }) => marks.map((mark): Spot => ({ mark, y })));
  const spotOf = new Map(spots.map((spot) => [spot.mark, spot]));
  const foot = ending(timeline, bottom);
  const height = bottom + foot.height + MARGIN;
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'img',
      'font-family': MONO,
      'font-size': SIZE,
      fill: COLOUR.ink,
    },
    [
      element('title', {}, [`Timeline: ${title}`]),
      element('rect', { width: WIDTH, height, fill: COLOUR.paper }),
      ...head.parts,
      ...pageBands(spots, bottom),
      ...laneHeads(head.height + 6, bottom),
      ...rows.map(({ at, y }) =>
        text(seconds(at), { x: TIME, y: y + 14, 'text-anchor': 'end', fill: COLOUR.dim }),
      ),
      ...consentLines(spots),
      ...clickIdRail(spots),
      ...joins.flatMap(({ from, to, kind }) => {
        const [one, other] = [spotOf.get(marks[from]!), spotOf.get(marks[to]!)];
        return one && other ? [joinLine(kind, one, other)] : [];
      }),
      ...spots.map((spot) => drawnMark(spot, violations)),
      ...foot.parts,
    ],
  );
  return `${svg.xml}\n`;
}

/** Below the lanes: where the visit broke off, and what was left in the browser. */
function ending({ marks, violations }: Timeline, y: number): Block {
  const isLast = ({ lane }: TimelineMark) => lane === 'end';
  const broke = marks.find(({ isBreak }) => isBreak);
  const left = marks.filter((mark) => isLast(mark) && mark !== broke);
  const bar = broke ? breakBar(broke, y) : { parts: [], height: 0 };
  if (left.length === 0) return bar;
  const top = y + bar.height;
  return {
    parts: [
      ...bar.parts,
      element('rect', { y: top, width: WIDTH, height: ROW + 4, fill: COLOUR.head }),
      text(COLUMN.end.title, { ...HEADING, x: COLUMN.end.x, y: top + 16 }),
      ...left.map((mark, index) => drawnMark({ mark, y: top + ROW + 8 + index * ROW }, violations)),
    ],
    height: bar.height + (left.length + 1) * ROW + 8,
  };
}
