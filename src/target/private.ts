/** A text that only whoever wrote the target file may read: it is printed, and left out of what is written down. */
export class Private {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Fields whose values may be real persons' or real secrets. */
const FIELDS = /^\/(identity|server\/env|headers|httpCredentials|cookies|eventsApi\/listen\/password)\b/;

/** Whether what stands in a field of a target file is private. `field`: JSON Pointer. */
export function isPrivate(field: string): boolean {
  return FIELDS.test(field);
}
