import { isVerbose } from '../target/options.ts';

/** How many lines of a server are kept, and how many characters of a line are printed. */
const [KEPT, WIDEST] = [20, 1_000];
/** How many are masked first, so that no secret is cut in two at the end of what is printed. */
const MASKED = 10_000;
/** How many servers that failed in different ways are quoted. */
const QUOTED = 3;

/** What the servers that failed so far printed, without what differs from target to target. */
const failures = new Set<string>();
let isNoted = false;

/**
 * The output of a server, which goes to stderr: all of it with --verbose, otherwise only the last lines of one that failed, and those of
 * servers that failed alike only once. Each line is prefixed with the name of the target, to tell it from others' and from this program's
 * own; and masked, because Playwright passes it to every reporter as it is.
 */
export class ServerLines {
  readonly #target: string;
  readonly #mask: (line: string) => string;
  #last: string[] = [];

  constructor(target: string, mask: (line: string) => string) {
    this.#target = target;
    this.#mask = mask;
  }

  add(line: string): void {
    if (isVerbose(process.env)) this.#print(line);
    else this.#last = [...this.#last.slice(1 - KEPT), line];
  }

  /** The server failed: this is what its author has to read. */
  quote(): void {
    if (isVerbose(process.env)) return;
    const lines = this.#last.length > 0 ? this.#last : ['the server printed nothing'];
    const alike = lines.join('\n').replaceAll(this.#target, '').replace(/\d+/g, '#');
    if (!failures.has(alike) && failures.size < QUOTED) {
      failures.add(alike);
      for (const line of lines) this.#print(line);
    } else if (!isNoted) {
      isNoted = true;
      this.#print('the server failed, too; --verbose prints what this one and later ones said');
    }
  }

  #print(line: string): void {
    const masked = this.#mask(line.slice(0, MASKED));
    const shown = masked.length > WIDEST ? `${masked.slice(0, WIDEST)}…` : masked;
    process.stderr.write(`${this.#target}: ${shown}\n`);
  }
}
