import { withShortMasks } from '../../masking/mask.ts';
import { shortenMiddle } from '../text.ts';

/** Invisible characters, and those that could reorder or break a line: control and format characters, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]+/gu;
/** Takes about two columns in a monospaced font. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f000}-\u{3ffff}]|\p{Emoji_Presentation}/u;

/** A click id, in a URL or alone; nobody reads its characters. */
const CLICK_ID = /(ttclid=|ttclid%3D|\bE\.C\.P\.)[^&#\s"',{}%]{8,}/gi;

const LONG_ID = 24;
const MAX = 200;

/** Any text of a page as one line of plain words, with masks, click ids and long texts shortened. */
export function plain(text: string, max = MAX): string {
  const short = withShortMasks(text).replace(CLICK_ID, '$1…');
  return cut(short.replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim(), max);
}

/** A value as the site gave it: an id, an event name. */
export function value(of: unknown, max = LONG_ID): string {
  if (of === undefined || of === null || of === '') return '';
  return plain(typeof of === 'string' ? of : (JSON.stringify(of) ?? ''), max);
}

/** Path and query of a URL, with its host if that is not the expected one. */
export function urlWords(url: string, host: string | undefined): string {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return plain(url);
  const rest = url.slice(url.indexOf(parsed.host) + parsed.host.length);
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return plain(host === undefined || parsed.host === host ? path : parsed.host + path);
}

/** Columns that a text takes in a monospaced font. */
export function columns(text: string): number {
  let count = 0;
  for (const char of text) count += WIDE.test(char) ? 2 : 1;
  return count;
}

/** Cuts the middle out of a text of more than `max` columns, without splitting a character. */
export function cut(text: string, max: number): string {
  if (columns(text) <= max) return text;
  let width = max;
  while (width > 1 && columns(whole(shortenMiddle(text, width))) > max) width--;
  return whole(shortenMiddle(text, width));
}

/** Without lone surrogates. */
function whole(text: string): string {
  return text.replace(/\p{Cs}/gu, '');
}

/** Milliseconds as seconds. */
export function seconds(at: number): string {
  return (at / 1000).toFixed(3);
}

/** Breaks a text between words into lines of at most `width` columns; of more than `most` lines, the last is cut. */
export function wrapped(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && (columns(longer) <= width || lines.length === most))
      lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => cut(line, width));
}
