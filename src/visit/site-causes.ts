/** As Node, Python, Go, PHP, Java and Windows put it, and the frameworks on top of them. */
const IN_USE =
  /EADDRINUSE|\baddress already in use|\bport \d+ (is|was) (already )?in use|only one usage of each socket address/i;

/** How the preloaded entry begins the line in which it refuses a process. */
const OWN = 'ttq-conformance: ';

/** What the output of a site's server says of why it is not there. Its other words are never quoted: they may hold anything. */
export class SiteCauses {
  isAddressInUse = false;
  #refusal: string | undefined;

  read(line: string): void {
    this.isAddressInUse ||= IN_USE.test(line);
    if (line.startsWith(OWN)) this.#refusal ??= line.slice(OWN.length).replace(/\.$/, '');
  }

  /** Continues the sentence that says that it is not there. Empty where nothing is known. */
  told(): string {
    if (this.#refusal !== undefined) return `: ${this.#refusal}`;
    if (this.isAddressInUse)
      return ' (EADDRINUSE: another program has a port that it listens on; end that program, or use {port} in the target file)';
    return '';
  }
}
