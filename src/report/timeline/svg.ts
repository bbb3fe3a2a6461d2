import { LANES, type Lane, type TimelineMark } from './marks.ts';
import type { Fact, Join, Timeline, Violation } from './model.ts';
import { rowsOf } from './rows.ts';
import { columns, cut, seconds } from './words.ts';
import { element, type Part, text } from './xml.ts';

/** One width for all, so that the pictures of two visits can be laid side by side. In pixels. */
const WIDTH = 1280;
const MARGIN = 16;
const ROW = 20;
const MONO =
  "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
const SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const SIZE = 11;
/** Width of a character in such a font at that size. */
const CHARACTER = SIZE * 0.603;

const COLOUR = {
  paper: '#ffffff',
  band: '#f4f6f9',
  line: '#d5dbe3',
  ink: '#1c2530',
  dim: '#5d6b7b',
  bad: '#c2140f',
  badFill: '#fdeceb',
  waived: '#6b3fa0',
  waivedFill: '#f6f0fc',
  good: '#0b7a6b',
  half: '#b45f06',
  join: '#7d8ca0',
} as const;

/** Left edge and width of each lane, in pixels. The gaps beside the requests are for the lines that lead to them and from them. */
const COLUMN: Record<Lane, { x: number; width: number; title: string }> = {
  visitor: { x: 66, width: 150, title: 'Visitor' },
  pages: { x: 226, width: 300, title: 'Pages and redirects' },
  calls: { x: 536, width: 190, title: 'ttq calls' },
  requests: { x: 790, width: 226, title: 'Requests to TikTok' },
  server: { x: 1058, width: 206, title: "Site's server to Events API" },
  end: { x: 66, width: 1198, title: '' },
};
const LANE_HEADS = LANES.filter((lane) => lane !== 'end');

/** Where a mark stands. */
interface Spot {
  mark: TimelineMark;
  /** Top of its row. */
  y: number;
}

/** Draws a timeline: one SVG document that needs nothing else. */
export function timelineSvg(timeline: Timeline): string {
  const head = heading(timeline);
  const top = head.height + 1.75 * ROW;
  const { rows, spots, height: laneHeight } = placed(timeline.marks, top);
  const end = ending(timeline.marks, top + laneHeight);
  const left = leftOver(timeline, top + laneHeight + end.height);
  const height = top + laneHeight + end.height + left.height + MARGIN;
  const parts = [
    element('rect', { width: WIDTH, height, fill: COLOUR.paper }),
    ...head.parts,
    ...laneHeads(head.height + ROW / 2, top + laneHeight),
    ...bands(spots, top + laneHeight),
    ...rows.map(({ at, y }) =>
      text(seconds(at), { x: 56, y: y + 14, 'text-anchor': 'end', fill: COLOUR.dim }),
    ),
    ...consentLines(spots),
    ...clickIdRail(spots),
    ...timeline.joins.map((join) => joinLine(join, spots)),
    ...timeline.marks.flatMap((_, index) => {
      const spot = spots[index];
      return spot ? [drawn(spot, timeline.violations)] : [];
    }),
    ...end.parts,
    ...left.parts,
  ];
  const title = `Timeline: ${timeline.title}`;
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
    [element('title', {}, [title]), ...parts],
  );
  return `${svg.xml}\n`;
}

// --- above the lanes

interface Block {
  parts: Part[];
  height: number;
}

