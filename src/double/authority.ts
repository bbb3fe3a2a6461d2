import { createHash, randomBytes, type webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { ALGORITHM, forHosts, forServers, newKeys, privateKeyPem, serial, validity } from './keys.ts';

/** Key and certificate of one host, in PEM. The certificate is followed by that of its authority. */
export interface Leaf {
  key: string;
  cert: string;
}

/**
 * A certificate authority for one run, whose key stays in this object. Its chains have the key identifiers, constraints and key
 * usage that strict clients, such as Python 3.13, require.
 */
export class Authority {
  private readonly keys: webcrypto.CryptoKeyPair;
  private readonly certificate: X509Certificate;
  private readonly leaves = new Map<string, Promise<Leaf>>();

  static async make(): Promise<Authority> {
    const keys = await newKeys();
    // A unique name: clients look authorities up by it, and two runs may be active at once.
    const name = `CN=ttq-conformance run ${randomBytes(4).toString('hex')}`;
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name,
      ...validity(),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new Authority(keys, certificate);
  }

  private constructor(keys: webcrypto.CryptoKeyPair, certificate: X509Certificate) {
    this.keys = keys;
    this.certificate = certificate;
  }

  /** The certificate to trust. */
  get pem(): string {
    return `${this.certificate.toString('pem')}\n`;
  }

  /** The certificate of a host, made on first use. */
  leaf(host: string): Promise<Leaf> {
    const known = this.leaves.get(host) ?? this.sign(host);
    this.leaves.set(host, known);
    return known;
  }

  private async sign(host: string): Promise<Leaf> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serial(),
      // A common name is limited to 64 characters, and clients check the alternative name anyway.
      subject: `CN=ttq-conformance ${createHash('sha256').update(host).digest('hex').slice(0, 8)}`,
      issuer: this.certificate.subject,
      ...validity(),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      extensions: [
        ...forServers(),
        forHosts([host]),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(this.keys.publicKey),
      ],
    });
    return {
      key: await privateKeyPem(keys),
      cert: `${certificate.toString('pem')}\n${this.pem}`,
    };
  }
}
