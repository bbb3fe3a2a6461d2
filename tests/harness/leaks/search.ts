import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliDecompressSync, unzipSync as decompressSync, inflateRawSync } from 'node:zlib';
import { unzipSync } from 'fflate';

/** A text that must not occur anywhere, and its name. */
export interface Canary {
  name: string;
  text: string;
  /** For a phone number: found with anything between its digits, and without its plus and country code. */
  countryCode?: string;
}

export interface Leak {
  canary: string;
  /** In plain text, reversed, as MD5 or SHA-1. */
  how: string;
  /** The file, and the path into it: `report.html > base64 > zip a.json`. */
  where: string;
  /** The text around it. */
  around: string;
}

/** How many nested wrappings are opened. */
const DEPTH = 7;
const AROUND = 60;

/** Every leak in the files of a folder, including their names; each only once if it is in several. */
export function leaksInFolder(folder: string, canaries: readonly Canary[]): Leak[] {
  const seen = new Set<string>();
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    const own = leaksIn(`the name ${name}`, Buffer.from(name), canaries, seen);
    return entry.isFile() ? [...own, ...leaksIn(name, readFileSync(path), canaries, seen)] : own;
  });
}

/**
 * Every leak in some bytes: each canary once for each notation, in the least wrapped place. `seen`: digests of what was searched.
 */
export function leaksIn(
  name: string,
  bytes: Uint8Array,
  canaries: readonly Canary[],
  seen = new Set<string>(),
): Leak[] {
  const found: Leak[] = [];
  let { needles, any } = sought(canaries);
  let layers: Layer[] = [{ where: name, bytes: Buffer.from(bytes) }];
  for (let depth = 0; depth <= DEPTH && layers.length > 0; depth++) {
    layers = layers.filter((layer) => {
      const key = createHash('sha1').update(layer.bytes).digest('hex');
      return !seen.has(key) && seen.add(key);
    });
    for (const layer of layers) {
      const leaks = leaksOfLayer(layer, needles, any);
      if (leaks.length === 0) continue;
      found.push(...leaks);
      needles = needles.filter((needle) => !leaks.some((leak) => isOf(leak, needle)));
      any = lookFor(needles);
    }
    layers = layers.filter(({ isLast }) => !isLast).flatMap(opened);
  }
  return found;
}

interface Layer {
  where: string;
  bytes: Buffer;
  /** Whether it can contain nothing wrapped. */
  isLast?: boolean;
}

function isOf(leak: Leak, { canary, how }: Needle): boolean {
  return leak.canary === canary && leak.how === how;
}

interface Needle {
  canary: string;
  how: string;
  /** Of a regular expression. */
  source: string;
  /** The texts that it matches, if it matches only those. */
  texts?: string[];
}

const known = new WeakMap<readonly Canary[], { needles: Needle[]; any: (text: string) => boolean }>();

/** The search terms, which are the same for each file. */
function sought(canaries: readonly Canary[]) {
  const before = known.get(canaries);
  if (before) return before;
  const needles = canaries.flatMap(needlesOf);
  const made = { needles, any: lookFor(needles) };
  known.set(canaries, made);
  return made;
}

function needlesOf({ name, text, countryCode }: Canary): Needle[] {
  const phone = countryCode === undefined ? [] : [text.replace('+', '')];
  const forms = [...new Set([text, text.toLowerCase(), text.toUpperCase(), ...phone])];
  const hashes = (algorithm: string) =>
    forms.flatMap((form) => {
      const digest = createHash(algorithm).update(form).digest();
      return [digest.toString('hex'), digest.toString('latin1').toLowerCase()];
    });
  const national = phone[0]?.slice(countryCode!.length);
  const lower = text.toLowerCase();
  return [
    national
      ? // A phone number with what people and machines put between its digits.
        { canary: name, how: 'in clear', source: [...national].join('[^a-z0-9]{0,3}') }
      : needle(name, 'in clear', [lower, lower.replaceAll(' ', '+')]),
    needle(name, 'reversed', [reversed(national ?? lower)]),
    needle(name, 'MD5', hashes('md5')),
    needle(name, 'SHA-1', hashes('sha1')),
  ];
}

/** @param texts in lower case */
function needle(canary: string, how: string, texts: string[]): Needle {
  return { canary, how, source: texts.map(quoted).join('|'), texts };
}

