import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { freePorts } from '../../../../src/target/ports.ts';
import { type SiteProxy, startSiteProxy } from '../../../../src/visit/site-proxy.ts';
import { needProgram, REST } from '../../rest.ts';
import { cleanTarget } from '../../rules/clean.ts';
import { LoopbackProxy } from '../proxies.ts';
import { test as base, eventId, expect, purchase, TRACK } from './support.ts';

/*
 * What the clients of other languages do with the variables and files of the proxy: the table in docs/events-api.md, line by line.
 * They are Debian's packages, which .ci/run installs. TTQ_CLIENTS=required: one that is absent is a failure.
 */

/** A program that posts BODY to URL with a token, and prints the answer. */
interface Client {
  /** What runs it, and the Debian package that it comes with. */
  by: string;
  package: string;
  /** Asked for a library that comes in a separate package. */
  library?: readonly string[];
  program: string;
  /** Arguments before the file of the program. */
  args?: readonly string[];
  extension?: string;
}

const PHP = { by: 'php', package: 'php-cli', extension: 'php' };
const PHP_CURL = { ...PHP, package: 'php-curl', library: ['-r', 'curl_init();'] };
const PYTHON = { by: '/usr/bin/python3', package: 'python3', extension: 'py' };
const RUBY = { by: 'ruby', package: 'ruby', extension: 'rb' };
const GO = { by: 'go', package: 'golang-go', args: ['run'], extension: 'go' };
const NODE = { by: process.execPath, package: 'nodejs', extension: 'mjs' };
/** Debian's: no version before 24.5 uses the proxy that the environment names. */
const OLD_NODE = {
  by: '/usr/bin/node',
  package: 'nodejs',
  library: ['-e', 'process.exit(Number.parseInt(process.versions.node) < 24 ? 0 : 1)'],
  extension: 'mjs',
};
const SHELL = { by: 'sh', package: 'dash' };
const HEADER = "-H 'Access-Token: the-token' -H 'Content-Type: application/json'";

const JAVA = { by: 'java', package: 'default-jdk-headless', extension: 'java' };

/** One source file, which Java compiles and runs. */
const javaProgram = (
  send: string,
) => `import java.net.*; import java.net.http.*; import java.nio.charset.StandardCharsets;
public class Client {
  public static void main(String[] args) {
    String url = System.getenv("URL"), body = System.getenv("BODY");
    try { ${send} } catch (Exception error) { System.out.println(error); }
  }
}`;
const goProgram = (client: string) => `package main
import ("fmt"; "io"; "net/http"; "os"; "strings")
func main() {
  request, _ := http.NewRequest("POST", os.Getenv("URL"), strings.NewReader(os.Getenv("BODY")))
  request.Header.Set("Access-Token", "the-token")
  answer, err := (${client}).Do(request)
  if err != nil { fmt.Println(err); return }
  body, _ := io.ReadAll(answer.Body)
  fmt.Println(string(body))
}`;
const NODE_HTTP2 = `import { connect } from 'node:http2';
const url = new URL(process.env.URL);
const session = connect(url.origin);
const request = session.request({ ':method': 'POST', ':path': url.pathname, 'access-token': 'the-token' });
request.end(process.env.BODY);
console.log((await request.toArray()).join(''));
session.close();`;
const phpContext = `stream_context_create(['http' => ['method' => 'POST', 'content' => getenv('BODY'),
  'header' => ['Access-Token: the-token', 'Content-Type: application/json'], 'ignore_errors' => true]])`;
const phpCurl = (options: string) => `<?php $curl = curl_init(getenv('URL'));
curl_setopt_array($curl, [CURLOPT_POSTFIELDS => getenv('BODY'), CURLOPT_HTTPHEADER => ['Access-Token: the-token'],
  CURLOPT_RETURNTRANSFER => true, ${options}]);
echo curl_exec($curl) ?: curl_error($curl);`;

