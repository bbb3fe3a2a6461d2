/** A text that only the author of the target file may read: it is printed, but not written to files. */
export class Private {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Fields whose values may be real people's or real secrets. */
const FIELDS = /^\/(identity|server\/env|headers|httpCredentials|cookies|eventsApi\/listen\/password)\b/;

/** Whether a field of a target file is private. `field`: JSON Pointer. */
export function isPrivate(field: string): boolean {
  return FIELDS.test(field);
}