function quoted(text: string): string {
  return text.replace(/[^\w\s]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function reversed(text: string): string {
  return [...text].toReversed().join('');
}

/** @param any whether a text in lower case holds any of the needles */
function leaksOfLayer({ where, bytes }: Layer, needles: Needle[], any: (text: string) => boolean): Leak[] {
  // Also as raw bytes, in which a digest may be.
  const texts = [bytes.toString('utf8'), ...(isUtf8(bytes) ? [] : [bytes.toString('latin1')])];
  // Nearly always there is nothing: one check for all of them shows that.
  const lower = texts.map((text) => text.toLowerCase()).filter(any);
  if (lower.length === 0) return [];
  return needles.flatMap(({ canary, how, source }) => {
    const pattern = new RegExp(source);
    for (const text of lower) {
      const index = text.search(pattern);
      if (index < 0) continue;
      return [{ canary, how, where, around: text.slice(Math.max(0, index - AROUND), index + 2 * AROUND) }];
    }
    return [];
  });
}

/** First letters of a text, by which it is looked up. */
const START = 3;

/**
 * Whether a text contains any of these. In one pass, the letters at each position are looked up among the starts of all texts: a
 * regular expression of hundreds of texts takes several times as long.
 */
function lookFor(needles: Needle[]): (text: string) => boolean {
  const patterns = needles.filter(({ texts }) => !texts).map(({ source }) => new RegExp(source));
  const starts = Map.groupBy(
    needles.flatMap(({ texts = [] }) => texts),
    (text) => text.slice(0, START),
  );
  const isStart = new Uint8Array(1 << 16);
  for (const start of starts.keys()) isStart[slot(start, 0)] = 1;
  return (text) => {
    for (let at = 0; at <= text.length - START; at++) {
      if (isStart[slot(text, at)] === 0) continue;
      if (starts.get(text.slice(at, at + START))?.some((one) => text.startsWith(one, at))) return true;
    }
    return patterns.some((pattern) => pattern.test(text));
  };
}

/** A number below 65,536 for the letters at a place of a text. */
function slot(text: string, at: number): number {
  return (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & 0xffff;
}

/** What is wrapped in a layer: packed, encoded or escaped. */
function opened({ where, bytes }: Layer): Layer[] {
  const inner = ([how, content, isLast = false]: Wrapped): Layer => ({
    where: where.endsWith(` > ${how}`) ? where : `${where} > ${how}`,
    bytes: Buffer.from(content),
    isLast,
  });
  const packed = unpacked(bytes);
  if (packed.length > 0) return packed.map(inner);
  const wide = wideText(bytes);
  if (wide !== undefined) return [inner(['UTF-16', wide])];
  const text = bytes.toString('utf8');
  return [...unescaped(text), ...encodedWords(text)].map(inner);
}

/** How it was wrapped, what was, and whether nothing more can be wrapped in that. */
type Wrapped = [how: string, content: Uint8Array | string, isLast?: boolean];

/** The content of an archive or a compressed file. Brotli has no signature, so it is tried on anything that is not text. */
function unpacked(bytes: Buffer): Wrapped[] {
  const starts = (...magic: number[]) => magic.every((byte, index) => bytes[index] === byte);
  if (starts(0x50, 0x4b, 3, 4)) {
    return Object.entries(unzipSync(bytes)).flatMap(([name, content]): Wrapped[] => [
      [`zip ${name}`, content],
      ['a name in a zip', Buffer.from(name)],
    ]);
  }
  if (starts(0x1f, 0x8b) || (bytes[0] === 0x78 && bytes.readUInt16BE(0) % 31 === 0))
    return tried('gzip', decompressSync, bytes);
  if (isText(bytes)) return [];
  return [...tried('brotli', brotliDecompressSync, bytes), ...tried('deflate', inflateRawSync, bytes)];
}

function tried(how: string, unpack: (bytes: Buffer) => Buffer, bytes: Buffer): Wrapped[] {
  try {
    return [[how, unpack(bytes)]];
  } catch {
    return [];
  }
}

/** UTF-16 of mostly Latin text, in either order of bytes. */
function wideText(bytes: Buffer): string | undefined {
  if (bytes.length < 8) return undefined;
  const length = Math.min(bytes.length, 2_000);
  const zeros = [0, 0] as [number, number];
  for (let at = bytes.indexOf(0); at >= 0 && at < length; at = bytes.indexOf(0, at + 1))
    zeros[at % 2 ? 1 : 0]++;
  const enough = length / 4;
  if (zeros[1] > enough && zeros[0] < enough / 4) return bytes.toString('utf16le');
  if (zeros[0] > enough && zeros[1] < enough / 4)
    return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  return undefined;
}

/** Readable as text, or nearly: what was cut off at an end decodes to a few wrong characters. */
function isText(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 4_000).toString('utf8');
  const wrong = sample.match(/(?![\t\r\n])[\p{Cc}\ufffd]/gu)?.length ?? 0;
  return wrong * 20 <= sample.length;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  commat: '@',
  period: '.',
  plus: '+',
  nbsp: ' ',
};

/** The whole text with its escapes undone, once. */
function unescaped(text: string): Wrapped[] {
  const plain = hexRuns(text, /(?:%[0-9a-f]{2})+/gi)
    .replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
      name ? (ENTITIES[name] ?? whole) : character(Number(decimal ?? `0x${hex}`), whole),
    )
    .replace(
      /\\+(?:u\{?([0-9a-f]{4,6})\}?|x([0-9a-f]{2})|([/"'\\]))/gi,
      (whole, u, x, itself) => itself ?? character(Number(`0x${u ?? x}`), whole),
    );
  const printable = hexRuns(text.replace(/=\r?\n/g, ''), /(?:=[0-9a-f]{2})+/gi);
  const all: Wrapped[] = [
    ['unescaped', plain],
    ['quoted-printable', printable, true],
  ];
  return all.filter(([, content]) => content !== text);
}

/** Each run of bytes in hexadecimal, with a sign before each, as the text that they are. */
function hexRuns(text: string, runs: RegExp): string {
  return text.replace(runs, (run) => Buffer.from(run.replace(/[%=]/g, ''), 'hex').toString('utf8'));
}

function character(code: number, otherwise: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}

/** Shorter ones cannot contain a canary. */
const SHORTEST = 8;

/** A mask's own digest of what it hides. */
const DIGEST = / (?:sha256|hmac)=[0-9a-f]{64}/g;

/** Texts in Base64 or hexadecimal. Letters before one may belong to another word. */
function encodedWords(text: string): Wrapped[] {
  const words = (pattern: RegExp) => [...new Set(text.replace(DIGEST, '').match(pattern))];
  const base64 = words(/[\w+/-]{10,}/g).map((word) =>
    [0, 1, 2, 3].map((at) => Buffer.from(word.slice(at), 'base64')),
  );
  const hex = words(/[0-9a-f]{16,}/gi).map((word) => [0, 1].map((at) => Buffer.from(word.slice(at), 'hex')));
  return [...joined('base64', base64), ...joined('hex', hex)];
}

/**
 * Texts are searched together, as one layer for thousands of words, and so are other bytes; packed content is opened one by one.
 *
 * @param words each decoded from several offsets
 */
function joined(how: string, words: Buffer[][]): Wrapped[] {
  const whole: Buffer[] = [];
  const texts: Buffer[] = [];
  const others: Buffer[] = [];
  for (const reading of words.flat()) {
    if (isPacked(reading)) whole.push(reading);
    else if (reading.length >= SHORTEST) (isText(reading) ? texts : others).push(reading);
  }
  const lines = (some: Buffer[]) => Buffer.concat(some.flatMap((part) => [part, LINE_BREAK]));
  return [
    ...whole.map((content): Wrapped => [how, content]),
    [how, lines(texts)],
    [how, lines(others), true],
  ];
}

const LINE_BREAK = Buffer.from('\n');

/** Whether its first bytes show it. Brotli has no signature, so anything that is not text may be it. */
function isPacked(bytes: Buffer): boolean {
  const magic = bytes.subarray(0, 2).toString('hex');
  if (magic === '504b' || magic === '1f8b' || /^78(01|5e|9c|da)$/.test(magic)) return true;
  if (wideText(bytes) !== undefined) return true;
  return bytes.length >= 48 && !isText(bytes) && tried('brotli', brotliDecompressSync, bytes).length > 0;
}