const SEEN: Record<string, Client> = {
  curl: {
    ...SHELL,
    package: 'curl',
    library: ['-c', 'curl -V'],
    program: `curl -sS ${HEADER} -d "$BODY" "$URL"`,
  },
  'curl over HTTP/2 alone': {
    ...SHELL,
    package: 'curl',
    library: ['-c', 'curl -V | grep -q HTTP2'],
    program: `curl -sS --http2-prior-knowledge ${HEADER} -d "$BODY" "$URL"`,
  },
  wget: {
    ...SHELL,
    package: 'wget',
    library: ['-c', 'wget -V'],
    program: 'wget -qO- --header "Access-Token: the-token" --post-data "$BODY" "$URL"',
  },
  "Node's fetch": {
    ...NODE,
    program: `const { URL: url, BODY: body } = process.env;
console.log(await (await fetch(url, { method: 'POST', headers: { 'Access-Token': 'the-token' }, body })).text());`,
  },
  "Node's https": {
    ...NODE,
    program: `import https from 'node:https';
const request = https.request(process.env.URL, { method: 'POST', headers: { 'Access-Token': 'the-token' } }, (answer) => answer.pipe(process.stdout));
request.end(process.env.BODY);`,
  },
  "Python's urllib": {
    ...PYTHON,
    program: `import os, urllib.request
request = urllib.request.Request(os.environ['URL'], os.environ['BODY'].encode(), {'Access-Token': 'the-token'})
print(urllib.request.urlopen(request).read().decode())`,
  },
  'Python with strict checks of certificates': {
    ...PYTHON,
    program: `import os, ssl, urllib.request
context = ssl.create_default_context()
context.verify_flags |= ssl.VERIFY_X509_STRICT
request = urllib.request.Request(os.environ['URL'], os.environ['BODY'].encode(), {'Access-Token': 'the-token'})
print(urllib.request.urlopen(request, context=context).read().decode())`,
  },
  "Python's requests": {
    ...PYTHON,
    package: 'python3-requests',
    library: ['-c', 'import requests'],
    program: `import os, requests
print(requests.post(os.environ['URL'], os.environ['BODY'], headers={'Access-Token': 'the-token'}).text)`,
  },
  "Ruby's Net::HTTP": {
    ...RUBY,
    program: `require 'net/http'
puts Net::HTTP.post(URI(ENV['URL']), ENV['BODY'], 'Access-Token' => 'the-token').body`,
  },
  "Go's default transport": { ...GO, program: goProgram('http.DefaultClient') },
  'Go with a transport that forces HTTP/2': {
    ...GO,
    program: goProgram(
      '&http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}}',
    ),
  },
  "Java's HttpClient": {
    ...JAVA,
    program:
      javaProgram(`HttpRequest request = HttpRequest.newBuilder(URI.create(url)).header("Access-Token", "the-token")
      .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());`),
  },
  "Java's URLConnection": {
    ...JAVA,
    program:
      javaProgram(`HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setDoOutput(true); connection.setRequestProperty("Access-Token", "the-token");
    connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    System.out.println(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8));`),
  },
  "PHP's curl": { ...PHP_CURL, program: phpCurl('') },
  'PHP streams with a context of their own': {
    ...PHP,
    program: `<?php function send() { return file_get_contents(getenv('URL'), false, ${phpContext}); }
echo send(), ' ', $http_response_header[0];`,
  },
  "PHP's fopen": {
    ...PHP,
    program: `<?php $stream = fopen(getenv('URL'), 'r', false, ${phpContext});
$meta = stream_get_meta_data($stream);
echo $meta['wrapper_data'][0], ' ', stream_get_contents($stream);`,
  },
  // As WordPress does: what was hooked in before it is there counts, and the filter's word on authorities goes to curl.
  'WordPress with its own authorities': {
    ...PHP_CURL,
    program: `<?php $arguments = ['sslcertificates' => '/etc/hostname'];
foreach ($GLOBALS['wp_filter']['http_request_args'] as $hooks)
  foreach ($hooks as $hook) $arguments = call_user_func_array($hook['function'], array_slice([$arguments, getenv('URL')], 0, $hook['accepted_args']));
?>${phpCurl("CURLOPT_CAINFO => $arguments['sslcertificates'], CURLOPT_FOLLOWLOCATION => false")}`,
  },
};

