import { randomBytes } from 'node:crypto';

/** Real ones start so and run to several hundred characters of both cases: a site that cuts or folds them is found out. */
export function newClickId(): string {
  return `E.C.P.${randomBytes(192).toString('base64url')}`;
}
