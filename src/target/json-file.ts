import { readFileSync, statSync } from 'node:fs';

/**
 * The content of a JSON file that a person or another program may have written.
 *
 * @throws SyntaxError, Error: the message is one line, and quotes no more of the file than a character
 */
export function readJson(file: string): unknown {
  // A pipe might never end.
  if (!statSync(file).isFile()) throw new Error('it is not a regular file');
  const bytes = readFileSync(file);
  // By its byte order mark: Windows' PowerShell writes such files.
  if (/^(fffe|feff)/.test(bytes.toString('hex', 0, 2))) throw new Error('it is UTF-16; save it as UTF-8');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(unquoted((error as Error).message, text));
  }
}

/** How many characters Node quotes before and after a mistake, if there are as many. */
const QUOTED = 10;

/** Node quotes part of the file, which may be the customer's data: the line is given instead, if it can be told. */
function unquoted(message: string, text: string): string {
  const [quote, before, excerpt = '', after] =
    /, (\.\.\.)?"(.*)"(\.\.\.)? is not valid JSON$/s.exec(message) ?? [];
  if (quote === undefined) return message;
  const [head = '', ...others] = text.split(excerpt);
  const mistake = after ? excerpt.length - QUOTED : QUOTED;
  const line = `${head}${excerpt.slice(0, mistake)}`.split('\n').length;
  const where = (before || after) && others.length === 1 ? ` on line ${line}` : '';
  return `${message.slice(0, -quote.length)}${where}, not valid JSON`;
}
