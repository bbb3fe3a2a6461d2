import { createHash, X509Certificate } from 'node:crypto';
import { type Extension, X509CertificateGenerator } from '@peculiar/x509';
import { TIKTOK_HOST_PATTERNS } from '../tiktok/hosts.ts';
import { ALGORITHM, forHosts, forServers, newKeys, privateKeyPem, serial, validity } from './keys.ts';

/** Key and certificate of the double, in PEM, and the hash that makes a browser trust only this key. */
export interface Certificate {
  key: string;
  cert: string;
  /** Base64 of the SHA-256 of the public key's SPKI, as --ignore-certificate-errors-spki-list expects. */
  spki: string;
}

let made: Promise<Certificate> | undefined;

/** The certificate of this process, made on first use and never written to disk. */
export function certificate(): Promise<Certificate> {
  made ??= make();
  return made;
}

/** A new certificate for these host names and IP addresses, in PEM. A client that trusts it as an authority accepts it. */
export async function serverCertificate(names: readonly string[]): Promise<{ key: string; cert: string }> {
  return selfSigned('ttq-conformance Events API stub', names, forServers());
}

async function make(): Promise<Certificate> {
  const pem = await selfSigned('ttq-conformance double', TIKTOK_HOST_PATTERNS);
  const der = new X509Certificate(pem.cert).publicKey.export({ type: 'spki', format: 'der' });
  return { ...pem, spki: createHash('sha256').update(der).digest('base64') };
}

async function selfSigned(
  name: string,
  hosts: readonly string[],
  extensions: Extension[] = [],
): Promise<{ key: string; cert: string }> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=${name}`,
    ...validity(),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [...extensions, forHosts(hosts)],
  });
  return { key: await privateKeyPem(keys), cert: `${certificate.toString('pem')}\n` };
}
