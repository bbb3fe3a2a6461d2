import type { Fact, Timeline, Violation } from '../model.ts';
import { columns, cut, plain, wrapped } from '../words.ts';
import { BADGE, badge, CHARACTER, COLOUR, clickIdDot, HEADING, LINE, MARGIN, WIDTH } from './look.ts';
import { element, type Part, text } from './xml.ts';

/** A part of the picture over its full width; the height is in pixels. */
export interface Block {
  parts: Part[];
  height: number;
}

const INDENT = 30;
/** Columns of a full line. */
const LINE_LENGTH = Math.floor((WIDTH - 2 * MARGIN - INDENT) / CHARACTER) - 2;

/** Above the lanes: which visit it is, what to know first, what is broken, and the legend. */
export function heading({ title, made, facts, violations }: Timeline): Block {
  const parts: Part[] = [];
  let y = 34;
  const down = (step: number) => {
    y += step;
    return y;
  };
  parts.push(
    text(cut(title, 100), { ...HEADING, x: MARGIN, y, 'font-size': 19 }),
    text(cut(made.join('  ·  '), LINE_LENGTH), { x: MARGIN, y: down(20), fill: COLOUR.dim }),
  );
  down(6);
  for (const fact of facts) parts.push(...factLine(fact, down(19)));
  if (violations.length > 0) down(10);
  for (const violation of violations) {
    parts.push(...violationLine(violation, down(20)));
    for (const words of findingLines(violation))
      parts.push(text(words, { x: MARGIN + INDENT, y: down(16), fill: COLOUR.dim }));
  }
  parts.push(...legend(down(30)));
  return { parts, height: y + 6 };
}

function factLine({ tone, text: words }: Fact, y: number): Part[] {
  const fill = COLOUR[tone];
  const look = tone === 'good' ? {} : { 'font-weight': 600, fill };
  return [
    element('circle', { cx: MARGIN + 5, cy: y - 4, r: 4, fill }),
    text(cut(words, LINE_LENGTH), { x: MARGIN + 18, y, ...look }),
  ];
}

const PLACES = 6;

function violationLine({ number, rule, severity, isWaived, findings }: Violation, y: number): Part[] {
  const places = [...new Set(findings.map(({ at, place }) => at ?? `evidence ${plain(place || '/', 60)}`))];
  const rest = places.length > PLACES ? ` and ${places.length - PLACES} more` : '';
  const words = `${rule} (${severity}${isWaived ? ', waived' : ''}) at ${places.slice(0, PLACES).join(', ')}${rest}`;
  const fill = isWaived ? COLOUR.waived : COLOUR.bad;
  return [
    badge({ number, isWaived }, MARGIN, y - 12),
    text(cut(words, LINE_LENGTH), { x: MARGIN + INDENT, y, 'font-weight': 600, fill }),
  ];
}

const MESSAGES = 3;

/** The findings, each message once. Those without a place in a lane are shown here, so none is lost. */
function findingLines({ findings, isWaived }: Violation): string[] {
  const groups = Map.groupBy(findings, (one) =>
    JSON.stringify([one.message, one.at === undefined, one.isWaived]),
  );
  const alike = [...groups.values()];
  const shown = alike.filter(([first], index) => index < MESSAGES || first!.at === undefined);
  const lines = shown.flatMap((group) => {
    const [first] = group as [Violation['findings'][number]];
    const before = first.isWaived && !isWaived ? 'waived: ' : '';
    const times = group.length > 1 ? ` (${group.length} times)` : '';
    const where = first.at === undefined ? ` [evidence ${plain(first.place || '/', 60)}]` : '';
    return wrapped(before + first.message + times + where, LINE_LENGTH, 2);
  });
  const rest = alike.length - shown.length;
  return rest > 0 ? [...lines, `and ${rest} more like it`] : lines;
}

function legend(y: number): Part[] {
  const parts: Part[] = [];
  let x = MARGIN;
  const put = (sample: Part, width: number, words: string) => {
    parts.push(sample, text(words, { x: x + width + 5, y, fill: COLOUR.dim }));
    x += width + 5 + columns(words) * CHARACTER + 16;
  };
  put(badge({ number: 1, isWaived: false }, x, y - 12), BADGE, 'violation');
  put(badge({ number: 2, isWaived: true }, x, y - 12), BADGE, 'waived');
  put(element('path', { d: `M${x} ${y - 4}h26`, ...LINE.sent }), 26, 'call to its request');
  put(element('path', { d: `M${x} ${y - 4}h26`, ...LINE['same-id'] }), 26, 'same event_id on the server');
  put(element('path', { d: `M${x} ${y - 4}h26`, ...LINE['other-id'] }), 26, 'another event_id');
  put(clickIdDot('alive', x + 5, y - 4), 10, 'click id there');
  put(clickIdDot('elsewhere', x + 5, y - 4), 10, 'elsewhere, or the one before');
  put(clickIdDot('dropped', x + 5, y - 4), 10, 'gone or altered');
  return parts;
}
