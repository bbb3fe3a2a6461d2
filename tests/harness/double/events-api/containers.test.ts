import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { targetIn } from '../../../../src/target/load.ts';
import { freePorts } from '../../../../src/target/ports.ts';
import { startSiteProxy } from '../../../../src/visit/site-proxy.ts';
import { needProgram, REST } from '../../rest.ts';
import { hasNamespaces } from '../../visit/namespaces.ts';
import { eventId, expect, purchase, TRACK, test } from './support.ts';

/* The recipes for containers in docs/events-api.md fit what the harness accepts and provides, and lead clients to the stub. */

const page = readFileSync(fileURLToPath(new URL('../../../../docs/events-api.md', import.meta.url)), 'utf8');
const [, recipes = ''] = /^## Containers\n(.*?)^## /ms.exec(page) ?? [];
const block = (language: string) =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(recipes)?.[1] ?? '';

interface Service {
  environment: Record<string, string>;
  volumes: string[];
  extra_hosts: string[];
}
const { services } = parse(block('yaml')) as { services: { shop: Service } };
const { environment, volumes, extra_hosts: extraHosts } = services.shop;
const fields = JSON.parse(`{${block('json')}}`) as { eventsApi: { listen: object } };

function recipeTarget(listen: object = {}) {
  const content = {
    name: 'shop',
    baseURL: 'http://127.0.0.1:8080',
    pixels: ['CDEMO000000000000001'],
    journeys: [{ name: 'visit', start: '/' }],
    ...fields,
    eventsApi: { ...fields.eventsApi, listen: { ...fields.eventsApi.listen, ...listen } },
  };
  return targetIn(content, '/work/target.json', 0);
}

/** As Compose fills variables in, of those forms that the recipe has. */
function filled(text: string, env: Record<string, string | undefined>): string {
  return text.replace(/\$\{(\w+):\?\}/g, (_whole, name: string) => {
    expect(env[name], name).toBeTruthy();
    return env[name]!;
  });
}

test('the target of the recipe is valid, and its Compose file uses what the harness provides', async () => {
  expect(recipeTarget()).toMatchObject({ network: 'hermetic', eventsApi: { transport: 'proxy' } });
  const used = JSON.stringify(services).match(/\$\{\w+/g) ?? [];
  expect(new Set(used)).toEqual(new Set(['${TTQ_PROXY_URL', '${TTQ_PROXY_CA']));
  const given = { TTQ_PROXY_URL: 'http://ttq:x@172.17.0.1:4181', TTQ_PROXY_CA: '/tmp/ca.pem' };
  expect(JSON.stringify(Object.values(environment).map((value) => filled(value, given)))).not.toContain('${');
  const files = volumes.map((volume) => filled(volume, given).split(':'));
  expect(files.map(([from, , how]) => [from, how])).toEqual([
    ['/tmp/ca.pem', 'ro'],
    ['/tmp/ca.pem', 'ro'],
  ]);
  const named = Object.values(environment).filter((value) => value.startsWith('/'));
  expect(new Set(named)).toEqual(new Set([files[0]![1]]));
  expect(extraHosts).toEqual(['host.docker.internal:host-gateway']);
});

test('the command for Docker alone passes the same', () => {
  const [, ...words] =
    block('sh')
      .trim()
      .match(/"[^"]*"|(?:[^\s"]|"[^"]*")+/g) ?? [];
  const after = (flag: string) =>
    words.flatMap((word, index) => (word === flag ? [words[index + 1]!.replaceAll('"', '')] : []));
  const same = (text: string) => text.replace(/\$\{(\w+):\?\}/g, '$$$1');
  const own = Object.entries(environment).filter(([name]) => name.toLowerCase() !== 'no_proxy');
  expect(after('-e').toSorted()).toEqual(own.map(([name, value]) => `${name}=${same(value)}`).toSorted());
  expect(after('-v')).toEqual(volumes.map(same));
  expect(after('-p')).toEqual(['127.0.0.1:8080:8080']);
});

