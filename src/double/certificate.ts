import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
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

/**
 * A fresh certificate for these host names and IPv4 addresses, in PEM. A client that is given it as its authority trusts it:
 * with an authority of its own, strict clients would miss the key identifier that this library cannot write.
 */
export async function serverCertificate(names: readonly string[]): Promise<{ key: string; cert: string }> {
  const pem = await generate([{ name: 'commonName', value: 'ttq-conformance Events API stub' }], {
    ...common(),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map(alternativeName) },
    ],
  });
  return { key: pem.private, cert: pem.cert };
}

async function make(): Promise<Certificate> {
  const pem = await generate([{ name: 'commonName', value: 'ttq-conformance double' }], {
    ...common(),
    extensions: [{ name: 'subjectAltName', altNames: TIKTOK_HOST_PATTERNS.map(alternativeName) }],
  });
  const der = new X509Certificate(pem.cert).publicKey.export({ type: 'spki', format: 'der' });
  return { key: pem.private, cert: pem.cert, spki: createHash('sha256').update(der).digest('base64') };
}

function common() {
  return {
    keyType: 'ec' as const,
    curve: 'P-256' as const,
    algorithm: 'sha256',
    // A day back: the clocks of a container and its host may differ.
    notBeforeDate: new Date(Date.now() - DAY),
    notAfterDate: new Date(Date.now() + 30 * DAY),
  };
}

function alternativeName(name: string): { type: 7; ip: string } | { type: 2; value: string } {
  return isIP(name) ? { type: 7, ip: name } : { type: 2, value: name };
}
