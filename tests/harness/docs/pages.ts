import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The pages for readers, relative to the root. */
export const PAGES = globSync(['*.md', 'docs/*.md', 'fixtures/*/README.md'], { cwd: root }).toSorted();

export function pageText(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** A shell line in a page. */
export interface Shown {
  page: string;
  line: string;
  /** Whether it is part of a sentence, which may name only the beginning of a command. */
  inSentence: boolean;
}

/** Programs whose command lines a page shows. A program's name alone is not a command. */
const PROGRAM = /^(?:[A-Z_]+=\S+ )*(?:npm|npx|node|ttq-conformance|jq|gh|openssl|docker) \S/;

const FENCE = /^```(\w*)\n(.*?)^```$/gms;

/** The command lines of a page: in code blocks, in the steps of CI recipes, and within sentences. */
export function commandsOf(page: string, text = pageText(page)): Shown[] {
  const fenced = [...text.matchAll(FENCE)].flatMap(([, language, block]) =>
    language === 'yaml' || language === 'groovy' ? stepsIn(block!) : block!.split('\n'),
  );
  const prose = text.replace(FENCE, '');
  const indented = prose.split('\n').flatMap((line) => (line.startsWith('    ') ? [line.trim()] : []));
  const inline = [...prose.matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replace(/\s+/g, ' '));
  const shown = (lines: readonly string[], inSentence: boolean) =>
    lines
      .filter((line) => PROGRAM.test(line))
      .map((line) => ({ page, line: line.replace(/\s+#.*/, ''), inSentence }));
  return [...shown([...fenced, ...indented], false), ...shown(inline, true)];
}

/** The command lines in the comments of a file that people copy, such as how an image is built. */
export function commandsInComments(file: string): Shown[] {
  return [
    ...pageText(file).matchAll(/^#(?: {3}|.*: )((?:podman|kubectl|sed|openssl) .*?)(?: {2,}#.*)?$/gm),
  ].map(([, line]) => ({ page: file, line: line!, inSentence: false }));
}

function stepsIn(recipe: string): string[] {
  return [...recipe.matchAll(/^ *(?:- run: |- script: |sh ')([^{\n].*?)'?$/gm)].map(([, line]) => line!);
}

/** The programs that a line starts, each as its words, without variables and pipes. */
export function programsIn(line: string): string[][] {
  return line
    .replace(/\$\(\(.*?\)\)|\$\{?\w+\}?/g, '1')
    .split(/ (?:&&|\|\||\|) (?=(?:[^'"]|'[^']*'|"[^"]*")*$)/)
    .map((part) => wordsOf(part).filter((word, at, all) => !isVariable(word, at, all)))
    .filter(([program]) => program !== '[');
}

function isVariable(word: string, at: number, words: string[]): boolean {
  return /^[A-Z_]+=/.test(word) && words.slice(0, at).every((before) => /^[A-Z_]+=/.test(before));
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:[^\s'"<]|'[^']*'|"[^"]*"|<[^>]*>)+/g)].map(([word]) =>
    word.replace(/['"]/g, ''),
  );
}

/** A synopsis with all of its options: `[--port 4180]` becomes `--port 4180`, and what may be repeated is there once. */
export function inFull(line: string): string {
  return line
    .replace(/ \| (?=[^<]*>)/g, '|')
    .replace(/\[:[^ ]*?\]+(?=\]|\s|$)/g, '')
    .replace(/\[(--[^\]]+)\]/g, '$1')
    .replaceAll('...', '');
}

/** The examples in JSON: objects, or members of one. */
export function examplesOf(text: string): string[] {
  const fenced = [...text.matchAll(FENCE)].flatMap(([, language, block]) =>
    language === 'json' ? [block!] : [],
  );
  const indented = text
    .replace(FENCE, '')
    .split('\n\n')
    .filter((block) => /^ {4}[{"]/.test(block));
  return [...fenced, ...indented].map((block) => block.trim());
}

/** The files that a page shows whole, by the name in their first line; of several versions of one, the first. */
export function filesIn(page: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const [, , block] of pageText(page).matchAll(FENCE)) {
    const [, file] = /^\/\/ (\S+\.ts)\n/.exec(block!) ?? [];
    if (file !== undefined && !files.has(file)) files.set(file, block!);
  }
  return files;
}
