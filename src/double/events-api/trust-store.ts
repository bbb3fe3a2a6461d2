import { createHash, X509Certificate } from 'node:crypto';

/** Java requires a password; what it protects is public. */
export const TRUST_STORE_PASSWORD = 'changeit';

/**
 * Authorities as a Java key store. It uses the old JKS format, which every Java since 1.2 reads; only newer ones accept
 * authorities from a PKCS #12 store that Java did not write itself.
 *
 * @param authorities certificates in PEM; anything else is left out
 */
export function trustStore(authorities: Iterable<string>): Buffer {
  const entries = [...authorities].flatMap((pem, index) => {
    try {
      const { raw } = new X509Certificate(pem);
      return [entry(`authority-${index}`, raw)];
    } catch {
      return [];
    }
  });
  const store = Buffer.concat([int(MAGIC), int(VERSION), int(entries.length), ...entries]);
  // As Java writes characters: two bytes each, the high byte first.
  const password = Buffer.from(TRUST_STORE_PASSWORD, 'utf16le').swap16();
  const digest = createHash('sha1').update(password).update('Mighty Aphrodite').update(store).digest();
  return Buffer.concat([store, digest]);
}

const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED = 2;

function entry(alias: string, certificate: Buffer): Buffer {
  const now = Buffer.alloc(8);
  now.writeBigInt64BE(BigInt(Date.now()));
  return Buffer.concat([int(TRUSTED), text(alias), now, text('X.509'), int(certificate.length), certificate]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value, 'latin1')]);
}
