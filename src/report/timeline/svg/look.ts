import type { Badge, Lane, Mark } from '../marks.ts';
import type { Join } from '../model.ts';
import { element, type Part, text } from './xml.ts';

/** Sizes in pixels. The width is fixed, so that the pictures of two visits can be compared side by side. */
export const WIDTH = 1280;
export const MARGIN = 16;
export const ROW = 20;

export const MONO =
  "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
export const SIZE = 11;
/** Width of a character in such a font at that size. */
export const CHARACTER = SIZE * 0.603;

const SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
/** For headings. */
export const HEADING = { 'font-family': SANS, 'font-size': 12, 'font-weight': 600 } as const;

export const COLOUR = {
  paper: '#ffffff',
  band: '#f4f6f9',
  head: '#e8ecf1',
  line: '#d5dbe3',
  ink: '#1c2530',
  dim: '#5d6b7b',
  join: '#7d8ca0',
  good: '#0b7a6b',
  note: '#b45f06',
  bad: '#c2140f',
  badFill: '#fdeceb',
  waived: '#6b3fa0',
  waivedFill: '#f6f0fc',
} as const;

/** Position of each lane. The gaps beside the requests are for the lines to and from them. */
export const COLUMN: Record<Lane, { x: number; width: number; title: string }> = {
  visitor: { x: 66, width: 150, title: 'Visitor' },
  pages: { x: 226, width: 300, title: 'Pages and redirects' },
  calls: { x: 536, width: 190, title: 'ttq calls' },
  requests: { x: 790, width: 226, title: 'Requests to TikTok' },
  server: { x: 1058, width: 206, title: "Site's server to Events API" },
  end: { x: 66, width: 1198, title: 'Cookies and storage at the end of the visit' },
};

/** Right edge of the times. */
export const TIME = 56;

export const LINE: Record<Join['kind'], Record<string, string | number>> = {
  sent: { stroke: COLOUR.join, 'stroke-width': 1.3, fill: 'none' },
  'same-id': { stroke: COLOUR.good, 'stroke-width': 1.3, fill: 'none', 'stroke-dasharray': '5 3' },
  'other-id': { stroke: COLOUR.note, 'stroke-width': 1.6, fill: 'none', 'stroke-dasharray': '2 3' },
};

/** Width that a badge takes. */
export const BADGE = 20;

/** The number of a broken rule: filled for a failure, hollow and dashed if waived. */
export function badge({ number, isWaived }: Badge, x: number, y: number): Part {
  const look = isWaived
    ? { fill: COLOUR.paper, stroke: COLOUR.waived, 'stroke-dasharray': '2 2' }
    : { fill: COLOUR.bad, stroke: COLOUR.paper };
  return element('g', {}, [
    element('rect', { x: x + 0.5, y: y + 0.5, width: BADGE - 3, height: 13, rx: 3, ...look }),
    text(`${number}`, {
      x: x + BADGE / 2 - 1,
      y: y + 10.5,
      'text-anchor': 'middle',
      'font-size': 10,
      'font-weight': 600,
      fill: isWaived ? COLOUR.waived : COLOUR.paper,
    }),
  ]);
}

/** The state of the click id: full if it is there, hollow if not. */
export function clickIdDot(state: NonNullable<Mark['clickId']>, cx: number, cy: number): Part {
  const colour = clickIdColour(state);
  return colour === COLOUR.bad
    ? element('circle', { cx, cy, r: 3.5, fill: COLOUR.paper, stroke: colour, 'stroke-width': 1.5 })
    : element('circle', { cx, cy, r: 4, fill: colour });
}

export function clickIdColour(state: Mark['clickId']): string {
  if (state === 'alive') return COLOUR.good;
  return state === 'dropped' || state === 'altered' ? COLOUR.bad : COLOUR.note;
}