const OUT_OF_REACH: Record<string, Client> = {
  "Python's http.client": {
    ...PYTHON,
    program: `import http.client, os, urllib.parse
url = urllib.parse.urlparse(os.environ['URL'])
try: http.client.HTTPSConnection(url.hostname, url.port).request('POST', url.path, os.environ['BODY'])
except Exception as error: print(error)`,
  },
  'a Node client with a custom agent': {
    ...NODE,
    program: `import https from 'node:https';
https.request(process.env.URL, { method: 'POST', agent: new https.Agent() }).on('error', ({ message }) => console.log(message)).end(process.env.BODY);`,
  },
  "an older Node's fetch": {
    ...OLD_NODE,
    program: `await fetch(process.env.URL, { method: 'POST', body: process.env.BODY }).catch(({ cause }) => console.log(cause));`,
  },
  'a Node client that speaks HTTP/2': {
    ...NODE,
    program: `import { connect } from 'node:http2';
connect(process.env.URL).on('error', ({ message }) => console.log(message));`,
  },
  'Go with a custom transport': {
    ...GO,
    program: goProgram('&http.Client{Transport: &http.Transport{}}'),
  },
  'a Java client that uses no proxy': {
    ...JAVA,
    program: javaProgram('URI.create(url).toURL().openConnection(Proxy.NO_PROXY).getInputStream();'),
  },
  'PHP sockets': {
    ...PHP,
    program: `<?php $url = parse_url(getenv('URL'));
var_dump(@stream_socket_client("ssl://$url[host]:$url[port]"));`,
  },
};

/** With the wall that Linux has, these are seen, too, at the real name. */
const BEHIND_THE_WALL: Record<string, Client> = {
  "Python's http.client": {
    ...PYTHON,
    program: `import http.client, os, urllib.parse
url = urllib.parse.urlparse(os.environ['URL'])
connection = http.client.HTTPSConnection(url.hostname)
connection.request('POST', url.path, os.environ['BODY'], {'Access-Token': 'the-token'})
print(connection.getresponse().read().decode())`,
  },
  'a Node client with a custom agent': {
    ...NODE,
    program: `import https from 'node:https';
const headers = { 'Access-Token': 'the-token' };
https.request(process.env.URL, { method: 'POST', headers, agent: new https.Agent() }, (answer) => answer.pipe(process.stdout)).end(process.env.BODY);`,
  },
  'a Node client that speaks only HTTP/2': { ...NODE, program: NODE_HTTP2 },
  "an older Node's fetch": {
    ...OLD_NODE,
    program: `const { URL: url, BODY: body } = process.env;
console.log(await (await fetch(url, { method: 'POST', headers: { 'Access-Token': 'the-token' }, body })).text());`,
  },
  'Go with a custom transport': {
    ...GO,
    program: goProgram('&http.Client{Transport: &http.Transport{}}'),
  },
  'Java without a proxy': {
    ...JAVA,
    program:
      javaProgram(`HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
    connection.setDoOutput(true); connection.setRequestProperty("Access-Token", "the-token");
    connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    System.out.println(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8));`),
  },
  'PHP sockets': {
    ...PHP,
    program: `<?php $url = parse_url(getenv('URL')); $body = getenv('BODY');
$socket = stream_socket_client("ssl://$url[host]:443");
fwrite($socket, "POST $url[path] HTTP/1.1\r\nHost: $url[host]\r\nAccess-Token: the-token\r\nConnection: close\r\nContent-Length: " . strlen($body) . "\r\n\r\n$body");
echo stream_get_contents($socket);`,
  },
  'curl without a proxy, over IPv6': {
    ...SHELL,
    package: 'curl',
    library: ['-c', 'curl -V'],
    program: `curl -sS -6 --noproxy '*' ${HEADER} -d "$BODY" "$URL"`,
  },
};

interface Fixtures {
  /** Whether the site's server has a network namespace. */
  isolated: boolean;
  /** Runs a client against a host; gives what it printed, on both streams. */
  call: (client: Client, url: string) => Promise<string>;
  /** The same, as the site's server is started: behind the wall, where this machine can have one. */
  callBehind: (client: Client, url: string) => Promise<string>;
  proxy: SiteProxy;
  /** What the proxy refused. */
  refused: string[];
  /** Where anything that the proxy lets out would arrive. */
  outside: LoopbackProxy;
  /** Where a client that bypasses the proxy arrives: an address of this machine for which the proxy makes no exception. */
  past: { url: string; connections: () => number };
}

