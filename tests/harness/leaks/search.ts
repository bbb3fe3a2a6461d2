import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliDecompressSync, unzipSync as decompressSync, inflateRawSync } from 'node:zlib';
import { unzipSync } from 'fflate';

/** A text that must not be met anywhere, and what it is called. */
export interface Canary {
  name: string;
  text: string;
  /** Of a phone number: met with anything between its digits, and without its plus and country code. */
  countryCode?: string;
}

export interface Leak {
  canary: string;
  /** In clear, reversed, MD5 or SHA-1. */
  how: string;
  /** The file, and the way into it: `report.html > base64 > zip a.json`. */
  where: string;
  /** The text around it. */
  around: string;
}

/** How many wrappings are opened, one in another. */
const DEPTH = 7;
const AROUND = 60;

/** Every leak in the files of a folder, their names included. */
export function leaksInFolder(folder: string, canaries: readonly Canary[]): Leak[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    const own = leaksIn(`the name ${name}`, Buffer.from(name), canaries);
    return entry.isFile() ? [...own, ...leaksIn(name, readFileSync(path), canaries)] : own;
  });
}

/** Every leak in some bytes, once for each canary, way of writing and wrapping. */
export function leaksIn(name: string, bytes: Uint8Array, canaries: readonly Canary[]): Leak[] {
  const needles = canaries.flatMap(needlesOf);
  const found = new Map<string, Leak>();
  const seen = new Set<string>();
  const queue: Layer[] = [{ where: name, bytes: Buffer.from(bytes), depth: 0 }];
  for (let layer = queue.pop(); layer; layer = queue.pop()) {
    const key = createHash('sha1').update(layer.bytes).digest('hex');
    if (seen.has(key)) continue;
    seen.add(key);
    for (const leak of leaksOfLayer(layer, needles))
      found.set(`${leak.canary} ${leak.how} ${leak.where}`, leak);
    if (layer.depth < DEPTH) queue.push(...opened(layer));
  }
  return [...found.values()];
}

interface Layer {
  where: string;
  bytes: Buffer;
  depth: number;
}

interface Needle {
  canary: string;
  how: string;
  isIn(text: string): number;
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
  const clear = national
    ? digits(national)
    : anyOf([text.toLowerCase(), text.toLowerCase().replaceAll(' ', '+')]);
  return [
    { canary: name, how: 'in clear', isIn: clear },
    { canary: name, how: 'reversed', isIn: anyOf([reversed(national ?? text.toLowerCase())]) },
    { canary: name, how: 'MD5', isIn: anyOf(hashes('md5')) },
    { canary: name, how: 'SHA-1', isIn: anyOf(hashes('sha1')) },
  ];
}

/** Where one of some texts stands in a longer one in lower case; -1 for nowhere. */
function anyOf(texts: string[]): (text: string) => number {
  return (text) => Math.max(...texts.map((one) => text.indexOf(one)));
}

/** Digits with what people and machines put between them. */
function digits(number: string): (text: string) => number {
  const pattern = new RegExp([...number].join('[^\\p{L}\\p{N}]{0,3}'), 'u');
  return (text) => text.search(pattern);
}

function reversed(text: string): string {
  return [...text].toReversed().join('');
}

function leaksOfLayer({ where, bytes }: Layer, needles: Needle[]): Leak[] {
  // As bytes, too: UTF-8 shows no digest that stands as bytes.
  const texts = isUtf8(bytes) ? ['utf8' as const] : (['utf8', 'latin1'] as const);
  return texts.flatMap((encoding) => {
    const text = bytes.toString(encoding).toLowerCase();
    return needles.flatMap(({ canary, how, isIn }) => {
      const index = isIn(text);
      if (index < 0) return [];
      return [{ canary, how, where, around: text.slice(Math.max(0, index - AROUND), index + 2 * AROUND) }];
    });
  });
}

/** What is wrapped in a layer: packed, encoded or escaped. */
function opened({ where, bytes, depth }: Layer): Layer[] {
  const inner = (how: string, content: Uint8Array | string) => ({
    where: where.endsWith(` > ${how}`) ? where : `${where} > ${how}`,
    bytes: Buffer.from(content),
    depth: depth + 1,
  });
  const packed = unpacked(bytes).map(([how, content]) => inner(how, content));
  if (packed.length > 0) return packed;
  const wide = wideText(bytes);
  if (wide !== undefined) return [inner('UTF-16', wide)];
  const text = bytes.toString('utf8');
  return [
    ...unescaped(text).map(([how, content]) => inner(how, content)),
    ...encodedWords(text).map(([how, content]) => inner(how, content)),
  ];
}

