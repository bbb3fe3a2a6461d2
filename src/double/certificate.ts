import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { TIKTOK_HOST_PATTERNS } from '../tiktok/hosts.ts';

/** Key and certificate of the double, in PEM, and the hash by which a browser is told to trust this key only. */
export interface Certificate {
  key: string;
  cert: string;
  /** Base64 of the SHA-256 of the public key's SPKI, as --ignore-certificate-errors-spki-list wants it. */
  spki: string;
}

const DAY = 24 * 60 * 60 * 1000;
let made: Promise<Certificate> | undefined;

/** The certificate of this process, made at the first call. It is written nowhere. */
export function certificate(): Promise<Certificate> {
  made ??= make();
  return made;
}

async function make(): Promise<Certificate> {
  const names = TIKTOK_HOST_PATTERNS.map((value) => ({ type: 2 as const, value }));
  const pem = await generate([{ name: 'commonName', value: 'ttq-conformance double' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A day back: the clocks of a container and its host may differ.
    notBeforeDate: new Date(Date.now() - DAY),
    notAfterDate: new Date(Date.now() + 30 * DAY),
    extensions: [{ name: 'subjectAltName', altNames: names }],
  });
  const der = new X509Certificate(pem.cert).publicKey.export({ type: 'spki', format: 'der' });
  return { key: pem.private, cert: pem.cert, spki: createHash('sha256').update(der).digest('base64') };
}