function heading({ title, made, facts, violations }: Timeline): Block {
  const parts: Part[] = [];
  let y = 34;
  const line = (step: number) => {
    y += step;
    return y;
  };
  parts.push(
    text(cut(title, 110), { x: MARGIN, y, 'font-family': SANS, 'font-size': 19, 'font-weight': 600 }),
  );
  parts.push(text(cut(made.join('  ·  '), 180), { x: MARGIN, y: line(20), fill: COLOUR.dim }));
  y += 6;
  if (end)
    parts.push(...fact('bad', `Broke off at ${seconds(end.at)} s: ${cut(end.message, 165)}`, line(19)));
  for (const { tone, text } of facts) parts.push(...fact(tone, cut(text, 182), line(19)));
  y += violations.length > 0 ? 10 : 0;
  for (const violation of violations) {
    parts.push(...violationHead(violation, line(20)));
    for (const words of findingLines(violation))
      parts.push(text(words, { x: MARGIN + 30, y: line(16), fill: COLOUR.dim }));
  }
  parts.push(...legend(line(30)));
  return { parts, height: y + 6 };
}

function fact(tone: Fact['tone'], words: string, y: number): Part[] {
  const fill = { good: COLOUR.good, note: COLOUR.half, bad: COLOUR.bad }[tone];
  return [
    element('circle', { cx: MARGIN + 5, cy: y - 4, r: 4, fill }),
    text(words, { x: MARGIN + 18, y, ...(tone === 'good' ? {} : { 'font-weight': 600, fill }) }),
  ];
}

function violationHead({ number, rule, severity, isWaived, findings }: Violation, y: number): Part[] {
  const places = [...new Set(findings.map(({ at, place }) => at ?? `evidence ${place || '/'}`))];
  const shown = places.slice(0, 6).join(', ') + (places.length > 6 ? ` and ${places.length - 6} more` : '');
  return [
    badge({ number, isWaived }, MARGIN, y - 13),
    text(cut(`${rule} (${severity}${isWaived ? ', waived' : ''}) at ${shown}`, 175), {
      x: MARGIN + 30,
      y,
      'font-weight': 600,
      fill: isWaived ? COLOUR.waived : COLOUR.bad,
    }),
  ];
}

const MESSAGES = 3;

/** What was found, each message once; what has no place in a lane is always told. */
function findingLines({ findings, isWaived }: Violation): string[] {
  const groups = [
    ...Map.groupBy(findings, ({ message, at, isWaived }) =>
      JSON.stringify([message, at === undefined, isWaived]),
    ).values(),
  ];
  const shown = groups.filter(([first], index) => index < MESSAGES || first!.at === undefined);
  const lines = shown.map((group) => {
    const [first] = group;
    const times = group.length > 1 ? ` (${group.length} times)` : '';
    const where = first!.at === undefined ? ` [evidence ${cut(first!.place || '/', 60)}]` : '';
    return (
      cut(
        `${first!.isWaived && !isWaived ? 'waived: ' : ''}${first!.message}${times}`,
        175 - columns(where),
      ) + where
    );
  });
  return groups.length > shown.length
    ? [...lines, `and ${groups.length - shown.length} more of the kind`]
    : lines;
}

function legend(y: number): Part[] {
  const parts: Part[] = [];
  let x = MARGIN;
  const put = (sample: Part[], width: number, words: string) => {
    parts.push(...sample, text(words, { x: x + width + 5, y, fill: COLOUR.dim }));
    x += width + 5 + columns(words) * CHARACTER + 18;
  };
  const stroke = (kind: Join['kind']) => element('path', { d: `M${x} ${y - 4}h26`, ...JOIN_LOOK[kind] });
  put([badge({ number: 1, isWaived: false }, x, y - 13)], 18, 'violation');
  put([badge({ number: 2, isWaived: true }, x, y - 13)], 18, 'waived');
  put([stroke('sent')], 26, 'call to its request');
  put([stroke('same-id')], 26, 'same event_id on the server');
  put([stroke('other-id')], 26, 'other event_id');
  put([element('circle', { cx: x + 5, cy: y - 4, r: 4, fill: COLOUR.good })], 10, 'click id there');
  put(
    [
      element('circle', {
        cx: x + 5,
        cy: y - 4,
        r: 3.5,
        fill: COLOUR.paper,
        stroke: COLOUR.bad,
        'stroke-width': 1.5,
      }),
    ],
    10,
    'not there',
  );
  put([], 0, 'numbers and order as in the evidence');
  return parts;
}