const test = base.extend<Fixtures>({
  isolated: [false, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  refused: async ({}, use) => use([]),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  outside: async ({}, use) => {
    const outside = await LoopbackProxy.start(() => undefined);
    await use(outside);
    outside.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  past: async ({}, use) => {
    let count = 0;
    const server = net.createServer((socket) => {
      count += 1;
      socket.destroy();
    });
    await once(server.listen(0, '127.0.0.2'), 'listening');
    const { port } = server.address() as AddressInfo;
    await use({ url: `https://127.0.0.2:${port}${TRACK}`, connections: () => count });
    server.close();
  },
  callBehind: async ({ proxy, folder }, use) =>
    use((client, url) => ran(client, url, { proxy, folder, behind: proxy.wall!.command })),
  call: async ({ proxy, folder }, use) => use((client, url) => ran(client, url, { proxy, folder })),
  proxy: async ({ folder, refused, outside, isolated }, use) => {
    const target = cleanTarget((one) =>
      Object.assign(one, {
        network: 'hermetic',
        server: {
          command: 'serve',
          url: 'http://127.0.0.1:1/',
          isolated,
          env: { HTTP_PROXY: outside.url, HTTPS_PROXY: outside.url },
        },
        eventsApi: { transport: 'proxy', hosts: ['127.0.0.2'] },
      }),
    );
    const proxy = await startSiteProxy({ target, logs: folder }, (line) => refused.push(line));
    await use(proxy!);
    await proxy!.close();
  },
});

interface Place {
  proxy: SiteProxy;
  folder: string;
  /** Puts a command behind the wall. */
  behind?: (command: string) => string;
}

async function ran(client: Client, url: string, { proxy, folder, behind }: Place): Promise<string> {
  const file = join(folder, `client.${client.extension ?? 'sh'}`);
  await writeFile(file, client.program);
  const env = { ...process.env, ...proxy.environment, URL: url, BODY: JSON.stringify(purchase('order-1')) };
  const words = [client.by, ...(client.args ?? []), file];
  const [program = '', ...args] = behind ? ['sh', '-c', behind(words.join(' '))] : words;
  const { stdout, stderr } = await promisify(execFile)(program, args, { env }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return `${stdout}${stderr}`;
}

function need({ by, package: name, library = ['--version'] }: Client): void {
  needProgram(by, by === 'go' ? ['version'] : library, name);
}

for (const [name, client] of Object.entries(SEEN))
  test(`${name} is seen`, REST, async ({ call, log, refused, outside }) => {
    need(client);
    const printed = await call(client, `https://business-api.tiktok.com${TRACK}`);
    const calls = log.read().flatMap((entry) => (entry.type === 'call' ? [entry.call] : []));
    expect(calls.map(eventId), printed).toEqual(['order-1']);
    expect(printed).toContain('"code":0,');
    expect(refused).toEqual([]);
    expect(outside.asked).toEqual([]);
  });

for (const [name, client] of Object.entries(SEEN))
  test(`${name} reaches nobody else in a hermetic audit`, REST, async ({ call, log, refused, outside }) => {
    need(client);
    await call(client, 'https://api.psp.example/pay');
    expect(refused).toEqual([expect.stringMatching(/^ttq-conformance refused api\.psp\.example:443: /)]);
    expect(outside.asked).toEqual([]);
    expect(log.read()).toEqual([]);
  });

test(
  'curl that trusts other authorities sends nothing, and a line says so',
  REST,
  async ({ call, folder, log, refused }) => {
    const [other = ''] = tls.rootCertificates;
    await writeFile(join(folder, 'other.pem'), other);
    const program = `curl -sS --cacert ${folder}/other.pem ${HEADER} -d "$BODY" "$URL"`;
    need(SEEN.curl!);
    const printed = await call({ ...SEEN.curl!, program }, `https://business-api.tiktok.com${TRACK}`);
    expect(printed).toContain('certificate');
    await expect
      .poll(() => refused)
      .toEqual([
        expect.stringMatching(
          /^A client did not accept the certificate with which business-api\.tiktok\.com /,
        ),
      ]);
    expect(log.read()).toEqual([]);
  },
);

for (const [name, client] of Object.entries(OUT_OF_REACH))
  test(`${name} is out of reach`, REST, async ({ call, past, log }) => {
    need(client);
    const printed = await call(client, past.url);
    expect(past.connections(), printed).toBeGreaterThan(0);
    expect(log.read()).toEqual([]);
  });

for (const [name, client] of Object.entries(BEHIND_THE_WALL))
  test(`${name} is seen behind the wall`, REST, async ({ callBehind, proxy, log, outside }) => {
    need(client);
    needWall(proxy);
    const printed = await callBehind(client, `https://business-api.tiktok.com${TRACK}`);
    const calls = log.read().flatMap((entry) => (entry.type === 'call' ? [entry.call] : []));
    expect(calls.map(eventId), printed).toEqual(['order-1']);
    expect(printed).toContain('"code":0,');
    expect(outside.asked).toEqual([]);
  });

test.describe('isolated', () => {
  test.use({ isolated: true });

  for (const [name, client] of Object.entries(BEHIND_THE_WALL))
    test(`${name} is seen`, REST, async ({ callBehind, proxy, log, outside }) => {
      need(client);
      needNamespace(proxy);
      const printed = await callBehind(client, `https://business-api.tiktok.com${TRACK}`);
      const calls = log.read().flatMap((entry) => (entry.type === 'call' ? [entry.call] : []));
      expect(calls.map(eventId), printed).toEqual(['order-1']);
      expect(outside.asked).toEqual([]);
    });

  for (const [name, client] of Object.entries(OUT_OF_REACH))
    test(`${name} does not reach an address`, REST, async ({ callBehind, proxy, past, log }) => {
      need(client);
      needNamespace(proxy);
      await callBehind(client, past.url);
      expect(past.connections()).toBe(0);
      expect(log.read()).toEqual([]);
    });
});

function needNamespace({ open }: SiteProxy): void {
  test.skip(open !== undefined, 'this machine lets nobody make a network namespace');
}

/** CI containers may not create one: there the audit says so, and a strict one does not start. */
function needWall({ wall }: SiteProxy): void {
  test.skip(wall === undefined, 'this machine lets nobody make a mount namespace');
}

test(
  'a client that uses the proxy does not arrive where one out of reach does',
  REST,
  async ({ call, past, log }) => {
    need(SEEN.curl!);
    await call({ ...SEEN.curl!, program: `curl -sSk ${HEADER} -d "$BODY" "$URL"` }, past.url);
    expect(past.connections()).toBe(0);
    expect(log.read()).toHaveLength(1);
  },
);

test('php -S passes the variables on to its scripts', REST, async ({ call, folder, log }) => {
  const client = SEEN["PHP's curl"]!;
  need(client);
  need(SEEN.curl!);
  const [port] = await freePorts(1);
  await writeFile(join(folder, 'index.php'), client.program);
  const program = `php -S 127.0.0.1:${port} -t ${folder} & server=$!
curl -sS --retry 15 --retry-connrefused --retry-delay 1 http://127.0.0.1:${port}/; kill $server`;
  const printed = await call({ ...SHELL, program }, `https://business-api.tiktok.com${TRACK}`);
  expect(printed).toContain('"code":0,');
  expect(log.read()).toHaveLength(1);
});

test(
  'PHP streams in a router script of php -S are out of reach: PHP prepends nothing to it',
  REST,
  async ({ call, folder, log, past }) => {
    const client = SEEN["PHP's fopen"]!;
    need(client);
    need(SEEN.curl!);
    await call(client, past.url);
    expect([past.connections(), log.read().length]).toEqual([0, 1]);
    const [port] = await freePorts(1);
    await writeFile(join(folder, 'router.php'), client.program);
    const program = `php -S 127.0.0.1:${port} ${folder}/router.php & server=$!
curl -sS --retry 15 --retry-connrefused --retry-delay 1 http://127.0.0.1:${port}/; kill $server`;
    await call({ ...SHELL, program }, past.url);
    expect(past.connections()).toBeGreaterThan(0);
    expect(log.read()).toHaveLength(1);
  },
);

test(
  'PHP is led to the proxy without the other variables, as a process manager starts it',
  REST,
  async ({ call, folder, log }) => {
    const client = SEEN["PHP's curl"]!;
    need(client);
    await writeFile(join(folder, 'send.php'), client.program);
    const program = `env -i PATH="$PATH" PHP_INI_SCAN_DIR="$PHP_INI_SCAN_DIR" URL="$URL" BODY="$BODY" php ${folder}/send.php`;
    const printed = await call({ ...SHELL, program }, `https://business-api.tiktok.com${TRACK}`);
    expect(printed).toContain('"code":0,');
    expect(log.read()).toHaveLength(1);
  },
);
