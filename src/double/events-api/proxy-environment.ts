import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { HostFilter } from './hosts.ts';
import { TRUST_STORE_PASSWORD, trustStore } from './trust-store.ts';

/** Contains only the run's authority. */
export const AUTHORITY_FILE = 'ca.pem';

export interface ProxyEnvironmentOptions {
  /** A folder of the run for files that clients read. It is created here, and removed with the run. */
  folder: string;
  /** Of the proxy. */
  url: string;
  /** Of its authority, in PEM. */
  ca: string;
  /** Host names that are reached without the proxy, besides this machine. */
  hosts: readonly string[];
  isAnswered: HostFilter;
  /** The environment that the site's server would otherwise have. */
  env: NodeJS.ProcessEnv;
}

/**
 * The variables that send clients of all languages to the proxy and make them trust it; also writes the files that they name.
 * Undefined: must be unset. Files of authorities include the previous ones, because connections that the proxy forwards have the
 * host's own certificate.
 *
 * @throws the error of the file system
 */
export function proxyEnvironment({
  folder,
  url,
  ca,
  hosts,
  isAnswered,
  env,
}: ProxyEnvironmentOptions): Record<string, string | undefined> {
  const php = join(folder, 'php');
  mkdirSync(php, { recursive: true });
  const write = (name: string, text: string | Buffer) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const authority = write(AUTHORITY_FILE, ca);
  const authorities = [...knownAuthorities(env), ca.trim()];
  const bundle = write('bundle.pem', [...authorities, ''].join('\n'));
  const past = hosts.flatMap((host) => withoutStar(host, isAnswered));
  const direct = [...LOOPBACK, ...past].join(',');
  write(join('php', 'ttq-conformance.ini'), phpSettings({ bundle, url, direct }));
  return {
    HTTPS_PROXY: url,
    https_proxy: url,
    HTTP_PROXY: url,
    http_proxy: url,
    ALL_PROXY: undefined,
    all_proxy: undefined,
    NO_PROXY: direct,
    no_proxy: direct,
    CURL_CA_BUNDLE: bundle,
    SSL_CERT_FILE: bundle,
    // If it is set, curl uses it instead of the file.
    SSL_CERT_DIR: undefined,
    REQUESTS_CA_BUNDLE: bundle,
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: env.NODE_EXTRA_CA_CERTS ? bundle : authority,
    JAVA_TOOL_OPTIONS: javaOptions(
      { url, past, store: write('trust.jks', trustStore(authorities)) },
      env.JAVA_TOOL_OPTIONS,
    ),
    WGETRC: write('wgetrc', `${contentOf(env.WGETRC)}\nca_certificate = ${bundle}\n`),
    // Folders before the delimiter are read first; an empty entry means PHP's own folder.
    PHP_INI_SCAN_DIR: `${env.PHP_INI_SCAN_DIR ?? ''}${delimiter}${php}`,
  };
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/** The options of the site's server come before ours, which win. */
function javaOptions(
  { url, past, store }: { url: string; past: readonly string[]; store: string },
  own = '',
): string {
  const { hostname, port } = new URL(url);
  const direct = ['localhost', '127.*', '[::1]', ...past.map((name) => name.replace(/^\./, '*.'))];
  const properties = {
    'http.proxyHost': hostname,
    'http.proxyPort': port,
    'https.proxyHost': hostname,
    'https.proxyPort': port,
    'http.nonProxyHosts': direct.join('|'),
    'javax.net.ssl.trustStore': store,
    'javax.net.ssl.trustStoreType': 'JKS',
    'javax.net.ssl.trustStorePassword': TRUST_STORE_PASSWORD,
  };
  // Java accepts a quoted blank, but not an escaped one.
  const options = Object.entries(properties).map(([name, value]) => `"-D${name}=${value}"`);
  return [own, ...options].filter(Boolean).join(' ');
}

/** In the syntax of NO_PROXY. A pattern for a single port goes through the proxy, and TikTok's hosts always do. */
function withoutStar(pattern: string, isAnswered: HostFilter): string[] {
  const name = pattern
    .trim()
    .toLowerCase()
    .replace(/^\*(?=\.)/, '');
  const isName = /^[\w.-]+$/.test(name);
  return isName && !isAnswered(name.replace(/^\./, '')) ? [name] : [];
}

/** Authorities of the system, of Node, and of the files named by the server's variables. */
function knownAuthorities(env: NodeJS.ProcessEnv): Set<string> {
  const named = [env.SSL_CERT_FILE, env.CURL_CA_BUNDLE, env.REQUESTS_CA_BUNDLE, env.NODE_EXTRA_CA_CERTS];
  return new Set([
    ...(['bundled', 'system'] as const).flatMap((kind) =>
      tls.getCACertificates(kind).map((pem) => pem.trim()),
    ),
    ...named.flatMap((file) => contentOf(file).match(CERTIFICATE) ?? []),
  ]);
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Empty if there is no such file: the client it is for reports that itself. */
function contentOf(file: string | undefined): string {
  if (!file) return '';
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function phpSettings({ bundle, url, direct }: { bundle: string; url: string; direct: string }): string {
  const settings = {
    'curl.cainfo': bundle,
    'openssl.cafile': bundle,
    auto_prepend_file: fileURLToPath(new URL('./prepend.php', import.meta.url)),
    // Read by the prepended file, even if a process manager keeps the variables from PHP.
    'ttq_conformance.proxy': url,
    'ttq_conformance.direct': direct,
    'ttq_conformance.bundle': bundle,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = "${value}"\n`)
    .join('');
}