// --- the lanes

function laneHeads(y: number, bottom: number): Part[] {
  return [
    element('rect', { y: y - 4, width: WIDTH, height: ROW + 4, fill: '#e8ecf1' }),
    text('s', { x: 56, y: y + 12, 'text-anchor': 'end', fill: COLOUR.dim }),
    ...LANE_HEADS.map((lane) =>
      text(COLUMN[lane].title, {
        x: COLUMN[lane].x,
        y: y + 12,
        'font-weight': 600,
        'font-family': SANS,
        'font-size': 12,
      }),
    ),
    ...LANE_HEADS.map((lane) =>
      element('path', {
        d: `M${COLUMN[lane].x - 6} ${y + ROW}V${bottom}`,
        stroke: COLOUR.line,
        'stroke-width': 1,
      }),
    ),
  ];
}

/** A row for each moment; what is left at the end comes below the lanes. */
function placed(
  marks: TimelineMark[],
  top: number,
): { rows: { at: number; y: number }[]; spots: (Spot | undefined)[]; height: number } {
  const rows = rowsOf(marks.filter(({ lane }) => lane !== 'end'));
  const place = rows.map(({ at }, index) => ({ at, y: top + index * ROW }));
  const byMark = new Map(
    rows.flatMap(({ marks }, index) => marks.map((mark) => [mark, place[index]!.y] as const)),
  );
  const spots = marks.map((mark) => {
    const y = byMark.get(mark);
    return y === undefined ? undefined : { mark, y };
  });
  return { rows: place, spots, height: rows.length * ROW + 6 };
}

/** Every second page is shaded, so that what belongs to a page is seen together. */
function bands(spots: (Spot | undefined)[], bottom: number): Part[] {
  const starts = spots.flatMap((spot) => (spot?.mark.opensPage ? [spot.y] : []));
  return starts.flatMap((y, index) => {
    const until = starts[index + 1] ?? bottom;
    return [
      ...(index % 2 === 0
        ? [element('rect', { y, width: WIDTH, height: until - y, fill: COLOUR.band, 'fill-opacity': 0.7 })]
        : []),
      element('path', { d: `M0 ${y}H${WIDTH}`, stroke: COLOUR.line }),
    ];
  });
}

function consentLines(spots: (Spot | undefined)[]): Part[] {
  return spots.flatMap((spot) =>
    spot?.mark.isConsent
      ? [
          element('path', {
            d: `M${COLUMN.visitor.x} ${spot.y + ROW - 1}H${WIDTH}`,
            stroke: COLOUR.ink,
            'stroke-dasharray': '2 3',
          }),
        ]
      : [],
  );
}

/** The way of the click id from the ad to the landing page, beside the pages. */
function clickIdRail(spots: (Spot | undefined)[]): Part[] {
  const stops = spots.filter(
    (spot) => spot?.mark.lane === 'pages' && spot.mark.clickId !== undefined,
  ) as Spot[];
  return stops.slice(1).map((stop, index) => {
    const from = stops[index]!.y + ROW / 2;
    const isGone = clickIdColour(stop.mark) === COLOUR.bad;
    return element('path', {
      d: `M${COLUMN.pages.x + 6} ${from}V${stop.y + ROW / 2}`,
      stroke: clickIdColour(stop.mark),
      'stroke-width': 2,
      ...(isGone ? { 'stroke-dasharray': '3 3' } : {}),
    });
  });
}

function clickIdColour({ clickId, isLoss }: TimelineMark): string {
  if (isLoss || clickId === 'dropped' || clickId === 'altered') return COLOUR.bad;
  return clickId === 'alive' ? COLOUR.good : COLOUR.half;
}

