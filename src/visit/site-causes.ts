/** The wordings of Node, Python, Go, PHP, Java and Windows, and of frameworks on top of them. */
const IN_USE =
  /EADDRINUSE|\baddress already in use|\bport \d+ (is|was) (already )?in use|only one usage of each socket address/i;

/** Start of the line with which the preload refuses a process. */
const OWN = 'ttq-conformance: ';

/** What a site server's output says about why it is not up. Nothing else is quoted, as it may contain anything. */
export class SiteCauses {
  isAddressInUse = false;
  #refusal: string | undefined;

  read(line: string): void {
    this.isAddressInUse ||= IN_USE.test(line);
    if (line.startsWith(OWN)) this.#refusal ??= line.slice(OWN.length).replace(/\.$/, '');
  }

  /** As arguments of a problem. Empty if nothing is known. */
  get args(): { refusal?: string; portTaken?: number } {
    if (this.#refusal !== undefined) return { refusal: this.#refusal };
    return this.isAddressInUse ? { portTaken: 1 } : {};
  }
}