/** The content of an archive or a compressed file. Brotli has no sign of its own: it is tried on what is no text. */
function unpacked(bytes: Buffer): [string, Uint8Array][] {
  const starts = (...magic: number[]) => magic.every((byte, index) => bytes[index] === byte);
  if (starts(0x50, 0x4b, 3, 4)) {
    return Object.entries(unzipSync(bytes)).flatMap(([name, content]): [string, Uint8Array][] => [
      [`zip ${name}`, content],
      ['a name in a zip', Buffer.from(name)],
    ]);
  }
  if (starts(0x1f, 0x8b) || (bytes[0] === 0x78 && bytes.readUInt16BE(0) % 31 === 0))
    return tried('gzip', decompressSync, bytes);
  if (isText(bytes)) return [];
  return [...tried('brotli', brotliDecompressSync, bytes), ...tried('deflate', inflateRawSync, bytes)];
}

function tried(how: string, unpack: (bytes: Buffer) => Buffer, bytes: Buffer): [string, Uint8Array][] {
  try {
    return [[how, unpack(bytes)]];
  } catch {
    return [];
  }
}

/** UTF-16 of mostly Latin text, in either order of bytes. */
function wideText(bytes: Buffer): string | undefined {
  if (bytes.length < 8) return undefined;
  const sample = bytes.subarray(0, 2_000);
  const zeros = (parity: number) => sample.filter((byte, index) => byte === 0 && index % 2 === parity).length;
  const enough = sample.length / 4;
  if (zeros(1) > enough && zeros(0) < enough / 4) return bytes.toString('utf16le');
  if (zeros(0) > enough && zeros(1) < enough / 4)
    return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  return undefined;
}

/** Readable as text, or nearly: what was cut off at an end decodes to a few wrong characters. */
function isText(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 4_000).toString('utf8');
  const wrong = sample.match(/[\p{Cc}\ufffd]/gu)?.filter((char) => !/[\t\r\n]/.test(char)).length ?? 0;
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
function unescaped(text: string): [string, string][] {
  const plain = hexRuns(text, /(?:%[0-9a-f]{2})+/gi)
    .replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
      name ? (ENTITIES[name] ?? whole) : character(Number(decimal ?? `0x${hex}`), whole),
    )
    .replace(
      /\\+(?:u\{?([0-9a-f]{4,6})\}?|x([0-9a-f]{2})|([/"'\\]))/gi,
      (whole, u, x, itself) => itself ?? character(Number(`0x${u ?? x}`), whole),
    );
  const printable = hexRuns(text.replace(/=\r?\n/g, ''), /(?:=[0-9a-f]{2})+/gi);
  const all: [string, string][] = [
    ['unescaped', plain],
    ['quoted-printable', printable],
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

/** Shorter ones hold no canary. */
const SHORTEST = 8;

/** What stands in the text in Base64 or as hexadecimal bytes. Letters before it may belong to another word. */
function encodedWords(text: string): [string, Uint8Array][] {
  const base64 = (text.match(/[\w+/-]{8,}={0,2}/g) ?? []).flatMap((word) =>
    [0, 1, 2, 3].map((offset) => Buffer.from(word.slice(offset), 'base64')),
  );
  const hex = (text.match(/[0-9a-f]{16,}/gi) ?? []).flatMap((word) =>
    [0, 1].map((offset) => Buffer.from(word.slice(offset), 'hex')),
  );
  return [...joined('base64', base64), ...joined('hex', hex)];
}

/** Texts are looked at together, which is one layer for thousands of words; what else there is, one by one. */
function joined(how: string, contents: Buffer[]): [string, Uint8Array][] {
  const long = contents.filter((content) => content.length >= SHORTEST);
  const isWhole = (content: Buffer) => unpackable(content) || wideText(content) !== undefined;
  const [whole, parts] = [long.filter(isWhole), long.filter((content) => !isWhole(content))];
  const text = Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]));
  return [
    ...(parts.length > 0 ? [[how, text] as [string, Uint8Array]] : []),
    ...whole.map((content): [string, Uint8Array] => [how, content]),
  ];
}

function unpackable(bytes: Buffer): boolean {
  const magic = bytes.subarray(0, 2).toString('hex');
  if (magic === '504b' || magic === '1f8b' || /^78(01|5e|9c|da)$/.test(magic)) return true;
  return bytes.length >= 48 && !isText(bytes) && tried('brotli', brotliDecompressSync, bytes).length > 0;
}