const JOIN_LOOK = {
  sent: { stroke: COLOUR.join, 'stroke-width': 1.3, fill: 'none' },
  'same-id': { stroke: COLOUR.good, 'stroke-width': 1.3, fill: 'none', 'stroke-dasharray': '5 3' },
  'other-id': { stroke: COLOUR.half, 'stroke-width': 1.6, fill: 'none', 'stroke-dasharray': '2 3' },
} as const;

function joinLine({ from, to, kind }: Join, spots: (Spot | undefined)[]): Part {
  const [one, other] = [spots[from]!, spots[to]!];
  const x1 = COLUMN[one.mark.lane].x + COLUMN[one.mark.lane].width;
  const x2 = COLUMN[other.mark.lane].x;
  const [y1, y2] = [one.y + ROW / 2, other.y + ROW / 2];
  const bend = Math.min(24, (x2 - x1) / 2);
  return element('path', {
    d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
    ...JOIN_LOOK[kind],
  });
}

const BADGE = 20;
const MOST_BADGES = 4;

function drawn({ mark, y }: Spot, violations: Violation[]): Part {
  const { lane, clickId, tone, badges, isUnsent, isLoss } = mark;
  const { x, width } = COLUMN[lane];
  const isPage = lane === 'pages';
  const hasBox =
    lane === 'calls' || lane === 'requests' || lane === 'server' || badges.length > 0 || mark.isConsent;
  const inset = isPage ? 16 : 5;
  const shown = badges.slice(0, MOST_BADGES);
  const textX = x + inset + shown.length * BADGE;
  const dot = clickId !== undefined && !isPage ? 14 : 0;
  const room = Math.floor((x + width - 4 - dot - textX) / CHARACTER);
  const isWaived = badges.length > 0 && badges.every((one) => one.isWaived);
  const look =
    badges.length === 0
      ? { fill: COLOUR.paper, stroke: tone === 'trouble' ? COLOUR.half : COLOUR.line }
      : isWaived
        ? { fill: COLOUR.waivedFill, stroke: COLOUR.waived, 'stroke-dasharray': '3 2' }
        : { fill: COLOUR.badFill, stroke: COLOUR.bad };
  return element('g', {}, [
    element('title', {}, [tooltip(mark, violations)]),
    ...(hasBox && (tone !== 'quiet' || badges.length > 0)
      ? [
          element('rect', {
            x: isPage ? x + 14 : x,
            y: y + 2,
            width: isPage ? width - 14 : width,
            height: ROW - 4,
            rx: 3,
            ...look,
          }),
        ]
      : []),
    ...shown.map((one, index) => badge(one, x + inset + index * BADGE, y + 3)),
    labelText(mark, textX, y + 14, room),
    ...(clickId === undefined ? [] : [clickIdDot(mark, isPage ? x + 6 : x + width - 9, y + ROW / 2)]),
    ...(isUnsent ? [unsent(x + width, y + ROW / 2)] : []),
    ...(isLoss ? [cross(x + 6, y + ROW / 2)] : []),
  ]);
}

function labelText(
  { lead, label, detail, tone, isUnsent }: TimelineMark,
  x: number,
  y: number,
  room: number,
): Part {
  const before = lead === '' ? '' : `${lead} `;
  const name = cut(label, Math.max(1, room - columns(before)));
  const rest = room - columns(before) - columns(name) - 1;
  const after = detail !== '' && rest >= 4 ? ` ${cut(detail, rest)}` : '';
  const fill = tone === 'trouble' || isUnsent ? COLOUR.half : tone === 'quiet' ? COLOUR.dim : COLOUR.ink;
  return element('text', { x, y, fill: COLOUR.dim, 'xml:space': 'preserve' }, [
    before,
    element('tspan', { fill, ...(tone === 'plain' ? { 'font-weight': 600 } : {}) }, [name]),
    after,
  ]);
}

