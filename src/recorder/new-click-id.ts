import { randomBytes } from 'node:crypto';

/**
 * Real ones begin like this and have up to several hundred characters of both cases, so a site that truncates or lower-cases them
 * is caught.
 */
export function newClickId(): string {
  return `E.C.P.${randomBytes(192).toString('base64url')}`;
}