/** What a container runs; each prints the answer. BODY and URL are its variables. */
const CLIENTS: Record<string, { needs: [string, string[], string]; command: string }> = {
  curl: {
    needs: ['curl', ['-V'], 'curl'],
    command: `curl -sS -H 'Access-Token: t' -H 'Content-Type: application/json' -d "$BODY" "$URL"`,
  },
  wget: {
    needs: ['wget', ['-V'], 'wget'],
    command: 'wget -qO- --header "Access-Token: t" --post-data "$BODY" "$URL"',
  },
  'Python, urllib': {
    needs: ['/usr/bin/python3', ['--version'], 'python3'],
    command: `/usr/bin/python3 -c "import os, urllib.request as u
print(u.urlopen(u.Request(os.environ['URL'], os.environ['BODY'].encode(), {'Access-Token': 't'})).read().decode())"`,
  },
  'Python, requests': {
    needs: ['/usr/bin/python3', ['-c', 'import requests'], 'python3-requests'],
    command: `/usr/bin/python3 -c "import os, requests
print(requests.post(os.environ['URL'], os.environ['BODY'], headers={'Access-Token': 't'}).text)"`,
  },
  Ruby: {
    needs: ['ruby', ['--version'], 'ruby'],
    command: `ruby -rnet/http -e "puts Net::HTTP.post(URI(ENV['URL']), ENV['BODY'], 'Access-Token' => 't').body"`,
  },
  Node: {
    needs: [process.execPath, ['--version'], 'nodejs'],
    command: `'${process.execPath}' -e "fetch(process.env.URL, { method: 'POST', headers: { 'Access-Token': 't' }, body: process.env.BODY }).then((a) => a.text()).then(console.log)"`,
  },
  "PHP's curl": {
    needs: ['php', ['-r', 'curl_init();'], 'php-curl'],
    command: `php -r 'curl_setopt_array($c = curl_init(getenv("URL")), [CURLOPT_POSTFIELDS => getenv("BODY"), CURLOPT_HTTPHEADER => ["Access-Token: t"]]); curl_exec($c) ?: print curl_error($c);'`,
  },
};

for (const [name, { needs, command }] of Object.entries(CLIENTS))
  test(`as a container by the recipe, ${name} is seen`, REST, async ({ folder, log }) => {
    needProgram(...needs);
    test.skip(!hasNamespaces(), 'this machine lets nobody mount a file over another');
    const [port = 0] = await freePorts(1);
    const target = recipeTarget({ address: '127.0.0.2', port });
    const proxy = await startSiteProxy({ target, logs: folder }, () => undefined);
    const given = proxy!.environment;
    const [own = '', system = ''] = volumes.map((volume) => filled(volume, given).split(':')[1]!);
    // A container has it at a fixed path; here it is where the run put it.
    const env = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [
        key,
        filled(value, given).replace(own, given.TTQ_PROXY_CA!),
      ]),
    );
    const file = join(folder, 'client.sh');
    await writeFile(file, `mount --bind '${given.TTQ_PROXY_CA}' ${system} && ${command}`);
    const flags = process.getuid?.() === 0 ? '-m' : '-Urm';
    const { stdout, stderr } = await promisify(execFile)('unshare', [flags, 'sh', file], {
      env: {
        ...env,
        PATH: process.env.PATH,
        URL: `https://business-api.tiktok.com${TRACK}`,
        BODY: JSON.stringify(purchase('order-1')),
      },
    }).catch((error: { stdout: string; stderr: string }) => error);
    const calls = log.read().flatMap((entry) => (entry.type === 'call' ? [entry.call] : []));
    expect(calls.map(eventId), `${stdout}${stderr}`).toEqual(['order-1']);
    expect(stdout).toContain('"code":0,');
    await proxy!.close();
  });