function clickIdDot(mark: TimelineMark, cx: number, cy: number): Part {
  const colour = clickIdColour(mark);
  return mark.clickId === 'dropped' || mark.clickId === 'altered'
    ? element('circle', { cx, cy, r: 3.5, fill: COLOUR.paper, stroke: colour, 'stroke-width': 1.5 })
    : element('circle', { cx, cy, r: 4, fill: colour });
}

/** A line that leads nowhere. */
function unsent(x: number, y: number): Part {
  return element('g', { stroke: COLOUR.half, 'stroke-width': 1.5, fill: 'none' }, [
    element('path', { d: `M${x} ${y}h8` }),
    element('path', { d: `M${x + 8} ${y - 4}v8` }),
    text('no req.', { x: x + 12, y: y + 4, fill: COLOUR.half, stroke: 'none' }),
  ]);
}

function cross(x: number, y: number): Part {
  return element('path', {
    d: `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`,
    stroke: COLOUR.bad,
    'stroke-width': 2.5,
  });
}

/** A number of fixed size: filled for a failure, hollow and dashed for what is waived. */
function badge({ number, isWaived }: { number: number; isWaived: boolean }, x: number, y: number): Part {
  return element('g', {}, [
    element('rect', {
      x: x + 0.5,
      y: y + 0.5,
      width: BADGE - 3,
      height: 13,
      rx: 3,
      ...(isWaived
        ? { fill: COLOUR.paper, stroke: COLOUR.waived, 'stroke-dasharray': '2 2' }
        : { fill: COLOUR.bad, stroke: COLOUR.paper }),
    }),
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

/** What a pointer over the mark is told. */
function tooltip(
  { at, until, count, places, lead, label, detail, badges }: TimelineMark,
  violations: Violation[],
): string {
  const time = count > 1 ? `${seconds(at)} to ${seconds(until)} s` : `${seconds(at)} s`;
  const where = places.length > 2 ? `${places[0]} to ${places.at(-1)}` : places[0]!;
  const told = badges.map(
    ({ number, isWaived }) => `${violations[number - 1]!.rule}${isWaived ? ' (waived)' : ''}`,
  );
  return [`${time}, evidence ${where}`, [lead, label, detail].filter(Boolean).join(' '), ...told].join('\n');
}

// --- below the lanes

function ending(marks: TimelineMark[], y: number): Block {
  const broke = marks.find(({ isBreak }) => isBreak);
  if (!broke) return { parts: [], height: 0 };
  const x = COLUMN.end.x + broke.badges.length * BADGE;
  const words = `${broke.lead}: ${broke.label}`;
  return {
    parts: [
      element('rect', { y, width: WIDTH, height: ROW + 6, fill: COLOUR.bad }),
      text(seconds(broke.at), { x: 56, y: y + 17, 'text-anchor': 'end', fill: COLOUR.paper }),
      ...broke.badges.map((one, index) => badge(one, COLUMN.end.x + index * BADGE, y + 6)),
      text(cut(words, Math.floor((WIDTH - x - MARGIN) / CHARACTER)), {
        x,
        y: y + 17,
        fill: COLOUR.paper,
        'font-weight': 600,
      }),
    ],
    height: ROW + 10,
  };
}

function leftOver({ marks, violations }: Timeline, top: number): Block {
  const own = marks.filter(({ lane, isBreak }) => lane === 'end' && !isBreak);
  if (own.length === 0) return { parts: [], height: 0 };
  return {
    parts: [
      element('rect', { y: top, width: WIDTH, height: ROW + 4, fill: '#e8ecf1' }),
      text('Cookies and storage at the end of the visit', {
        x: COLUMN.end.x,
        y: top + 16,
        'font-weight': 600,
        'font-family': SANS,
        'font-size': 12,
      }),
      ...own.map((mark, index) => drawn({ mark, y: top + ROW + 8 + index * ROW }, violations)),
    ],
    height: (own.length + 1) * ROW + 8,
  };
}
