import { LANES, type TimelineMark } from '../marks.ts';
import type { Join } from '../model.ts';
import { cut, seconds } from '../words.ts';
import type { Block } from './heading.ts';
import {
  BADGE,
  badge,
  CHARACTER,
  COLOUR,
  COLUMN,
  clickIdColour,
  HEADING,
  LINE,
  MARGIN,
  ROW,
  TIME,
  WIDTH,
} from './look.ts';
import { OPEN_END, type Spot } from './mark.ts';
import { element, type Part, text } from './xml.ts';

/** What is drawn between and behind the marks. */

const SHOWN = LANES.filter((lane) => lane !== 'end');

/** The names of the lanes, and the lines between them down to `bottom`. */
export function laneHeads(y: number, bottom: number): Part[] {
  return [
    element('rect', { y, width: WIDTH, height: ROW + 4, fill: COLOUR.head }),
    text('s', { x: TIME, y: y + 16, 'text-anchor': 'end', fill: COLOUR.dim }),
    ...SHOWN.map((lane) => text(COLUMN[lane].title, { ...HEADING, x: COLUMN[lane].x, y: y + 16 })),
    ...SHOWN.map((lane) =>
      element('path', { d: `M${COLUMN[lane].x - 6} ${y + ROW + 4}V${bottom}`, stroke: COLOUR.line }),
    ),
  ];
}

/** Every second page is shaded, to show what belongs to a page. */
export function pageBands(spots: readonly Spot[], bottom: number): Part[] {
  const starts = spots.filter(({ mark }) => mark.opensPage).map(({ y }) => y);
  return starts.flatMap((y, index) => [
    ...(index % 2 === 0
      ? [element('rect', { y, width: WIDTH, height: (starts[index + 1] ?? bottom) - y, fill: COLOUR.band })]
      : []),
    element('path', { d: `M0 ${y}H${WIDTH}`, stroke: COLOUR.line }),
  ]);
}

/** An answer about consent divides everything into before and after. */
export function consentLines(spots: readonly Spot[]): Part[] {
  return spots
    .filter(({ mark }) => mark.isConsent)
    .map(({ y }) =>
      element('path', {
        d: `M${COLUMN.visitor.x} ${y + ROW - 0.5}H${WIDTH}`,
        stroke: COLOUR.ink,
        'stroke-dasharray': '2 3',
      }),
    );
}

/** The path of the click id from the ad to the landing page, beside the pages. */
export function clickIdRail(spots: readonly Spot[]): Part[] {
  const stops = spots.filter(({ mark }) => mark.lane === 'pages' && mark.clickId !== undefined);
  return stops.slice(1).map(({ mark, y }, index) => {
    const stroke = clickIdColour(mark.clickId);
    return element('path', {
      d: `M${COLUMN.pages.x + 6} ${stops[index]!.y + ROW / 2}V${y + ROW / 2}`,
      stroke,
      'stroke-width': 2,
      ...(stroke === COLOUR.bad ? { 'stroke-dasharray': '3 3' } : {}),
    });
  });
}

/** A line from the right edge of one mark to the left edge of another. */
export function joinLine(kind: Join['kind'], from: Spot, to: Spot): Part {
  const start = COLUMN[from.mark.lane];
  const x1 = start.x + start.width + (from.mark.isUnsent ? OPEN_END : 0);
  const y1 = from.y + ROW / 2;
  const [x2, y2] = [COLUMN[to.mark.lane].x, to.y + ROW / 2];
  const bend = Math.min(24, (x2 - x1) / 2);
  return element('path', {
    d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
    ...LINE[kind],
  });
}

/** Where and why the visit broke off. */
export function breakBar({ at, lead, label, badges }: TimelineMark, y: number): Block {
  const x = COLUMN.end.x + badges.length * BADGE;
  const words = cut(`${lead}: ${label}`, Math.floor((WIDTH - x - MARGIN) / CHARACTER));
  return {
    parts: [
      element('rect', { y, width: WIDTH, height: ROW + 6, fill: COLOUR.bad }),
      text(seconds(at), { x: TIME, y: y + 17, 'text-anchor': 'end', fill: COLOUR.paper }),
      ...badges.map((one, index) => badge(one, COLUMN.end.x + index * BADGE, y + 6)),
      text(words, { x, y: y + 17, fill: COLOUR.paper, 'font-weight': 600 }),
    ],
    height: ROW + 10,
  };
}
