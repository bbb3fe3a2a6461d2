/** Whether a connection that begins with these bytes uses TLS. */
export function isHandshake(first: Buffer): boolean {
  return first[0] === 0x16;
}
