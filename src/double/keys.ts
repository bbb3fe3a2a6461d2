import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509';

// What all certificates of the double have in common, whoever signs them.

export const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 60 * 60 * 1000;

export function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** A private key in PEM. */
export async function privateKeyPem({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}/g, '$&\n').trim()}\n-----END PRIVATE KEY-----\n`;
}

/** Positive and not zero, as RFC 5280 requires. */
export function serial(): string {
  return `01${randomBytes(15).toString('hex')}`;
}

export function validity(): { notBefore: Date; notAfter: Date } {
  // A day back, as the clocks of a container and its host may differ.
  return { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 30 * DAY) };
}

/** Limits a certificate to servers; it may not sign others. */
export function forServers(): Extension[] {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
  ];
}

/** The host names and IP addresses of a certificate. */
export function forHosts(hosts: readonly string[]): Extension {
  return new SubjectAlternativeNameExtension(
    hosts.map((host) => ({ type: isIP(host) ? 'ip' : 'dns', value: host })),
  );
}
