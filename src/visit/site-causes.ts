/** As Node, Python, Go, PHP, Java and Windows put it, and the frameworks on top of them. */
const IN_USE =
  /EADDRINUSE|\baddress already in use|\bport \d+ (is|was) (already )?in use|only one usage of each socket address/i;

/** The beginning of the line with which the preloaded entry refuses a process. */
const OWN = 'ttq-conformance: ';

/** What the output of a site's server says about why it is not there. Nothing else of it is quoted: it may hold anything. */
export class SiteCauses {
  isAddressInUse = false;
  #refusal: string | undefined;

  read(line: string): void {
    this.isAddressInUse ||= IN_USE.test(line);
    if (line.startsWith(OWN)) this.#refusal ??= line.slice(OWN.length).replace(/\.$/, '');
  }

  /** As arguments of a problem. Empty where nothing is known. */
  get args(): { refusal?: string; portTaken?: number } {
    if (this.#refusal !== undefined) return { refusal: this.#refusal };
    return this.isAddressInUse ? { portTaken: 1 } : {};
  }
}
